// A page comes in one language and fetches the others once it has nothing else to do, so that a person can change over even
// while the terminal is out of reach.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { Restaurant, story, until } from "./harness.mjs";

const step = story();
/** What a browser says of a terminal that is gone. */
const GONE = /ERR_|WebSocket|Failed to (load|fetch)/;

let house, phone, tablet;
/** The files of words a page asked for, in their order. */
const asked = [];

before(async () => {
  house = await Restaurant.open();
});
after(() => house?.close());

const direction = (screen) => screen.page.evaluate(() => document.documentElement.dir);
const names = (files) => files.map((file) => file.split("/").pop());

step("a phone that asks for German comes in German, with no other language on the way", async () => {
  phone = await house.screen("phone", { locale: "de-AT" }, "about:blank");
  phone.page.on("request", (request) => request.url().includes("/texts/") && asked.push(request.url()));
  await phone.page.goto(house.url);
  await phone.see("Wer ist da?");
  assert.equal(names(asked)[0], "ui.de.txt");
  assert.equal(await direction(phone), "ltr");
});

step("the others follow, each once", async () => {
  await until("all languages to be fetched", () => asked.length >= 4);
  assert.deepEqual(names(asked).sort(), ["ui.ar.txt", "ui.de.txt", "ui.en.txt", "ui.es.txt"]);
});

step("a person who speaks another language changes over at once", async () => {
  await phone.signIn("elif");
  await phone.tapAll("me", "language-es");
  await phone.see("Idioma");
  await phone.keys("Escape");
});

step("a screen whose other languages cannot be had stays as it is, says so, and has them later", async () => {
  tablet = await house.screen("till", {}, "about:blank");
  await tablet.page.route("**/texts/ui.{es,de,ar}.txt", (route) => route.abort());
  await tablet.expecting(GONE, async () => {
    await tablet.page.goto(house.url);
    await tablet.signIn("ana");
    await tablet.tapAll("me", "language-ar");
    await tablet.see("this language is not here yet");
    assert.equal(await direction(tablet), "ltr");
    await tablet.page.unroute("**/texts/ui.{es,de,ar}.txt");
  });
  await tablet.tap("language-ar");
  await tablet.see("اللغة");
  assert.equal(await direction(tablet), "rtl");
});

step("the office comes in the language of the screen too", async () => {
  await tablet.page.evaluate(() => (location.hash = "#/manager"));
  await tablet.see("المطعم");
  assert.equal(await direction(tablet), "rtl");
});

step("with the terminal gone, a phone that was open for a moment still changes its language", async () => {
  phone.expected.push(GONE);
  tablet.expected.push(GONE);
  await house.terminal.kill();
  await phone.tapAll("me", "language-ar");
  await phone.see("اللغة");
  assert.equal(await direction(phone), "rtl");
  await phone.tap("language-en");
  await phone.see("Language");
});
