// The official JavaScript client against the server named by GEL_DSN, on a branch with the application's schema.

import assert from "node:assert/strict";
import * as gel from "gel";

const client = gel.createClient({ dsn: process.env.GEL_DSN, tlsSecurity: "insecure" });

async function queries() {
  await client.execute("delete Event; delete User;");
  const mina = await client.queryRequiredSingle(
    "select (insert User {name := <str>$name}) {id, name, created_at}",
    { name: "Mina Murray" },
  );
  assert.equal(mina.name, "Mina Murray");
  assert.match(mina.id, /^[0-9a-f-]{36}$/);
  assert(mina.created_at instanceof Date);
  await client.query(
    `insert Event {name := <str>$name, schedule := <datetime>$at,
       host := assert_single((select User filter .name = 'Mina Murray'))}`,
    { name: "Resuscitation", at: new Date("1889-07-28T06:59:59Z") },
  );
  assert.deepEqual(await client.query("select Event {name, host: {name}}"), [
    { name: "Resuscitation", host: { name: "Mina Murray" } },
  ]);
  assert.equal(await client.querySingle("select User {name} filter .name = <str>$0", ["nobody"]), null);
  assert.deepEqual(JSON.parse(await client.queryJSON("select User {name}")), [{ name: "Mina Murray" }]);
}

async function errors() {
  await assert.rejects(client.query("insert User {name := 'Mina Murray'}"), gel.ConstraintViolationError);
  await assert.rejects(client.query("select User {nmae}"), (error) => {
    assert(error instanceof gel.InvalidReferenceError);
    assert.match(error.message, /did you mean 'name'\?/);
    return true;
  });
  await assert.rejects(client.query("select {"), gel.EdgeQLSyntaxError);
  await assert.rejects(client.queryRequiredSingle("select User filter false limit 1"), gel.NoDataError);
  assert.equal(await client.querySingle("select 1"), 1);
}

async function values() {
  const same = {
    "<int64>$0": 42, "<float64>$0": 1.5, "<bool>$0": true, "<str>$0": "Ünïcödé 🧛", "<bigint>$0": 10n ** 40n,
    "<json>$0": { a: [1, null] }, "<array<str>>$0": ["a", "b"], "<array<int64>>$0": [], "<tuple<str, int64>>$0": ["a", 1],
    "<cal::local_date>$0": new gel.LocalDate(2024, 2, 29), "<duration>$0": new gel.Duration(0, 0, 0, 0, 1, 30),
    "<range<int64>>$0": new gel.Range(1, 5, true, false), "<datetime>$0": new Date("2024-02-29T01:02:03.456Z"),
  };
  for (const [query, value] of Object.entries(same)) {
    const got = await client.queryRequiredSingle(`select ${query}`, [value]);
    assert.equal(JSON.stringify(got, text), JSON.stringify(value, text), query);
  }
  assert.deepEqual({ ...(await client.querySingle("select (a := 1, b := 'x')")) }, { a: 1, b: "x" });
}

const text = (_, value) => (typeof value === "bigint" ? value.toString() : value);

async function transactions() {
  await assert.rejects(
    client.transaction(async (tx) => {
      await tx.execute("insert User {name := 'Ghost'}");
      throw new Error("abandoned");
    }),
    /abandoned/,
  );
  await client.transaction(async (tx) => tx.execute("insert User {name := 'Jonathan Harker'}"));
  assert.equal(await client.querySingle("select count(User)"), 2);
}

async function state() {
  const aliased = client.withModuleAliases({ d: "default" });
  assert.equal(await aliased.querySingle("select count(d::User)"), 2);
}

for (const check of [queries, errors, values, transactions, state]) {
  await check();
  console.log("passed", check.name);
}
await client.close();
