// Two tables are pushed together by tap and go apart again; and where two terminals that lost each other merged one check
// into different ones, one tap says which bill it is on.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { APART_MS, cutLinks, story, twoAtWork, until } from "./harness.mjs";

let bar, close, carla, elif, till, other;
const step = story();

before(async () => {
  ({ bar, carla, elif, till, other, close } = await twoAtWork("phone"));
});
after(() => close?.());

/** Open checks as each terminal has them: table, guests' number, what they come to. */
async function bills() {
  const both = await Promise.all([carla, elif].map((each) => each.query("floor")));
  return both.map(({ floor }) => floor.cards.map(({ table, total }) => `${table}: ${total}`).sort().join(", "));
}

/** What a screen does stays on its way, until what this answers with is called. */
async function silenced(screen) {
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await screen.page.route("**/api/dispatch", async (route) => {
    await held;
    await route.continue();
  });
  return go;
}

/** What a table says to whoever cannot see it. */
const spoken = (table) => till.at(`table-${table}`).getAttribute("aria-label");

step("three tables order", async () => {
  await till.tapAll("table-7", "cat-starters", "item-olives", "primary", "back");
  await till.tapAll("table-5", "cat-starters", "item-burrata", "back");
  await till.tapAll("table-6", "cat-starters", "item-minestrone");
  await till.confirmed();
  await until("the terrace to have them", async () => (await bills())[1].split(", ").length === 3);
});

step("two become one: which other, what will result, one tap, and it is shown before the terminal answers", async () => {
  await till.tapAll("back", "table-5", "check-menu", "merge-check", "merge-A1");
  await till.says("merge-result", "Table 5");
  await till.says("merge-result", "Table 7");
  await till.says("merge-result", "2 items");
  await till.shot("merge-sheet");
  const said = await silenced(till);
  await till.tap("merge-confirm");
  await till.says("line-olives", "olives");
  await till.says("line-burrata", "Burrata");
  assert.equal((await bills())[0].split(", ").length, 3, "the terminal has not heard of it");
  assert.equal(await till.at("confirmed").textContent(), "0");
  said();
  await till.confirmed();
  await till.says("line-olives", "olives");
  await till.says("line-burrata", "Burrata");
  await until("one bill less at both", async () => (await bills()).every((shown) => shown.split(", ").length === 2));
});

step("the table whose check was merged is not free: it leads to the bill", async () => {
  await till.tap("back");
  await until("table 5 to be with table 7", async () => /with Table 7/.test(await spoken("5")));
  await till.shot("merge-floor");
  await till.tap("table-5");
  await till.says("line-olives", "olives");
});

step("a mistake is mended: they go apart again", async () => {
  await till.tapAll("check-menu", "part-A2");
  await until("three bills at both", async () => (await bills()).every((shown) => shown.split(", ").length === 3));
  await till.tap("back");
  await till.at("table-5").waitFor();
});

step("while they are apart one check is merged into one here and into another there", async () => {
  await cutLinks(await bar.program("ana"));
  const { floor } = await carla.query("floor");
  const at = (table) => floor.cards.find((card) => card.table === table).check;
  for (const [by, table] of [[carla, "7"], [elif, "6"]]) {
    const merged = await by.dispatch({ merge_checks: { from: at("5"), into: at(table) } });
    assert.ok(merged.done, JSON.stringify(merged));
  }
  const [here, there] = await bills();
  assert.notEqual(here, there);
});

step("together again, both say so, and everything is on one bill", async () => {
  for (const screen of [till, other]) await until("the tray's sign", () => screen.at("tray").count(), APART_MS);
  const [here, there] = await bills();
  assert.equal(here, there);
  await till.tap("tray");
  await till.says("clash", /A2 was merged in different ways\. It is on the bill of A\d now/);
  await till.shot("merge-tray");
});

step("one tap puts it on the bill of the other table, and the tray is empty at both", async () => {
  await till.tap(till.button(/^Everything on A1$/));
  await till.see("Nothing to sort out.");
  for (const by of [carla, elif]) await until("an empty tray", async () => (await by.query("tray")).tray.length === 0);
  const { floor } = await elif.query("floor");
  const seven = floor.cards.find((card) => card.table === "7");
  const { check } = await elif.query({ check: { check: seven.check } });
  assert.deepEqual(Object.values(check.joined).map(({ number }) => `${number.letter}${number.n}`), ["A2"]);
});

step("when its guests have left the other table, others can sit there", async () => {
  await till.tapAll("back", "table-5", "check-menu", "free-A2", "back");
  await until("table 5 to be free", async () => /free/i.test(await spoken("5")));
  await till.tapAll("table-5", "cat-starters", "item-minestrone");
  await till.confirmed();
  await until("three bills at both", async () => (await bills()).every((shown) => shown.split(", ").length === 3));
});

step("what was paid for along with the others goes back on the bill by one tap", async () => {
  const open = async (table, item) => {
    const check = (await carla.dispatch({ open_check: { kind: "dine_in", table, covers: 2, name: "" } })).done.id;
    await carla.dispatch({ add_lines: { check, lines: [{ item }] } });
    return check;
  };
  const [into, from] = [await open("1", "olives"), await open("2", "burrata")];
  await carla.dispatch({ merge_checks: { from, into } });
  await until("the terrace to have it", async () => (await elif.query({ check: { check: into } }))?.check?.joined?.[from]);
  await cutLinks(await bar.program("ana"));
  const parted = await carla.dispatch({ part_check: { check: from } });
  assert.ok(parted.done, JSON.stringify(parted));
  const due = (await elif.query({ check: { check: into } })).check.bill.due;
  const paid = await elif.dispatch({ take_payment: { check: into, tender: { cash: { given: due } }, amount: due } });
  assert.ok(paid.done, JSON.stringify(paid));
  await till.tap("back");
  await until("the tray's sign", () => till.at("tray").count(), APART_MS);
  await till.tap("tray");
  await till.says("clash", /More was paid/);
  await till.shot("merge-put-back");
  await till.tap(till.button(/^Put A\d+ back on this bill$/));
  await till.see("Nothing to sort out.");
  await until("one bill less", async () => (await bills()).every((shown) => shown.split(", ").length === 3));
});
