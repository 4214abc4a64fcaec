// The first morning: a terminal with nothing in it becomes a restaurant that takes an order.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { OUTSIDE, Restaurant, story } from "./harness.mjs";

const step = story();
let house;
let till;
/** A phone that reaches the terminal over the network, where there is one. */
let phone;
/** What a browser says of an answer that tells it no. */
const REFUSED = /403/;

before(async () => {
  house = await Restaurant.open({ demo: false, everywhere: true });
  till = await house.screen("till");
});
after(() => house?.close());

step("somebody else on the network cannot set it up, and is told where that is done", async () => {
  if (!OUTSIDE) return;
  phone = await house.screen("phone", {}, "about:blank");
  phone.expected.push(REFUSED);
  await phone.page.goto(house.from(OUTSIDE));
  await phone.see("Set it up at this terminal’s own screen");
  await phone.fits("a terminal without a restaurant, from outside");
  await phone.shot("setup-elsewhere");
});

step("four questions, and a reload in the middle asks none of them again but the PIN", async () => {
  await till.page.getByTestId("setup-name").fill("Osteria del Ponte");
  await till.fits("the first question");
  await till.shot("setup-1");
  await till.tap("setup-next");
  await till.page.getByTestId("setup-owner").fill("Livia");
  await till.page.getByTestId("setup-pin").fill("2468");
  await till.tapAll("setup-next", "start-demo", "setup-next");
  await till.page.getByTestId("setup-printer").fill(`127.0.0.1:${house.printerPort}`);
  await till.page.reload();
  await till.tap("setup-pin-again");
  assert.equal(await till.page.getByTestId("setup-owner").inputValue(), "Livia");
  await till.page.getByTestId("setup-pin").fill("2468");
  await till.tapAll("setup-next", "setup-next");
  assert.equal(await till.page.getByTestId("setup-printer").inputValue(), `127.0.0.1:${house.printerPort}`);
  await till.shot("setup-4");
  await till.tap("setup-finish");
});

step("the owner stands on the floor, takes an order, and it comes out of the printer", async () => {
  await till.at("table-7").waitFor();
  await till.tapAll("table-7", "cat-starters", "item-olives", "primary");
  await house.slip("olives", "Livia");
});

step("a receipt carries the restaurant's own name", async () => {
  await till.tapAll("primary", "cash-exact");
  await house.slip("Osteria del Ponte", "Receipt");
  await till.tapAll("to-floor", "me", "lock");
  await till.at("person-livia").waitFor();
});

step("once it is set up, the phone asks to be let in by itself", async () => {
  await phone?.at("device-code").waitFor();
});
