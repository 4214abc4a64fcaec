// The law changes a tax: the manager types the new rate, and orders from then on carry it.

import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

const step = story();
let house;
let till;

before(async () => {
  house = await Restaurant.open();
  till = await house.screen("till");
  await till.signIn("ana");
});
after(() => house?.close());

/** Orders olives at a table, fires them and looks at what would be paid. */
async function toPay(table) {
  await till.tapAll("nav-floor", `table-${table}`, "cat-starters", "item-olives", "primary");
  await till.confirmed();
  await till.tap("primary");
}

step("an order carries the rate of its day", async () => {
  await toPay(1);
  await till.says("receipt", /\b10\s%.*4\.20/);
});

step("a rate that no law knows is not taken", async () => {
  await till.tapAll("nav-manager", "go-menu", "tab-taxes");
  await till.at("rate-food").fill("110");
  await till.says("tax-food", "From 0 to 100");
});

step("a new rate is typed and published", async () => {
  await till.at("rate-food").fill("7,5");
  await till.shot("office-taxes");
  await till.tap("publish");
  await till.says("toasts", "published");
});

step("what is ordered from now on carries it, and what was ordered before does not", async () => {
  await toPay(2);
  await till.says("receipt", /\b7\.5\s%.*4\.20/);
  await till.tapAll("nav-floor", "table-1", "primary");
  await till.says("receipt", /\b10\s%.*4\.20/);
});
