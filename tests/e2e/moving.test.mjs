// The terminal a handheld and a kitchen screen work with dies. Both go on at another one, where they were, with what was
// tapped, and nothing is cooked twice without saying so.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { barAndTerrace, story, until } from "./harness.mjs";

/** What a browser says about a terminal that is not there. */
const BROKEN = /ERR_|WebSocket|Failed to (load|fetch)|NetworkError|access control checks/;

let bar, terrace, close, waiter, kitchen;
const step = story();

before(async () => {
  ({ bar, terrace, close } = await barAndTerrace());
  await bar.letIn(terrace);
  waiter = await bar.screen("till");
  kitchen = await bar.screen("kitchen");
  for (const screen of [waiter, kitchen]) screen.expected.push(BROKEN);
});
after(() => close?.());

/** Slips with all these words; how many of them do not say that they may be a second one. */
async function papers(...words) {
  const all = (await bar.slips()).filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)));
  return { all: all.length, unmarked: all.filter(({ text }) => !text.includes("POSSIBLE DUPLICATE")).length };
}

step("a waiter and a cook work with the bar's till", async () => {
  await kitchen.signIn("giulia");
  await waiter.signIn("carla");
  await waiter.tapAll("table-7", "cat-starters", "item-bruschetta", "primary");
  await bar.slip("COLD KITCHEN", "Bruschetta");
  await kitchen.see(/bruschetta/i);
  await waiter.tapAll("item-minestrone", "item-burrata");
  await waiter.confirmed();
});

step("the till dies just as the waiter fires, and the page goes on with the other one", async () => {
  const here = waiter.page.url();
  await waiter.tap("primary");
  await bar.terminal.kill();
  const died = Date.now();
  await waiter.says("status", "Working with Terrace");
  console.log(`    moved after ${Date.now() - died} ms`);
  assert.equal(waiter.page.url(), here, "the page is where it was");
  await waiter.says("line-minestrone", "Minestrone");
  await waiter.confirmed();
  await waiter.shot("moved-till");
});

step("what was fired is cooked: one ticket, or a second one that says so", async () => {
  await bar.slip("HOT KITCHEN", "Minestrone");
  await kitchen.see(/minestrone/i);
  await kitchen.see(/bruschetta/i);
  await kitchen.says("status", "Working with Terrace");
  await kitchen.shot("moved-kitchen");
  const minestrone = await papers("minestrone");
  assert.ok(minestrone.unmarked <= 1, `unmarked: ${minestrone.unmarked} of ${minestrone.all}`);
  assert.equal((await papers("bruschetta")).unmarked, 1, "what was on paper before is not printed again");
});

step("the order goes on, and so does the kitchen", async () => {
  await waiter.tapAll("item-calamari", "primary");
  await bar.slip("HOT KITCHEN", "Calamari");
  await kitchen.see(/calamari/i);
  await waiter.confirmed();
  assert.deepEqual(await papers("calamari"), { all: 1, unmarked: 1 });
});

step("the panel says whose word is shown, and how old it is", async () => {
  await waiter.tap("status");
  await waiter.says("served", /what Terrace knew \d+ s ago/);
  await waiter.shot("moved-works");
  await waiter.page.keyboard.press("Escape");
});

step("the old till comes back, nobody goes back to it, and both hold the same check", async () => {
  await bar.startTerminal();
  const program = await bar.program();
  const lines = await until("the bar to know what was done meanwhile", async () => {
    const { floor } = await program.query("floor");
    const { check } = await program.query({ check: { check: floor.cards[0].check } });
    const fired = Object.fromEntries(check.lines.map((line) => [line.item, [line.qty, line.fired]]));
    return fired.calamari?.[1] === 1 ? fired : null;
  });
  assert.deepEqual(lines, { bruschetta: [1, 1], minestrone: [1, 1], burrata: [1, 1], calamari: [1, 1] });
  await waiter.says("status", "Working with Terrace");
  const minestrone = await papers("minestrone");
  assert.ok(minestrone.unmarked <= 1, `unmarked: ${minestrone.unmarked} of ${minestrone.all}`);
});
