// The door: a wrong PIN opens nothing, says how long to wait, and keeps nobody else out.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Restaurant, story } from "./harness.mjs";

/** More wrong PINs than anybody needs to remember the right one. */
const TRIES = 8;

const step = story();
let house;
let till;

before(async () => {
  house = await Restaurant.open();
  till = await house.screen("till");
});
after(() => house?.close());

step("a wrong PIN is refused in words, again and again until there is a wait", async () => {
  await till.tap("person-carla");
  for (let n = 0; n < TRIES; n += 1) {
    await till.pad("9999");
    await till.tap("pin-enter");
    await till.says("pin-fault", /\S/);
    if (/\d+ ?s/.test(await till.text("pin-fault"))) break;
  }
  assert.match(await till.text("pin-fault"), /\d+/, "after some tries it says how long to wait");
  assert.equal(await till.at("me").count(), 0);
  await till.shot("door-wrong");
});

step("a colleague comes in meanwhile, and a reload remembers who is at the screen", async () => {
  await till.signIn("bruno");
  await till.page.reload();
  await till.at("me").waitFor();
  assert.match(await till.text("me"), /Bruno/);
  await till.tapAll("me", "lock");
  await till.at("person-bruno").waitFor();
  await till.page.reload();
  await till.at("person-bruno").waitFor();
  assert.equal(await till.at("me").count(), 0, "who has left does not come back with a reload");
});
