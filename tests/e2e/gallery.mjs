// Every page and state of several terminals and of browsers that are let in, to be looked at by eye: node gallery.mjs FOLDER
// (`cargo xtask shots` calls it), or only some of it: node gallery.mjs FOLDER merging drill. Real terminals stand behind each
// picture. Says what is too faint or too wide on the way.

import { resolve } from "node:path";

import { OUTSIDE, barAndTerrace, until } from "./harness.mjs";

const [folder = "../../target/shots/gallery", ...chosen] = process.argv.slice(2);
const INTO = resolve(folder);
const PHONE = { width: 390, height: 844 };
const TILL = { width: 1280, height: 800 };
const WALL = { width: 1920, height: 1080 };
const THEMES = ["paper", "service"];
/** Mirrored, once small and once wide. */
const MIRRORED = [[PHONE, "paper"], [TILL, "service"]];
/** What a browser says of terminals that are not there, and of questions to one that does not know it yet. */
const BROKEN = /40[13]|ERR_|WebSocket|Failed to (load|fetch)|NetworkError|CORS policy/;
/** The drill's ten seconds, its way back, and some more. */
const DRILL_MS = 60_000;

const faults = [];

/** One picture at a size, in a theme. */
async function picture(screen, name, size, theme, language) {
  await screen.page.setViewportSize(size);
  await screen.page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme);
  // One frame, so that the layout has followed.
  await screen.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const whole = `${name}-${size.width}-${theme}-${language}`;
  await screen.shot(whole, INTO);
  for (const text of await screen.faint()) faults.push(`${whole}: faint ${text}`);
  await screen.fits(whole).catch((error) => faults.push(error.message));
}

/** The page as it stands, in every size and theme. Quick enough for what does not stay. */
async function look(screen, name, sizes = [PHONE, TILL, WALL]) {
  for (const size of sizes) for (const theme of THEMES) await picture(screen, name, size, theme, "en");
}

/** The page also mirrored: loaded anew in Arabic, and brought back to this state by `open`. */
async function lookAtBoth(screen, name, open, anew = false) {
  const speak = async (language) => {
    await screen.page.evaluate((language) => localStorage.setItem("comanda.language", language), language);
    await screen.page.setViewportSize(TILL);
    await screen.page.reload();
    await screen.page.locator("main").first().waitFor();
  };
  for (const size of [PHONE, TILL, WALL]) {
    // Some pages choose what they show by the room they have when they are loaded.
    if (anew) await screen.page.setViewportSize(size).then(() => screen.page.reload());
    if (anew || size === PHONE) await open();
    await look(screen, name, [size]);
  }
  await speak("ar");
  for (const [size, theme] of MIRRORED) {
    if (anew) await screen.page.setViewportSize(size).then(() => screen.page.reload());
    if (anew || size === PHONE) await open();
    await picture(screen, name, size, theme, "ar");
  }
  await speak("en");
}

const { bar, terrace, close } = await barAndTerrace({ everywhere: true });
// How they come together is a scene of its own.
if (chosen.length > 0) await bar.letIn(terrace);
const [till, fresh, handheld] = [await bar.screen("till"), await terrace.screen("till"), OUTSIDE && (await bar.screen("till", {}, bar.from(OUTSIDE)))];
for (const screen of [till, fresh, handheld]) screen?.expected.push(BROKEN);
try {
  if (chosen.length > 0) {
    await till.signIn("ana");
    await fresh.signIn("bruno");
  }
  for (const scene of [joining, devices, merging, drill, apart, moved, alarmed]) {
    if (chosen.length === 0 || chosen.includes(scene.name)) await scene();
  }
} catch (error) {
  // What the screens showed then says more than the step that failed.
  for (const [i, screen] of [till, fresh, handheld].entries()) await screen?.shot(`failed-${i}`, INTO);
  throw error;
} finally {
  await close();
}
for (const fault of faults) console.log(fault);
console.log(`${faults.length} faults; the pictures are in ${INTO}`);
process.exitCode = faults.length > 0 ? 1 : 0;

async function terminals() {
  await till.page.goto(`${bar.url}#/manager/terminals`);
  await till.at("terminal-A").waitFor();
}

/** A new terminal shows its code; the bar lets it in. */
async function joining() {
  const ask = async () => {
    // Loaded anew, the page remembers that it was asking.
    const either = fresh.page.getByTestId("setup-join").or(fresh.page.getByTestId("join-qr"));
    await either.first().waitFor();
    if ((await fresh.at("join-qr").count()) === 0) await fresh.tap("setup-join");
    await fresh.at("join-qr").waitFor();
  };
  await lookAtBoth(fresh, "join", ask);
  await ask();
  const code = async () => (await fresh.text("join-code")).replace(/\D/g, "");
  await till.signIn("ana");
  await lookAtBoth(till, "works-alone", () => openWorks(till));
  await lookAtBoth(till, "terminals-alone", terminals);
  const address = (await fresh.page.locator(".join .address").first().innerText()).trim();
  await till.tap("let-in");
  await look(till, "let-in");
  await till.at("let-in-address").fill(address);
  await till.tap("let-in-next");
  await till.pad("87654321");
  await look(till, "let-in-code", [PHONE, TILL]);
  await till.tap("let-in-go");
  await till.says("let-in-stage", "not the code");
  await look(till, "let-in-wrong", [PHONE, TILL]);
  await fresh.says("join-trouble", "wrong code");
  await look(fresh, "join-wrong", [PHONE, TILL]);
  await till.pad(await code());
  await till.tap("let-in-go");
  await fresh.at("came-in").waitFor();
  await picture(fresh, "join-in", TILL, "paper", "en");
  await till.says("let-in-stage", "Terrace is in");
  await look(till, "let-in-done", [PHONE, TILL]);
  await till.tap("let-in-done");
  await till.says("terminal-B", "Has everything");
  await lookAtBoth(till, "terminals", terminals);
  await terminals();
  await till.tap("terminal-B");
  await look(till, "terminal-one");
  await till.page.keyboard.press("Escape");
  await fresh.signIn("bruno");
}

/** A handheld asks, is let in, and works without protection. */
async function devices() {
  await lookAtBoth(till, "protect-till", async () => {
    await till.page.goto(`${bar.url}protect.html`);
    await till.at("fingerprint").waitFor();
  });
  await terminals();
  if (!handheld) return console.log("no network: nothing of browsers on other machines");
  await handheld.at("device-code").waitFor();
  await lookAtBoth(handheld, "device-new", () => handheld.at("device-code").waitFor());
  await till.says("devices", "waits");
  await lookAtBoth(till, "device-waits", async () => {
    await terminals();
    await till.at("devices").scrollIntoViewIfNeeded();
  });
  await terminals();
  await till.tap("let-device-in");
  await handheld.at("device-code").waitFor();
  await till.at("device-code-field").fill((await handheld.text("device-code")).replace(/\s/g, ""));
  await till.at("device-name").fill("Handheld 1");
  await look(till, "device-let-in");
  await till.tap("let-device-in-go");
  await till.says("devices", "Handheld 1");
  await handheld.signIn("carla");
  await lookAtBoth(handheld, "unprotected", () => handheld.at("unprotected").waitFor(), true);
  await lookAtBoth(handheld, "unprotected-works", () => openWorks(handheld));
  await lookAtBoth(handheld, "protect-handheld", async () => {
    await handheld.page.goto(`${bar.from(OUTSIDE)}protect.html`);
    await handheld.at("fetch").waitFor();
  });
  await handheld.page.goto(bar.from(OUTSIDE));
  await till.tap("device");
  await look(till, "device-one", [PHONE, TILL]);
  await till.page.keyboard.press("Escape");
}

/** A program opens a check, and orders on one. */
async function open(by, table) {
  return (await by.dispatch({ open_check: { kind: "dine_in", table, covers: 2, name: "" } })).done.id;
}

function order(by, check, ...items) {
  return by.dispatch({ add_lines: { check, lines: items.map((item) => ({ item })) } });
}

/** Two checks become one: the sheet, the bill, its menu, and the floor with both tables. */
async function merging() {
  const carla = await bar.program("carla");
  const [from, into] = [await open(carla, "3"), await open(carla, "4")];
  await order(carla, from, "olives", "burrata");
  await order(carla, into, "minestrone");
  const at = (check, ready) => async () => {
    await till.page.goto(`${bar.url}#/order/${check}`);
    await till.at("check-menu").waitFor();
    await ready();
  };
  const other = async () => {
    const { floor } = await carla.query("floor");
    const { number } = floor.cards.find((card) => card.check === into);
    await till.tapAll("check-menu", "merge-check", `merge-${number.letter}${number.n}`);
    await till.at("merge-result").waitFor();
  };
  await lookAtBoth(till, "merge-sheet", at(from, other), true);
  await at(from, other)();
  await till.tap("merge-confirm");
  await until("one bill", async () => (await carla.query("floor")).floor.cards.every(({ table }) => table !== "3"));
  await lookAtBoth(till, "merged", at(into, () => {}), true);
  await lookAtBoth(till, "merged-menu", at(into, () => till.tap("check-menu")), true);
  await lookAtBoth(till, "merged-floor", async () => {
    await till.page.goto(`${bar.url}#/floor`);
    await until("the floor", async () => (await till.at("table-4").count()) + (await till.at("row-4").count()));
  }, true);
}

/** The master unplugged, seen from itself and from the other one; meanwhile both sides work on the same tables. */
async function drill() {
  const [ana, bruno, carla, elif] = [await bar.program("ana"), await terrace.program("bruno"), await bar.program("carla"), await terrace.program("elif")];
  const merged = [];
  for (const [from, into] of [["11", "12"], ["t1", "t2"]]) {
    const checks = [await open(carla, from), await open(carla, into)];
    await order(carla, checks[0], "olives");
    await order(carla, checks[1], "burrata");
    merged.push(checks);
  }
  const [[ways, way], [parted, both]] = merged;
  await carla.dispatch({ merge_checks: { from: parted, into: both } });
  const [moving, paying] = [await open(carla, "1"), await open(carla, "2")];
  await order(carla, moving, "olives");
  await order(carla, paying, "burrata");
  await until("the terrace to know both checks", async () => (await bruno.query("floor")).floor.cards.some(({ check }) => check === paying));
  await fresh.page.goto(`${terrace.url}#/manager/terminals`);
  await fresh.at("terminal-B").waitFor();
  await terminals();
  await till.tap("drill-go");
  await till.says("drill", "is unplugged");
  await until("the links to be cut", async () => !(await ana.query("terminals")).terminals.terminals.find(({ me }) => !me).linked);
  await carla.dispatch({ move_check: { check: moving, table: "5" } });
  await elif.dispatch({ move_check: { check: moving, table: "6" } });
  const pay = async (by) => by.dispatch({ take_payment: { check: paying, tender: { cash: { given: 1150 } }, amount: 1150 } });
  const paid = [await pay(carla), await pay(elif)];
  await open(carla, "9");
  await open(elif, "9");
  await carla.dispatch({ merge_checks: { from: ways, into: way } });
  await elif.dispatch({ merge_checks: { from: ways, into: moving } });
  await carla.dispatch({ part_check: { check: parted } });
  await elif.dispatch({ take_payment: { check: both, tender: { cash: { given: 5000 } }, amount: (await elif.query({ check: { check: both } })).check.bill.due } });
  console.log("both sides worked:", JSON.stringify(paid).slice(0, 400));
  await look(till, "drill-running", [PHONE, TILL]);
  await until("the drill to end", async () => !(await ana.query("terminals")).terminals.drill.running, DRILL_MS);
  await lookAtBoth(till, "drill-done", async () => {
    await terminals();
    // The page hears of the end a moment later.
    await till.at("drill-go").waitFor();
    await till.at("drill-result").scrollIntoViewIfNeeded();
  });
  await lookAtBoth(till, "drill-takeovers", async () => {
    await terminals();
    await till.at("takeovers").scrollIntoViewIfNeeded();
  });
}

/** What both did without knowing of each other. */
async function apart() {
  await lookAtBoth(till, "tray", async () => {
    await till.page.goto(`${bar.url}#/tray`);
    await till.at("clash").waitFor();
  });
}

/** The bar dies under two pages. */
async function moved() {
  await till.page.setViewportSize(TILL);
  await till.page.goto(`${bar.url}#/floor`);
  await till.at("table-1").waitFor();
  // The terminals speak over the loopback here, so only pages on this machine are told of the other one.
  const pocket = await bar.screen("phone");
  pocket.expected.push(BROKEN);
  await pocket.signIn("elif");
  await pocket.at("row-1").waitFor();
  for (const screen of [pocket, till]) await screen.knowsAnother();
  await bar.terminal.kill();
  await till.says("status", "Working with Terrace");
  await look(till, "moved", [TILL, WALL]);
  await openWorks(till);
  await look(till, "moved-works");
  await till.page.keyboard.press("Escape");
  await pocket.says("status", "Working with Terrace");
  await look(pocket, "moved-phone", [PHONE]);
  await bar.startTerminal();
}

/** The printer and the terrace fall silent; the terrace was shut out and calls all the same. */
async function alarmed() {
  await till.page.goto(`${bar.url}?#/floor`);
  await till.at("status").waitFor();
  await bar.printer.kill();
  await terrace.terminal.kill();
  const carla = await bar.program("carla");
  const { done } = await carla.dispatch({ open_check: { kind: "dine_in", table: "10", covers: 2, name: "" } });
  await carla.dispatch({ add_lines: { check: done.id, lines: [{ item: "burrata" }] } });
  await carla.dispatch({ fire: { check: done.id, what: "all" } });
  await till.says("status", /print|paper/i);
  await look(till, "degraded");
  await lookAtBoth(till, "works-degraded", () => openWorks(till));
  const ana = await bar.program("ana");
  const { terminals: seen } = await ana.query("terminals");
  await ana.dispatch({ shut_out: { terminal: seen.terminals.find(({ me }) => !me).terminal } });
  await terrace.startTerminal();
  await until("the alarm", async () => (await ana.query("works")).works.works.some(({ what }) => what.alarm), DRILL_MS);
  await lookAtBoth(till, "works-alarm", async () => {
    await openWorks(till);
    await till.at("see-alarm").scrollIntoViewIfNeeded();
  });
  await lookAtBoth(till, "terminals-gone", terminals);
}

async function openWorks(screen) {
  await screen.tap("status");
  await screen.at("work").waitFor();
}
