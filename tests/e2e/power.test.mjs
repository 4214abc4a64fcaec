// The power goes in the middle of the evening. What was answered is there, what was not answered is sent again, and the
// page finds its way back by itself.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

/** What a browser says about a terminal that is not there. */
const BROKEN = /ERR_CONNECTION|WebSocket|Failed to (load|fetch)|NetworkError/;

const step = story();
let house;
let till;

before(async () => {
  house = await Restaurant.open();
  till = await house.screen("till");
  till.expected.push(BROKEN);
});
after(() => house?.close());

/** What the terminal itself holds of the one open check: quantities by item. */
async function held() {
  const program = await house.program();
  const { floor } = await program.query("floor");
  const checks = floor.cards;
  assert.equal(checks.length, 1, "one check is open");
  const { check } = await program.query({ check: { check: checks[0].check } });
  return Object.fromEntries(check.lines.map((line) => [line.item, [line.qty, line.fired]]));
}

step("the terminal is killed with an order taken and fired", async () => {
  await till.signIn("carla");
  await till.tapAll("table-7", "cat-starters", "item-olives", "item-bruschetta", "primary");
  await house.slip("COLD KITCHEN", "Bruschetta");
  await till.tap("item-burrata");
  await till.confirmed();
  await house.terminal.kill();
});

step("the page goes on taking orders while nothing answers", async () => {
  await till.tapAll("item-minestrone", "item-calamari");
  await till.says("line-minestrone", "Minestrone");
  await till.says("primary", "Fire 3");
  await till.says("status", /does not answer.*\d taps? wait/);
  await till.shot("power-down");
});

step("it comes back by itself: nothing answered is lost, and what was not sent arrives", async () => {
  await house.startTerminal();
  await till.says("status", "All working");
  await till.confirmed();
  assert.deepEqual(await held(), {
    olives: [1, 1],
    bruschetta: [1, 1],
    burrata: [1, 0],
    minestrone: [1, 0],
    calamari: [1, 0],
  });
  await till.tap("primary");
  await house.slip("HOT KITCHEN", "Minestrone", "Calamari");
  const first = (await house.slips()).filter(({ text }) => /bruschetta/i.test(text));
  assert.equal(first.length, 1, "what was on paper before is not printed again");
});

step("a tap survives a reload of the page while the terminal is away", async () => {
  await house.terminal.kill();
  await till.tap("item-focaccia");
  await till.says("line-focaccia", "focaccia");
  // The page itself comes from the terminal, so a reload can only succeed once it is back.
  await house.startTerminal();
  await till.page.reload();
  await till.says("line-focaccia", "focaccia");
  await till.confirmed();
  assert.deepEqual((await held()).focaccia, [1, 0]);
});
