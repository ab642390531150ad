// Many transactions of the official JavaScript client on the same objects, against the server named by GEL_DSN.

import assert from "node:assert/strict";
import * as gel from "gel";

const EACH = 10;
const own = gel.createClient({ dsn: process.env.GEL_DSN, tlsSecurity: "insecure", concurrency: 8 });
const many = own.withRetryOptions({ attempts: 50, backoff: (n) => 2 * Math.min(n, 10) });

async function oneCounter(tx) {
  const n = await tx.queryRequiredSingle("select assert_single(Counter).n");
  await tx.execute("update Counter set { n := <int64>$n }", { n: n + 1 });
}

async function oneKey(tx) {
  const found = await tx.querySingle("select Tally { n } filter .key = 'k'");
  if (found === null) {
    await tx.execute("insert Tally { key := 'k', n := 1 }");
  } else {
    await tx.execute("update Tally filter .key = 'k' set { n := <int64>$n }", { n: found.n + 1 });
  }
}

async function onePart(tx) {
  const n = await tx.queryRequiredSingle("select assert_single(Whole).n");
  await tx.execute("delete Whole.part");
  await tx.execute("update Whole set { n := <int64>$n, part := (insert Part) }", { n: n + 1 });
}

async function rush(client, tasks, body) {
  const work = async () => {
    for (let time = 0; time < EACH; time += 1) await client.transaction(body);
  };
  await Promise.all(Array.from({ length: tasks }, work));
}

for (const [body, count] of [[oneCounter, "Counter.n"], [oneKey, "Tally.n"], [onePart, "Whole.n"]]) {
  const before = await own.queryRequiredSingle(`select sum(${count})`);
  await rush(many, 8, body);
  await rush(own, 2, body);
  assert.equal((await own.queryRequiredSingle(`select sum(${count})`)) - before, 10 * EACH, count);
  console.log("passed", body.name);
}
await own.close();
