// The evening as people do it: a table of three from the door to the Z, on one till, one kitchen screen and paper.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

const step = story();
let house;
let till;
let kitchen;

before(async () => {
  house = await Restaurant.open();
  till = await house.screen("till");
  kitchen = await house.screen("kitchen");
});
after(() => house?.close());

/** Adds an item for a guest, with what the guest wants of it. */
async function order(seat, category, item, ...options) {
  await till.tapAll(`seat-${seat}`, `cat-${category}`, `item-${item}`);
  for (const option of options) await till.tap(`option-${option}`);
}

step("the waiter seats three guests at table 7", async () => {
  await till.signIn("carla");
  await till.tap("table-7");
  await till.tap("check-menu");
  await till.says("covers", "4");
  await till.tap(till.button("Fewer guests"));
  await till.says("covers", "3");
  await till.keys("Escape");
  await till.see("Table 7");
});

step("three guests order two courses with modifiers, and the mains are held", async () => {
  await order(0, "soft", "cola");
  await order(1, "starters", "bruschetta", "no-garlic");
  await order(2, "mains", "ribeye", "medium-rare");
  await order(3, "pizza", "pizza-margherita", "mushrooms");
  await till.tap("hold-2");
  await till.says("primary", "Fire 2");
  await till.says("line-ribeye", /Medium[ -]rare/);
  await till.confirmed();
  const below = await till.at("line-pizza-margherita").evaluate((line) => {
    const [row, list] = [line, line.closest(".check-scroll")].map((e) => e.getBoundingClientRect());
    return Math.round(row.bottom - list.bottom);
  });
  assert.ok(below <= 0, `the line just added is in view (${below} px below the list)`);
  await till.shot("evening-order");
});

step("firing prints one ticket for each station, and the held mains on none", async () => {
  await till.tap("primary");
  const { text, picture } = await house.slip("COLD KITCHEN", "Bruschetta");
  assert.match(text, /1 Tomato bruschetta.*\n +No garlic/, "the modifier stands under its dish");
  assert.match(text, /Carla · 3 covers/);
  const paper = await readFile(picture);
  assert.deepEqual(paper.subarray(0, 4), PNG, "the ticket's picture is a picture");
  const web = await fetch(house.ticketsUrl);
  assert.ok(web.ok, "the printer's page is there");
  await house.slip(/^\s*BAR/, "Cola");
  const papers = (await house.slips()).map((slip) => slip.text).join("\n");
  assert.doesNotMatch(papers, /Ribeye|Margherita/i, "what is held is on no paper");
});

step("the kitchen screen shows the ticket at once and the mains when they are fired", async () => {
  await kitchen.signIn("giulia");
  await kitchen.says("tickets", /bruschetta/i);
  await till.says("primary", "Fire mains");
  await till.tap("primary");
  await kitchen.says("tickets", /Ribeye/i);
  await kitchen.says("all-day", /Ribeye/i);
  await house.slip("GRILL", /Ribeye/i, /[Mm]edium[ -]rare/);
  await house.slip("PIZZA OVEN", /Margherita/i, /[Mm]ushrooms/);
  await kitchen.shot("evening-kitchen");
});

step("what the kitchen bumps is ready on the till", async () => {
  await kitchen.tap("tab-cold");
  await kitchen.says("tickets", /bruschetta/i);
  await kitchen.tap("bump-1");
  await kitchen.see("No tickets");
  await till.says("check", "Ready");
  await till.tap("back");
  await till.says("need-7", "ready to carry");
  await till.tap("need-7");
  await till.tap("carry");
  await till.at("carry").waitFor({ state: "hidden" });
});

step("a fired pizza is voided with the manager's PIN, and the oven gets a slip", async () => {
  await till.tapAll("line-pizza-margherita", "void", "reason-0", "approver-bruno");
  await till.pad("9999");
  await till.tap("approve");
  await till.page.locator("[data-testid=approval] [role=alert]").waitFor();
  assert.doesNotMatch(await till.text("line-pizza-margherita"), /void/i, "a wrong PIN approves nothing");
  await till.pad("2222");
  await till.tap("approve");
  await till.at("approval").waitFor({ state: "hidden" });
  await till.says("line-pizza-margherita", /[Vv]oid/);
  const { text } = await house.slip("PIZZA OVEN", "VOID", /Margherita/i);
  assert.match(text, /Guest changed their mind/);
  await kitchen.tap("tab-pizza");
  await kitchen.see("No tickets");
});

step("three guests share the bill: cash, card with a tip, and a note with change", async () => {
  await till.tap("primary");
  await till.tap("split-3");
  await till.says("owes", "12.10");
  await till.tap("cash-exact");
  await till.says("payer-1", "Paid");
  await till.tap("tip-10");
  await till.says("owes", "13.31");
  await till.tap("card");
  await till.says("payer-2", "Paid");
  await till.tap("cash-2000");
  await till.says("settled", "36.30");
  await till.says("change", "7.90");
  const { text } = await house.slip("Trattoria Tre Lucciole", "Receipt", /Cash/, /Card/, /Tip/);
  assert.match(text, /36\.30/);
  assert.doesNotMatch(text, /Margherita/i, "what was voided is not on the receipt");
  await till.says("paper", "36.30");
  await till.shot("evening-paid");
  await till.tap("to-floor");
  await till.at("table-7").waitFor();
});

step("the manager counts the drawer, closes the day and holds the Z", async () => {
  await till.tapAll("me", "lock");
  await till.signIn("bruno");
  await till.tapAll("nav-manager", "go-day", "count");
  await till.pad("2420");
  await till.says("counted", "24.20");
  await till.tap("count-now");
  await till.says("closing", /counted/i);
  await till.hold("close-day");
  await till.at("z-sheet").waitFor();
  await till.says("z-sheet", "36.30");
  const { text } = await house.slip("Z REPORT", "36.30");
  assert.match(text, /Tips +1\.21/);
  assert.match(text, /Difference +0\.00/);
  await till.shot("evening-z");
});
