// A handheld on the restaurant's Wi-Fi: it is told nothing until a manager lets it in by the code it shows, and nothing
// any more once it is shut out. The terminal and the browser are one machine here, so the handheld comes over the
// machine's own address on the network, which for a terminal is another machine's.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { OUTSIDE, Restaurant, story, until } from "./harness.mjs";

/** The browser says so of every request that is refused. */
const REFUSED = /40[13]|ERR_|WebSocket/;

const step = story();
let house, till, handheld;

before(async () => {
  if (!OUTSIDE) return;
  house = await Restaurant.open({ everywhere: true });
  till = await house.screen("till");
  handheld = await house.screen("phone", {}, house.from(OUTSIDE));
  for (const screen of [till, handheld]) screen.expected.push(REFUSED);
});
after(() => house?.close());

/** Without a network there is no other machine to come from. */
const told = (name, work) => step(name, async () => (OUTSIDE ? work() : console.log("    skipped: this machine has no network")));

told("a new browser shows a code and nothing of the restaurant", async () => {
  await handheld.see("This device is new here");
  assert.match((await handheld.text("device-code")).replace(/\s/g, ""), /^\d{6}$/);
  assert.doesNotMatch(await handheld.page.locator("body").innerText(), /Trattoria|Ana|Carla/);
  await handheld.fits("the page of a new device");
  await handheld.shot("device-new");
});

told("a manager sees that it waits, and lets it in by its code", async () => {
  await till.signIn("ana");
  await till.page.goto(`${house.url}#/manager/terminals`);
  await till.at("devices").waitFor();
  await till.says("devices", "1 device waits");
  await till.says("devices", house.from(OUTSIDE).replace(/\/$/, ""));
  await till.shot("device-waits");
  await till.tap("let-device-in");
  await till.at("device-code-field").fill("000000");
  await till.at("device-name").fill("Handheld 1");
  await till.tap("let-device-in-go");
  await till.see("No new device shows that code");
  await till.at("device-code-field").fill((await handheld.text("device-code")).replace(/\s/g, ""));
  await till.shot("device-let-in");
  await till.tap("let-device-in-go");
  await till.says("devices", "Handheld 1");
});

told("the handheld goes on by itself, and takes orders", async () => {
  await handheld.signIn("carla");
  await handheld.tap("row-7");
  await handheld.tapAll("cat-starters", "item-olives", "primary-phone");
  await house.slip("COLD KITCHEN", "olives");
});

told("the list says who let it in", async () => {
  await till.tap("device");
  await till.says("let-in-by", /Let in by Ana, .*\d\d:\d\d/);
  await till.page.keyboard.press("Escape");
});

told("where only protected devices work, it is shown how it becomes one, and nothing else", async () => {
  await till.tap("only-protected");
  await handheld.at("fetch").waitFor();
  assert.doesNotMatch(await handheld.page.locator("body").innerText(), /Trattoria|olives|Carla/i);
  await handheld.page.goto(house.from(OUTSIDE));
  await handheld.at("fetch").waitFor();
  await handheld.fits("the page that protects");
  await till.says("devices", "Handheld 1");
  await till.tap("only-protected");
  await until("plain HTTP to be heard again", async () => (await fetch(`${house.from(OUTSIDE)}api/here`)).ok);
  await handheld.page.goto(house.from(OUTSIDE));
  await handheld.at("me").waitFor();
});

told("shut out, it stops at once, wherever its page stands", async () => {
  await till.tap("device");
  await till.shot("device-one");
  await till.hold("shut-device-out");
  await handheld.see("This device is new here");
  await till.says("devices", "Shut out");
});

told("over HTTPS a manager lets a new one in on the device itself; in the clear that is not offered", async () => {
  assert.equal(await handheld.page.getByTestId("vouch").count(), 0);
  const tablet = await house.screen("phone", { ignoreHTTPSErrors: true }, house.from(OUTSIDE).replace("http:", "https:"));
  tablet.expected.push(REFUSED);
  await tablet.at("device-code").waitFor();
  await tablet.tap(tablet.page.getByTestId("vouch").locator("summary"));
  await tablet.at("vouch-manager").fill("ana");
  await tablet.at("vouch-pin").fill("2468");
  await tablet.at("vouch-name").fill("Tablet 2");
  await tablet.tap("vouch-go");
  await tablet.see("Name and PIN do not fit a manager's");
  await tablet.fits("a new device with a manager before it");
  await tablet.page.getByTestId("vouch").scrollIntoViewIfNeeded();
  await tablet.shot("device-vouch");
  await tablet.at("vouch-pin").fill("1111");
  await tablet.tap("vouch-go");
  await tablet.signIn("carla");
  await till.says("devices", "Tablet 2");
});
