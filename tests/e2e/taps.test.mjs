// The tap budget: every frequent act is done with real taps, which are counted, and docs/TAPS.md is written from the
// count. A budget that is exceeded fails. How long a tap works in the page is reported, never asserted.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

import { Restaurant, story } from "./harness.mjs";

const TABLE = join(dirname(fileURLToPath(import.meta.url)), "../../docs/TAPS.md");
/** Enough taps for a middle and a slowest one that mean something. */
const TIMED_TAPS = 40;

const step = story();
let house;
let till;
let kitchen;
const counted = [];

before(async () => {
  house = await Restaurant.open();
  [till, kitchen] = [await house.screen("till"), await house.screen("kitchen")];
});
after(() => house?.close());

/**
 * Does `work` on `screen`, waits until `done`, and holds the taps against the budget. `pin` taps are the PIN's own and
 * not counted; `peer` is what the closest product needs for the same.
 */
function act(name, { budget, peer = "", pin = 0, how }, screen, work, done) {
  step(name, async () => {
    const before = screen().taps;
    await work(screen());
    await done(screen());
    const taps = screen().taps - before - pin;
    counted.push({ name, taps, budget, peer, how, pin });
    assert.ok(taps <= budget, `${taps} taps, the budget is ${budget}`);
  });
}
const atTill = () => till;
const atKitchen = () => kitchen;

step("the waiter stands before the floor, the cook before the tickets", async () => {
  await till.signIn("carla");
  await kitchen.signIn("giulia");
  await till.at("table-7").waitFor();
});

act("choose a table, open its check", { budget: 1, peer: 2, how: "table" }, atTill,
  (s) => s.tap("table-7"), (s) => s.see("Table 7"));

step("the menu stands open at the starters", () => till.tap("cat-starters"));

act("plain item", { budget: 1, peer: 2, how: "item" }, atTill,
  (s) => s.tap("item-olives"), (s) => s.says("line-olives", "1"));
act("item with one modifier", { budget: 2, peer: 3, how: "item, modifier" }, atTill,
  (s) => s.tapAll("item-bruschetta", "option-no-garlic"), (s) => s.says("line-bruschetta", "No garlic"));
act("fire what is unfired", { budget: 1, peer: 1, how: "“Fire 2”" }, atTill,
  (s) => s.tap("primary"), () => house.slip("COLD KITCHEN", "2 in all").catch(() => house.slip("COLD KITCHEN", "olives")));
act("same again for the table (last round)", { budget: 2, how: "“Same again”, “Fire 2”" }, atTill,
  async (s) => {
    await s.tap("again");
    await s.says("primary", "Fire 2");
    await s.tap("primary");
  },
  () => kitchen.says("tickets", /olives[^]*olives/i));
act("bump a ticket", { budget: 1, how: "“Bump”" }, atKitchen,
  (s) => s.tap("bump-1"), (s) => s.says("recall", "Recall 7"));
act("recall the last", { budget: 1, how: "“Recall 7”" }, atKitchen,
  (s) => s.tap("recall"), (s) => s.says("recall", "Nothing to recall"));
act("void one fired line with approval", { budget: 3, pin: 5, how: "line, “Void”, reason, then the colleague's PIN" }, atTill,
  async (s) => {
    await s.tapAll("line-olives", "void", "reason-1");
    await s.pad("1111");
    await s.tap("approve");
  },
  () => house.slip("VOID", "olives"));
act("86 an item", { budget: 2, how: "“86”, item" }, atTill,
  (s) => s.tapAll("mode-86", "item-burrata"), (s) => s.says("item-burrata", "86"));
act("split evenly by 3 and take the first card", { budget: 3, how: "“Pay”, “÷ 3”, “Card”" }, atTill,
  (s) => s.tapAll("primary", "split-3", "card"), (s) => s.says("payer-1", "Paid"));

step("the next table orders", async () => {
  await till.tapAll("back", "back", "table-8", "item-minestrone", "primary");
  await till.says("primary", "Pay");
});

act("pay exact cash, print the receipt", { budget: 2, peer: 3, how: "“Pay 6.50”, exact cash" }, atTill,
  (s) => s.tapAll("primary", "cash-exact"), () => house.slip("Receipt", "6.50"));

step("the table in docs/TAPS.md says what was counted", async () => {
  const row = ({ name, taps, budget, peer, how, pin }) =>
    `| ${name} | ${taps}${pin ? " + PIN" : ""} | ${budget}${pin ? " + PIN" : ""} | ${peer} | ${how} |`;
  const text = [
    "# Taps",
    "",
    "Counted by `tests/e2e/taps.test.mjs`, which does each act in a browser with real taps and writes this table; it fails",
    "when an act needs more than its budget. Counted from the page a person is already on. The closest product's figures",
    "are what its demo needs for the same, where it has the same.",
    "",
    "| act | taps | budget | closest product | how |",
    "|---|---|---|---|---|",
    ...counted.map(row),
    "",
  ].join("\n");
  if ((await readFile(TABLE, "utf8").catch(() => "")) !== text) await writeFile(TABLE, text);
});

step("how long a tap works in the page", async () => {
  await till.tapAll("to-floor", "table-9", "cat-starters");
  await till.page.evaluate(() => {
    const work = (window.tapWork = []);
    let begun;
    addEventListener("click", () => (begun = performance.now()), true);
    new MutationObserver(() => {
      if (begun !== undefined) work.push(performance.now() - begun);
      begun = undefined;
    }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
  });
  for (let n = 0; n < TIMED_TAPS; n += 1) await till.tap(n % 2 ? "item-olives" : "item-minestrone");
  const work = (await till.page.evaluate(() => window.tapWork)).sort((a, b) => a - b);
  assert.equal(work.length, TIMED_TAPS, "every tap changed the page");
  const at = (share) => work[Math.min(work.length - 1, Math.floor(work.length * share))].toFixed(1);
  console.log(`work of one tap in the page, from the click to the changed page: middle ${at(0.5)} ms, slowest ${at(1)} ms`);
});

step("a dish that is tapped moves no other away under the finger", async () => {
  await till.tapAll("back", "table-10", "cat-favourites");
  const places = () =>
    till.page.$$eval("[data-testid^=item-]", (tiles) =>
      tiles.map((tile) => [tile.dataset.testid, ...["left", "top"].map((side) => Math.round(tile.getBoundingClientRect()[side]))]));
  const before = await places();
  await till.tap("item-tiramisu");
  await till.says("line-tiramisu", /Tiramis/);
  assert.deepEqual(await places(), before);
});
