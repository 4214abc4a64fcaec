// A till with a keyboard: what is typed goes to what is on top, and to nothing beneath it.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

const step = story();
let house;
let till;

before(async () => {
  house = await Restaurant.open();
  till = await house.screen("till");
});
after(() => house?.close());

/** Types words and ends with Enter. */
const type = (words) => till.keys(...words, "Enter");

step("a PIN is typed", async () => {
  await till.tap("person-carla");
  await type("3333");
  await till.at("me").waitFor();
});

step("a colleague's PIN approves, and is no quantity of the dish beneath", async () => {
  await till.tapAll("table-7", "cat-pizza", "item-pizza-margherita", "item-pizza-diavola", "primary");
  await till.confirmed();
  await till.tapAll("line-pizza-margherita", "void", "reason-0", "approver-bruno");
  await type("9999");
  await till.page.locator("[data-testid=approval] [role=alert]").waitFor();
  await type("2222");
  await till.at("approval").waitFor({ state: "hidden" });
  await till.says("line-pizza-margherita", /[Vv]oid/);
  await till.confirmed();
  assert.equal(await till.page.locator(".toast.refused").count(), 0, "nothing was asked of the page beneath");
});

step("the cash a guest gives is typed; Escape closes the sheet and not the page beneath", async () => {
  await till.tapAll("primary", "cash-other");
  await till.at("cash-sheet").waitFor();
  await till.keys("Escape");
  await till.at("cash-sheet").waitFor({ state: "hidden" });
  await till.tap("cash-other");
  await type("51");
  assert.ok(await till.at("cash-sheet").isVisible(), "0.51 is too little");
  await till.keys("Backspace");
  await type("000");
  await till.says("change", "38.50");
  await till.tap("to-floor");
  await till.at("table-7").waitFor();
});

step("the drawer's count is typed", async () => {
  await till.tapAll("me", "lock");
  await till.tap("person-bruno");
  await type("2222");
  await till.tapAll("nav-manager", "go-day", "count");
  await till.keys(..."1150");
  await till.says("counted", "11.50");
  await till.keys("Enter");
  await till.says("closing", /no further count/);
});
