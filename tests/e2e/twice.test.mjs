// What is asked for twice while nobody answers is done once.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { BROKEN, Restaurant, story } from "./harness.mjs";

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

/** Sells a pizza at a table, and opens the sheet that gives its money back, with a reason chosen. */
async function refunds(screen, table, ...way) {
  await screen.tapAll("nav-floor", `table-${table}`, "cat-pizza", "item-pizza-diavola", "primary");
  await screen.confirmed();
  await screen.tapAll("primary", "cash-exact", "to-floor", ...way);
  await screen.tap(screen.page.locator("[data-testid^=check-A]").first());
  await screen.tap("refund");
  await screen.tap(screen.page.locator("[data-testid=refund-sheet] .chips").nth(1).locator("button").first());
}

step("a refund that is on its way cannot be tapped again", async () => {
  await refunds(till, 7, "nav-manager", "go-checks");
  await till.page.context().setOffline(true);
  await till.tap("refund-now");
  assert.ok(await till.at("refund-now").isDisabled(), "it is on its way");
  await till.page.context().setOffline(false);
  await till.at("refund-sheet").waitFor({ state: "hidden" });
  await till.see(/€11\.50 refunded/);
});

step("a refund nobody approves is not given, and can be asked for again", async () => {
  const bar = await house.screen("till");
  await bar.signIn("felix");
  await refunds(bar, 8, "me", "my-checks");
  await bar.tap("refund-now");
  await bar.at("approval").waitFor();
  await bar.shot("refund-approval");
  // A tap may have taken away what had the focus: Escape closes what is on top all the same, and nothing beneath.
  await bar.page.evaluate(() => document.activeElement.blur());
  await bar.keys("Escape");
  await bar.at("approval").waitFor({ state: "hidden" });
  assert.ok(await bar.at("refund-sheet").isVisible(), "only what is on top is closed");
  await bar.tap("refund-now");
  await bar.tap("approver-bruno");
  await bar.pad("2222");
  await bar.tap("approve");
  await bar.at("refund-sheet").waitFor({ state: "hidden" });
  await bar.see(/€11\.50 refunded/);
});
