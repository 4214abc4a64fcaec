// Every language on every page: no text is missing, and a script that runs the other way mirrors the screen.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Restaurant } from "./harness.mjs";

let house;
let till;
let check;

before(async () => {
  house = await Restaurant.open();
  till = await house.screen("till");
  await till.signIn("ana");
  await till.tapAll("table-7", "cat-starters", "item-bruschetta", "item-olives", "primary", "item-burrata");
  await till.confirmed();
  check = (await till.page.evaluate(() => location.hash)).split("/").pop();
});
after(() => house?.close());

const PAGES = {
  floor: "#/floor",
  order: () => `#/order/${check}`,
  pay: () => `#/pay/${check}`,
  kitchen: "#/kitchen",
  today: "#/manager",
  reports: "#/manager/reports",
  day: "#/manager/day",
  menu: "#/manager/menu",
  "floor plan": "#/manager/floor",
  staff: "#/manager/staff",
  printers: "#/manager/printers",
  settings: "#/manager/settings",
};

/** Which of the two programs has a page of these. */
const program = (hash) => (hash.startsWith("#/manager") ? "office" : "ui");

/** Goes to an address and waits until its page is drawn: the manager's pages are another program, fetched when opened. */
async function go(hash) {
  const another = program(await till.page.evaluate(() => location.hash)) !== program(hash);
  await till.page.evaluate((to) => {
    window.stoodHereBefore = true;
    location.hash = to;
  }, hash);
  if (another) await till.page.waitForFunction(() => !window.stoodHereBefore);
  await till.page.waitForTimeout(150);
  await till.page.waitForFunction(() => document.body?.innerText.length > 40 && !document.querySelector(".ghost"));
}

/** What should say something and has no text. */
const wordless = () =>
  till.page.evaluate(() =>
    [...document.querySelectorAll("h1, h2, h3, summary, label, legend, dt, button, a")]
      .filter((each) => !each.textContent.trim() && !each.getAttribute("aria-label") && !each.getAttribute("title"))
      .map((each) => each.outerHTML.slice(0, 120)),
  );

/** How far down anything on the page was moved before a person touched it. */
const scrolled = () =>
  till.page.evaluate(() => Math.max(...[...document.querySelectorAll(".mgr .scroll, .mgr-main")].map((e) => e.scrollTop), 0));

for (const [language, direction] of [["en", "ltr"], ["es", "ltr"], ["de", "ltr"], ["ar", "rtl"]]) {
  for (const kind of ["till", "phone"]) {
    test(`${language} on a ${kind}`, async () => {
      await till.page.setViewportSize(kind === "phone" ? { width: 390, height: 844 } : { width: 1280, height: 800 });
      await go(PAGES.floor);
      await till.tapAll("me", `language-${language}`);
      await till.keys("Escape");
      // A page that has just come has one language; another one that is asked for at once is fetched first.
      await till.page.waitForFunction((code) => document.documentElement.lang === code, language);
      assert.equal(await till.page.evaluate(() => document.documentElement.dir), direction);
      for (const [name, address] of Object.entries(PAGES)) {
        const hash = typeof address === "string" ? address : address();
        await go(hash);
        const text = await till.page.locator("body").innerText();
        assert.ok(text.length > 40, `${name} shows something`);
        assert.deepEqual(await wordless(), [], `${name} has a text for everything it says`);
        await till.fits(`${name} in ${language}`);
        assert.equal(await scrolled(), 0, `${name} opens at its top`);
      }
      await go(PAGES.order());
      await till.shot(`words-${language}-${kind}`);
    });
  }
}
