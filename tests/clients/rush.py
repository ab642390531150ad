"""Many transactions of the official Python client on the same objects, against the server named by GEL_DSN."""

import asyncio
import os

import gel

EACH = 10


async def one_counter(tx):
    n = await tx.query_required_single("select assert_single(Counter).n")
    await tx.execute("update Counter set { n := <int64>$n }", n=n + 1)


async def one_key(tx):
    found = await tx.query_single("select Tally { n } filter .key = 'k'")
    if found is None:
        await tx.execute("insert Tally { key := 'k', n := 1 }")
    else:
        await tx.execute("update Tally filter .key = 'k' set { n := <int64>$n }", n=found.n + 1)


async def one_part(tx):
    n = await tx.query_required_single("select assert_single(Whole).n")
    await tx.execute("delete Whole.part")
    await tx.execute("update Whole set { n := <int64>$n, part := (insert Part) }", n=n + 1)


async def rush(client, tasks, body):
    async def work():
        for _ in range(EACH):
            async for tx in client.transaction():
                async with tx:
                    await body(tx)

    await asyncio.gather(*(work() for _ in range(tasks)))


async def main():
    own = gel.create_async_client(os.environ["GEL_DSN"], tls_security="insecure", max_concurrency=8)
    many = own.with_retry_options(gel.RetryOptions(attempts=50, backoff=lambda n: 0.002 * min(n, 10)))
    async with own:
        for body, count in ((one_counter, "Counter.n"), (one_key, "Tally.n"), (one_part, "Whole.n")):
            before = await own.query_single(f"select sum({count})")
            await rush(many, 8, body)
            await rush(own, 2, body)
            after = await own.query_required_single(f"select sum({count})")
            assert after - before == 10 * EACH, (count, before, after)
            print("passed", body.__name__)


asyncio.run(main())
