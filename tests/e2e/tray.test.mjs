// Two terminals lose each other, and somebody at each moves the same check. Both moves are kept, and one tap says which
// one holds, everywhere.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { APART_MS, cutLinks, story, twoAtWork, until } from "./harness.mjs";

let bar, close, carla, elif, till, other;
const step = story();

before(async () => {
  ({ bar, carla, elif, till, other, close } = await twoAtWork("till"));
});
after(() => close?.());

/** The one open check's table, as each terminal has it. */
async function tables() {
  const both = await Promise.all([carla, elif].map((each) => each.query("floor")));
  return both.map(({ floor }) => floor.cards.map(({ table }) => table).join());
}

step("a check is open on both", async () => {
  await till.tapAll("table-7", "cat-starters", "item-olives");
  await till.confirmed();
  await until("the terrace to have the check", async () => (await tables()).every((table) => table === "7"));
});

step("while they are apart it goes to one table here and to another there", async () => {
  await cutLinks(await bar.program("ana"));
  const { floor } = await carla.query("floor");
  const [{ check }] = floor.cards;
  for (const [by, table] of [[carla, "5"], [elif, "6"]]) {
    const moved = await by.dispatch({ move_check: { check, table } });
    assert.ok(moved.done, JSON.stringify(moved));
  }
  assert.deepEqual(await tables(), ["5", "6"]);
});

step("together again, both say that there is something to sort out", async () => {
  for (const screen of [till, other]) await until("the tray's sign", () => screen.at("tray").count(), APART_MS);
  const [here, there] = await tables();
  assert.equal(here, there, "until then both show the same table");
  await till.tap("tray");
  await till.says("clash", /moved.*\b5\b.*\b6\b|moved.*\b6\b.*\b5\b/i);
  await till.shot("tray-till");
});

step("one tap settles it, and the tray is empty at both", async () => {
  await till.tap(till.button("At table 6"));
  await till.see("Nothing to sort out.");
  await until("both to have it at table 6", async () => (await tables()).every((table) => table === "6"));
  await until("the other one's sign to go", async () => (await other.at("tray").count()) === 0);
  for (const by of [carla, elif]) assert.deepEqual((await by.query("tray")).tray, []);
});
