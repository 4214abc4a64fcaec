// Two waiters, two screens, one table: each sees what the other does, and nothing is taken twice.

import { after, before } from "node:test";
import assert from "node:assert/strict";

import { Restaurant, story } from "./harness.mjs";

const step = story();
let house;
let carla;
let diego;

before(async () => {
  house = await Restaurant.open();
  [carla, diego] = [await house.screen("till"), await house.screen("phone")];
  await carla.signIn("carla");
  await diego.signIn("elif");
});
after(() => house?.close());

step("a table opened on one screen is taken on the other", async () => {
  await carla.tapAll("table-7", "cat-starters", "item-olives");
  await diego.says("row-7", "Carla");
  await diego.tap("row-7");
  await diego.tap("show-check");
  await diego.says("line-olives", "olives");
  await diego.tap("close-check");
});

step("both add at the same moment and both see both", async () => {
  await diego.tap("cat-starters");
  await Promise.all([carla.tap("item-burrata"), diego.tap("item-minestrone")]);
  for (const screen of [carla, diego]) await screen.confirmed();
  await carla.says("line-minestrone", "Minestrone");
  await diego.tap("show-check");
  await diego.says("line-burrata", "Burrata");
  await diego.tap("close-check");
  assert.equal(await carla.text("total"), "€22.20");
  await carla.says("primary", "Fire 3");
  await diego.says("primary-phone", "Fire 3");
});

step("what one fires, the other can no longer fire, and the kitchen gets it once", async () => {
  await carla.tap("primary");
  await diego.says("primary-phone", "22.20");
  await house.slip("COLD KITCHEN", "Burrata");
  await house.slip("HOT KITCHEN", "Minestrone");
  const papers = (await house.slips()).filter(({ text }) => text.includes("Minestrone"));
  assert.equal(papers.length, 1);
});
