"""The official Python client against the server named by GEL_DSN, on a branch with the application's schema."""

import asyncio
import datetime
import decimal
import json
import uuid

import gel


def raises(kind, action, text=""):
    try:
        action()
    except kind as error:
        assert text in str(error), str(error)
        return error
    raise AssertionError(f"no {kind.__name__}")


def queries(client):
    client.execute("delete Event; delete User;")
    mina = client.query_required_single(
        "select (insert User {name := <str>$name}) {id, name, created_at}", name="Mina Murray"
    )
    assert isinstance(mina.id, uuid.UUID) and mina.name == "Mina Murray"
    assert mina.created_at.tzinfo is datetime.timezone.utc
    event = client.query_required_single(
        """
        select (insert Event {
          name := <str>$name, schedule := <datetime>$at,
          host := assert_single((select User filter .name = 'Mina Murray'))
        }) {name, address, schedule, host: {name}}
        """,
        name="Resuscitation",
        at=datetime.datetime(1889, 7, 28, 6, 59, 59, tzinfo=datetime.timezone.utc),
    )
    assert event.host.name == "Mina Murray" and event.address is None
    assert client.query("select User.name") == ["Mina Murray"]
    assert client.query_single("select User {name} filter .name = <str>$0", "nobody") is None
    # The Python client has the server add `id` to every object.
    assert [user.id for user in client.query("select User {name}")] == [mina.id]
    assert json.loads(client.query_json("select Event {name, host: {name}}")) == [
        {"name": "Resuscitation", "host": {"name": "Mina Murray"}}
    ]
    assert client.query_single_json("select User {name} filter false limit 1") == "null"


def errors(client):
    error = raises(
        gel.ConstraintViolationError,
        lambda: client.query("insert User {name := 'Mina Murray'}"),
        "name violates exclusivity constraint",
    )
    assert not isinstance(error, gel.CardinalityViolationError)
    error = raises(gel.InvalidReferenceError, lambda: client.query("select User {nmae}"), "nmae")
    assert "did you mean 'name'?" in str(error) and "1 │" in str(error)
    raises(gel.EdgeQLSyntaxError, lambda: client.query("select {"))
    raises(gel.QueryArgumentError, lambda: client.query("select <str>$name"))
    raises(gel.NoDataError, lambda: client.query_required_single("select User filter false limit 1"))
    raises(gel.InterfaceError, lambda: client.query_single("select User"), "more than one element")
    raises(gel.DivisionByZeroError, lambda: client.query("select 1 // 0"))
    assert client.query_single("select 1") == 1


def values(client):
    same = {
        "<int16>$0": -3, "<int32>$0": 2**31 - 1, "<int64>$0": -(2**63), "<float64>$0": 1.5, "<bool>$0": True,
        "<str>$0": "Ünïcödé 🧛", "<bytes>$0": b"\x00\xff", "<bigint>$0": 10**40, "<decimal>$0": decimal.Decimal("1.50"),
        "<uuid>$0": uuid.uuid4(), "<json>$0": '{"a": [1, null]}', "<array<str>>$0": ["a", "b"], "<array<int64>>$0": [],
        "<datetime>$0": datetime.datetime(2024, 2, 29, 1, 2, 3, 456789, datetime.timezone.utc),
        "<cal::local_date>$0": datetime.date(2024, 2, 29), "<cal::local_time>$0": datetime.time(1, 2, 3, 4),
        "<cal::local_datetime>$0": datetime.datetime(2024, 2, 29, 1, 2), "<duration>$0": datetime.timedelta(hours=-1),
        "<cal::relative_duration>$0": gel.RelativeDuration(months=1, days=-2, microseconds=3),
        "<cal::date_duration>$0": gel.DateDuration(months=1, days=2), "<range<int64>>$0": gel.Range(1, 5),
        "<tuple<str, int64>>$0": ("a", 1), "<array<tuple<str, bool>>>$0": [("a", True), ("b", False)],
    }
    for query, value in same.items():
        got = client.query_required_single(f"select {query}", value)
        assert got == value or str(got) == str(value), (query, got, value)
    named = client.query_required_single("select (a := 1, b := (c := 'x', d := [true]))")
    assert named.a == 1 and named.b.c == "x" and named.b.d == [True]
    assert client.query_single("select <optional str>$x", x=None) is None
    assert client.query("select {1, 2} union {3}") == [1, 2, 3]


def transactions(client):
    class Abandon(Exception):
        pass

    def abandoned():
        for tx in client.transaction():
            with tx:
                tx.execute("insert User {name := 'Ghost'}")
                assert tx.query_single("select count(User filter .name = 'Ghost')") == 1
                raise Abandon

    raises(Abandon, abandoned)
    assert client.query("select User filter .name = 'Ghost'") == []
    for tx in client.transaction():
        with tx:
            tx.execute("insert User {name := 'Jonathan Harker'}")
    assert client.query_single("select count(User)") == 2


def state(client):
    std = client.with_default_module("std")
    assert std.query_single("select <str>datetime_of_statement() != ''") is True
    aliased = client.with_module_aliases(d="default")
    assert aliased.query_single("select count(d::User)") == 2


async def concurrently(dsn):
    client = gel.create_async_client(dsn, tls_security="insecure", max_concurrency=8)
    async with client:
        counts = await asyncio.gather(*(client.query_required_single("select count(User)") for _ in range(64)))
        assert counts == [2] * 64

        async def insert(n):
            async for tx in client.transaction():
                async with tx:
                    await tx.execute("insert User {name := <str>$name}", name=f"Guest {n}")

        await asyncio.gather(*(insert(n) for n in range(32)))
        assert await client.query_required_single("select count(User)") == 34


def main():
    import os

    dsn = os.environ["GEL_DSN"]
    with gel.create_client(dsn, tls_security="insecure") as client:
        for check in (queries, errors, values, transactions, state):
            check(client)
            print("passed", check.__name__)
    asyncio.run(concurrently(dsn))
    print("passed concurrently")


main()
