// A day is closed while a terminal is out of reach. What it sold comes late, onto the page that is open, and the next Z
// accounts for it.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { APART_MS, cutLinks, story, twoAtWork, until } from "./harness.mjs";

let bar, carla, close, elif, till;
const step = story();

before(async () => {
  ({ bar, carla, elif, till, close } = await twoAtWork("till"));
});
after(() => close?.());

/** Sells a dessert to take away, for cash. */
async function sells(who) {
  const does = async (command) => {
    const said = await who.dispatch(command);
    assert.ok(said.done, JSON.stringify(said));
    return said.done.id;
  };
  const check = await does({ open_check: { kind: "takeaway", name: "Ada" } });
  await does({ add_lines: { check, lines: [{ item: "tiramisu" }] } });
  await does({ take_payment: { check, tender: { cash: { given: 650 } }, amount: 650 } });
}

step("the day is closed without the terrace, and both the page and the Z say so", async () => {
  await till.tapAll("nav-manager", "go-day");
  await till.says("closing", /every terminal is heard/i);
  await sells(carla);
  await till.tap("count");
  await till.keys(..."650", "Enter");
  await till.says("closing", /no further count/);
  await cutLinks(await bar.program("ana"));
  await till.says("closing", /Terrace is not heard/);
  await till.hold("close-day");
  await till.says("z-sheet", /Not heard.*Terrace/s);
  await till.keys("Escape");
});

step("what the terrace sold meanwhile comes onto the open page, event by event", async () => {
  await sells(elif);
  await until("the sale to come", () => till.at("late").count(), APART_MS);
  await till.says("late", /6\.50 more than its Z/);
  await till.says("late", /Paid €6\.50, Cash B.*receipt B-000001/);
  await till.shot("late-arrivals");
});

step("the next Z accounts for it, as the X said", async () => {
  await till.tap("x-report");
  await till.says("x-sheet", /1 late arrival.*6\.50/s);
  await till.keys("Escape");
  await till.hold("close-day");
  await till.says("z-sheet", /1 late arrival.*6\.50/s);
});
