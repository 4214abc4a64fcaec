// The barkeeper runs a drawer of their own, counts it blind, and is shown neither the day's sales nor what should be there.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

const step = story();
let house;
let bar;

before(async () => {
  house = await Restaurant.open();
  bar = await house.screen("till");
  await bar.signIn("felix");
});
after(() => house?.close());

/** Sells olives, which cost the same at every hour, for 4.20 in cash. */
async function sells() {
  await bar.tapAll("nav-floor", "table-7", "cat-starters", "item-olives", "primary");
  await bar.confirmed();
  await bar.tapAll("primary", "cash-exact", "to-floor");
}

step("the way to the drawer is on the sheet of whoever is signed in", async () => {
  await sells();
  await bar.tapAll("me", "my-drawer");
  await bar.says("drawer", "shown after the count");
  assert.doesNotMatch(await bar.text("drawer"), /4\.20/, "what should be there is not said before the count");
  await bar.shot("barkeeper-drawer");
});

step("small change is put in, and the count is still wanted", async () => {
  await bar.tap("do-paid-in");
  await bar.keys(..."1000");
  await bar.tap(bar.page.locator("[data-testid=cash-sheet] .chips button").first());
  await bar.tap("cash-now");
  await bar.says("drawer", /Paid in\s*€10\.00/);
  await bar.says("closing", /not counted yet/);
});

step("the count says what is missing; closing the day and its figures are somebody else's", async () => {
  await bar.tap("count");
  await bar.keys(..."1400", "Enter");
  await bar.says("drawer", /€14\.20.*€14\.00.*€0\.20/s);
  await bar.says("closing", /no further count/);
  for (const of of ["close-day", "x-report"]) assert.equal(await bar.at(of).count(), 0, of);
  const felix = await house.program("felix");
  const { today } = await felix.query("today");
  assert.equal(today.book.sales.n, 0, "the sales are not told");
  assert.equal(today.drawers[0].expected, 1420);
  await bar.shot("barkeeper-counted");
});
