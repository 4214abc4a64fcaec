// What is asked for twice while nobody answers is done once.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

/** What a browser says of lines that lead nowhere. */
const BROKEN = /ERR_|WebSocket|Failed to (load|fetch)|NetworkError/;

const step = story();
let house;
let till;

before(async () => {
  house = await Restaurant.open();
  till = await house.screen("till");
  till.expected.push(BROKEN);
  await till.signIn("bruno");
});
after(() => house?.close());

step("money put into the drawer while the terminal is away is put in once, however often that is tapped", async () => {
  await till.tapAll("nav-manager", "go-day", "do-paid-in");
  await till.keys(..."1000");
  await till.tap(till.page.locator("[data-testid=cash-sheet] .chips button").first());
  await till.page.context().setOffline(true);
  await till.tap("cash-now");
  assert.ok(await till.at("cash-now").isDisabled(), "it is on its way");
  await till.keys("Enter", "Enter");
  await till.page.context().setOffline(false);
  await till.at("cash-sheet").waitFor({ state: "hidden" });
  await till.says("drawer", /Paid in\s*€10\.00/);
});

step("a refund that is on its way cannot be tapped again", async () => {
  await till.tapAll("nav-floor", "table-7", "cat-pizza", "item-pizza-diavola", "primary");
  await till.confirmed();
  await till.tapAll("primary", "cash-exact", "to-floor", "nav-manager", "go-checks");
  await till.tap(till.page.locator("[data-testid^=check-A]").first());
  await till.tap("refund");
  await till.tap(till.page.locator("[data-testid=refund-sheet] .chips").nth(1).locator("button").first());
  await till.page.context().setOffline(true);
  await till.tap("refund-now");
  assert.ok(await till.at("refund-now").isDisabled(), "it is on its way");
  await till.page.context().setOffline(false);
  await till.at("refund-sheet").waitFor({ state: "hidden" });
  await till.see(/€11\.50 refunded/);
});
