// A waiter with a phone in one hand: the same order, within the thumb's reach.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

const step = story();
let house;
let phone;

before(async () => {
  house = await Restaurant.open();
  phone = await house.screen("phone");
});
after(() => house?.close());

step("order and fire on a phone, with nothing beyond the screen's edge", async () => {
  const { width, height } = phone.page.viewportSize();
  await phone.fits("the door");
  await phone.signIn("elif");
  await phone.fits("the floor");
  await phone.tap("row-7");
  await phone.tapAll("cat-starters", "item-bruschetta", "option-no-garlic", "item-olives", "item-olives");
  await phone.fits("the order page");
  await phone.shot("phone-order");

  const primary = await phone.at("primary-phone").boundingBox();
  assert.ok(primary.y > height * 0.75, "the primary action lies where the thumb is");
  assert.ok(primary.x >= 0 && primary.x + primary.width <= width, "and wholly on the screen");
  await phone.says("primary-phone", "3");

  await phone.tap("show-check");
  await phone.says("line-olives", "2");
  await phone.says("line-bruschetta", "No garlic");
  await phone.fits("the open drawer");
  await phone.shot("phone-check");
  await phone.tap("close-check");
  await phone.tap("primary-phone");
  await house.slip("COLD KITCHEN", "bruschetta", /2 +Marinated olives/i);
});

step("pay on a phone", async () => {
  await phone.says("primary-phone", "15.30");
  await phone.tap("primary-phone");
  await phone.fits("the pay page");
  await phone.tap("cash-exact");
  await phone.says("settled", "15.30");
  await house.slip("Receipt", "15.30");
});
