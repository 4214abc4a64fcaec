// A restaurant of its own for every test file: a printer, a terminal and browsers, on free ports, in a folder that goes
// away. Nothing is shared, so the files can run side by side.

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const PROGRAMS = process.env.COMANDA_PROGRAMS ?? join(ROOT, "target/debug");
const PAGES = process.env.COMANDA_PAGES ?? join(ROOT, "dist/ui");
const SHOTS = join(ROOT, "target/shots");
/** The demo's people and their PINs. */
const PINS = { ana: "1111", bruno: "2222", carla: "3333", diego: "4444", elif: "5555", felix: "6666", giulia: "7777", hugo: "8888" };
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;
const SEE_LIMIT_MS = 15_000;
const POLL_MS = 50;
/** A little longer than the page asks a dangerous control to be held. */
const HOLD_MS = 900;
/** The last lines of a program, shown when something fails. */
const KEPT_LINES = 60;

/** What Chromium needs in a container and without the internet. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What a browser says of lines that lead nowhere. */
export const BROKEN = /ERR_|WebSocket|Failed to (load|fetch)|NetworkError/;

/** The screens a restaurant has. */
export const SCREENS = {
  till: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
  kitchen: { viewport: { width: 1920, height: 1080 } },
};

/** An address under which this machine is another one; none where there is no network at all. */
export const OUTSIDE = Object.values(networkInterfaces()).flat().find((each) => each.family === "IPv4" && !each.internal)?.address;

/** Below what the system gives to whoever calls somebody, above what Chromium refuses (10080), and a part for each test file. */
const PORTS = { first: 11_000, each: 100, parts: 210 };
let ports = 0;

/** Between asking for a port and using it nobody else gets it: neither another file nor a connection that goes out. */
async function freePort() {
  for (let tried = 0; tried < PORTS.each; tried++) {
    const port = PORTS.first + (process.pid % PORTS.parts) * PORTS.each + (ports++ % PORTS.each);
    const server = createServer();
    const bound = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, () => resolve(true));
    });
    if (!bound) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error("no port is free for this test file");
}

const launch = (flags = [], home = process.env.HOME) =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...FLAGS, ...flags], env: { ...process.env, HOME: home } });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries until `attempt` returns something, and says what was waited for if it never does. */
export async function until(what, attempt, limit = SEE_LIMIT_MS) {
  const begun = Date.now();
  for (;;) {
    const found = await attempt();
    if (found) return found;
    if (Date.now() - begun > limit) throw new Error(`waited ${limit / 1000} s for ${what}`);
    await pause(POLL_MS);
  }
}

/** Whether a text holds words, however they are written, or fits a pattern. */
const has = (text, words) => (words instanceof RegExp ? words.test(text) : text.toLowerCase().includes(words.toLowerCase()));

/**
 * The steps of one story, each a test of its own. Once one has failed, the later ones say so at once instead of each
 * waiting for something that can no longer come.
 */
export function story() {
  let broken;
  return (name, work) =>
    test(name, async () => {
      if (broken) throw new Error(`not tried, because this failed before: ${broken}`);
      try {
        await work();
      } catch (error) {
        broken = name;
        throw error;
      }
    });
}

class Program {
  constructor(name, args) {
    this.name = name;
    this.lines = [];
    this.child = spawn(join(PROGRAMS, name), args, { stdio: ["ignore", "pipe", "pipe"] });
    this.ended = new Promise((resolve) => {
      this.child.once("exit", (code, signal) => resolve(signal ?? code));
      this.child.once("error", (error) => resolve(error.message));
    });
    this.ended.then((how) => (this.how = how));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        this.lines.push(...text.split("\n").filter(Boolean));
        this.lines.splice(0, this.lines.length - KEPT_LINES);
      });
    }
  }

  said() {
    return `${this.name} said:\n  ${this.lines.join("\n  ")}`;
  }

  /** Pulls the plug. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  async stop() {
    if (this.how !== undefined) return;
    this.child.kill("SIGTERM");
    if ((await Promise.race([this.ended, pause(STOP_LIMIT_MS).then(() => "late")])) === "late") await this.kill();
  }
}

/** Programs that signed in so far, at whichever terminal: no two may send commands under the same names. */
let programs = 0;

/** One restaurant. Use `Restaurant.open()`, and `close()` at the end. */
export class Restaurant {
  /**
   * Opens the demo restaurant, or an empty one with `{ demo: false }`. A terminal with a `name` can be let in by others
   * or let them in, over the loopback; nothing is looked for on the network. With `everywhere` its pages are there for
   * other machines too.
   */
  static async open({ demo = true, everywhere = false, name = everywhere ? "Till" : "" } = {}) {
    const house = new Restaurant();
    house.demo = demo;
    // The same port after a restart: the others call there.
    house.args = name ? ["--name", name, "--peers", `127.0.0.1:${await freePort()}`, "--no-discovery"] : [];
    house.host = everywhere ? "0.0.0.0" : "127.0.0.1";
    house.folder = await mkdtemp(join(tmpdir(), "comanda-"));
    house.paper = join(house.folder, "paper");
    await mkdir(house.paper);
    house.screens = [];
    house.trouble = [];
    [house.port, house.printerPort, house.ticketsPort] = [await freePort(), await freePort(), await freePort()];
    house.url = `http://127.0.0.1:${house.port}/`;
    house.ticketsUrl = `http://127.0.0.1:${house.ticketsPort}/`;
    try {
      house.startPrinter();
      await house.startTerminal();
      house.browser = await launch();
    } catch (error) {
      await house.release();
      throw error;
    }
    return house;
  }

  startPrinter() {
    const args = ["--listen", `127.0.0.1:${this.printerPort}`, "--web", `127.0.0.1:${this.ticketsPort}`];
    this.printer = new Program("comanda-printer", [...args, "--out", this.paper]);
  }

  async startTerminal() {
    const args = ["--data", join(this.folder, "data"), "--listen", `${this.host}:${this.port}`];
    args.push("--printer", `127.0.0.1:${this.printerPort}`, "--ui", PAGES);
    args.push(...this.args);
    if (this.demo) args.push("--demo");
    const terminal = new Program("comanda-terminal", args);
    this.terminal = terminal;
    await until("the terminal to answer", async () => {
      if (terminal.how !== undefined) throw new Error(`the terminal ended (${terminal.how})\n${terminal.said()}`);
      return fetch(`${this.url}health`).then((answer) => answer.ok, () => false);
    }, START_LIMIT_MS).catch((error) => {
      throw new Error(`${error.message}\n${terminal.said()}`);
    });
  }

  /** A new device with its own storage, looking at the door. `kind` is one of SCREENS; `home` a folder of its person. */
  async screen(kind, options = {}, url = this.url, flags = [], home = undefined) {
    const context = await (await this.browserWith(flags, home)).newContext({ ...SCREENS[kind], reducedMotion: "reduce", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(SEE_LIMIT_MS);
    const screen = new Screen(this, kind, page);
    this.screens.push(screen);
    await page.goto(url);
    return screen;
  }

  /** The browser; one of its own for a screen with further flags, or of a person with a folder of their own. */
  async browserWith(flags, home) {
    if (flags.length === 0 && !home) return this.browser;
    const own = await launch(flags, home);
    this.browsers = [...(this.browsers ?? []), own];
    return own;
  }

  /** The pages as a machine at another address of the network sees them. */
  from(address) {
    return `http://${address}:${this.port}/`;
  }

  /** What came out of the printer so far, in order: the text of each slip and the file of its picture. */
  async slips() {
    const texts = (await readdir(this.paper)).filter((name) => name.endsWith(".txt")).sort();
    return Promise.all(
      texts.map(async (name) => ({
        text: await readFile(join(this.paper, name), "utf8"),
        picture: join(this.paper, name.replace(".txt", ".png")),
      })),
    );
  }

  /** Waits for a slip with all of these on it, words or patterns. */
  async slip(...words) {
    const right = ({ text }) => words.every((word) => has(text, word));
    return until(`a slip with ${words.join(", ")}`, async () => (await this.slips()).find(right)).catch(
      async (error) => {
        const all = (await this.slips()).map(({ text }) => text).join("\n--- next slip\n");
        throw new Error(`${error.message}; the paper says:\n${all}\n${this.terminal.said()}`);
      },
    );
  }

  /** A command or a query straight to the terminal, as any other program would send it. */
  async api(verb, body, token) {
    const headers = { "content-type": "application/json", "x-device": "test" };
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(`${this.url}api/${verb}`, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.json();
  }

  /** Signs a program in, and gives what it does with a command or a query. */
  async program(person = "ana") {
    programs += 1;
    const session = `test${String(programs).padStart(4, "0")}`;
    let n = 0;
    const dispatch = (command, token) => this.api("dispatch", { id: `${session}-${(n += 1)}`, command }, token);
    const { done } = await dispatch({ sign_in: { staff: person, pin: PINS[person] } });
    const { token } = done.signed_in;
    return {
      dispatch: (command) => dispatch(command, token),
      query: async (query) => (await this.api("query", query, token)).view,
    };
  }

  /** Lets another house's terminal into this restaurant, and waits until each knows where the other serves pages. */
  async letIn(other) {
    const ana = await this.program("ana");
    await other.api("dispatch", { id: "strange1-1", command: "open_door" });
    const { terminals } = (await other.api("query", "terminals")).view;
    await ana.dispatch({ let_in: { address: terminals.listens[0], code: terminals.door.code } });
    const tells = async (house, of) => {
      const policy = (await fetch(house.url)).headers.get("content-security-policy") ?? "";
      return policy.includes(`:${of.port}`);
    };
    await until("both to know each other's pages", async () => (await tells(this, other)) && tells(other, this));
    await until("its people to be known there", async () => {
      const { door } = (await other.api("query", "door")).view;
      return door.people.length > 0;
    });
  }

  /** Ends everything, and fails if any page complained on the way. */
  async close() {
    await this.release();
    if (this.trouble.length > 0) throw new Error(`the pages complained:\n  ${this.trouble.join("\n  ")}`);
  }

  async release() {
    for (const own of this.browsers ?? []) await own.close();
    await this.browser?.close();
    await this.terminal?.stop();
    await this.printer?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The demo restaurant's bar and, beside it, a terrace's terminal with nothing in it yet; `close` ends both. */
export async function barAndTerrace({ everywhere = false } = {}) {
  const bar = await Restaurant.open({ name: "Bar", everywhere });
  const terrace = await Restaurant.open({ name: "Terrace", demo: false, everywhere }).catch(async (error) => {
    await bar.release();
    throw error;
  });
  // The second is closed even when the first one's pages complained.
  return { bar, terrace, close: () => terrace.close().finally(() => bar.close()) };
}

/** A question to a terminal that does not know the screen's person yet. */
const NOT_KNOWN = /401/;

/** Ana at a till of the bar and Bruno at a screen of the terrace, and a program at each terminal that sees what it has. */
export async function twoAtWork(there) {
  const { bar, terrace, close } = await barAndTerrace();
  try {
    await bar.letIn(terrace);
    const [carla, elif] = [await bar.program("carla"), await terrace.program("elif")];
    const [till, other] = [await bar.screen("till"), await terrace.screen(there)];
    for (const screen of [till, other]) screen.expected.push(NOT_KNOWN);
    await till.signIn("ana");
    await other.signIn("bruno");
    return { bar, carla, elif, till, other, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** The drill's ten seconds, its way back, and some more. */
export const APART_MS = 60_000;

/** Cuts the links of two terminals by a drill that `ana` holds, once an earlier one is over: while it runs, none begins. */
export async function cutLinks(ana) {
  const terminals = async () => (await ana.query("terminals")).terminals;
  await until("the drill before to be over", async () => !(await terminals()).drill?.running, APART_MS);
  await ana.dispatch("hold_drill");
  await until("the links to be cut", async () => !(await terminals()).terminals.find(({ me }) => !me).linked);
}

/** What a person does on one screen. */
export class Screen {
  constructor(house, kind, page) {
    Object.assign(this, { house, kind, page, expected: [], taps: 0 });
    page.on("pageerror", (error) => this.complain(`error: ${error.message}`));
    page.on("crash", () => this.complain("crash"));
    page.on("console", (message) => {
      if (message.type() === "error") this.complain(`console: ${message.text()} (${message.location().url})`);
    });
  }

  complain(text) {
    if (!this.expected.some((pattern) => pattern.test(text))) this.house.trouble.push(`${this.kind} ${text}`);
  }

  /** While `work` runs, errors of this shape are what a broken connection looks like and not the page's fault. */
  async expecting(pattern, work) {
    this.expected.push(pattern);
    try {
      return await work();
    } finally {
      this.expected.pop();
    }
  }

  /** A control by what it is called, as a screen reader names it; a text must match whole, a pattern where it fits. */
  button(name) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" }).filter({ visible: true }).first();
  }

  /** What carries this `data-testid`. */
  at(id) {
    return this.page.getByTestId(id).filter({ visible: true }).first();
  }

  /** Taps what carries this `data-testid`, or a locator, as a finger does. Every tap is counted. */
  async tap(what) {
    const target = typeof what === "string" ? this.at(what) : what;
    await (this.kind === "phone" ? target.tap() : target.click());
    this.taps += 1;
  }

  /** Taps one after the other. */
  async tapAll(...ids) {
    for (const id of ids) await this.tap(id);
  }

  /** Holds a dangerous control until it acts. */
  async hold(id) {
    await this.at(id).hover();
    await this.page.mouse.down();
    await pause(HOLD_MS);
    await this.page.mouse.up();
    this.taps += 1;
  }

  /** Taps a PIN or an amount on the pad; on the one of the sheet on top, where there are two. */
  async pad(digits) {
    for (const digit of digits) await this.tap(this.page.getByTestId(`pad-${digit}`).filter({ visible: true }).last());
  }

  /** Comes in through the door. */
  async signIn(person, pin = PINS[person]) {
    await this.tap(`person-${person}`);
    await this.pad(pin);
    await this.tap("pin-enter");
    await this.at("me").waitFor();
  }

  /** Waits until its terminal told it of another one to go on with. */
  async knowsAnother() {
    await until("the page to know another terminal", () =>
      this.page.evaluate(() => /host/.test(localStorage.getItem("comanda.elsewhere"))),
    );
  }

  /** Waits until the terminal has answered all that was tapped on this check. */
  async confirmed() {
    const mark = this.page.getByTestId("confirmed");
    await until("the terminal to confirm the check", async () => (await mark.textContent()) === "1");
  }

  /** The text of what carries this `data-testid`. */
  async text(id) {
    return (await this.at(id).innerText()).trim();
  }

  /** Waits until what carries this `data-testid` says this. */
  async says(id, words) {
    const right = (text) => has(text, words);
    let last = "";
    await until(`${id} to say ${words}`, async () => {
      const shown = this.page.getByTestId(id).filter({ visible: true }).allInnerTexts();
      // A page that is just being left for the office's program has no texts to tell.
      last = (await shown.catch((error) => [error.message])).join(" | ");
      return right(last);
    }).catch(async (error) => {
      throw new Error(`${error.message}; it says "${last}" (picture: ${await this.shot(`says-${id}-${Date.now()}`)})`);
    });
  }

  /** Waits until the words are on the screen. */
  async see(words) {
    const found = this.page.getByText(words).filter({ visible: true }).first();
    await found.waitFor({ state: "visible" }).catch(async (error) => {
      const shot = await this.shot(`missing-${Date.now()}`);
      const shown = await this.page.locator("body").innerText();
      throw new Error(`"${words}" is not on the ${this.kind} (picture: ${shot})\n${shown}\n${error.message}`);
    });
    return found;
  }

  /** Nothing lies beyond the edge of the screen, where nobody would find it. */
  async fits(what) {
    const beyond = await this.page.evaluate(() => {
      const page = document.documentElement;
      if (page.scrollWidth <= page.clientWidth) return null;
      const out = (box) => box.right > page.clientWidth + 1 || box.left < -1;
      const [first] = [...document.querySelectorAll("body *")].filter((each) => out(each.getBoundingClientRect()));
      return `${page.scrollWidth - page.clientWidth} px, first ${first?.outerHTML.slice(0, 120)}`;
    });
    if (beyond) throw new Error(`${what} is wider than the ${this.kind}: ${beyond} (picture: ${await this.shot(`wide-${Date.now()}`)})`);
  }

  /** Every text stands out enough from what is behind it (WCAG 2.2, AA: 4.5, large ones 3); gives those that do not. */
  async faint() {
    return this.page.evaluate(() => {
      const parse = (color) => {
        const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
        // A mixed colour is told in parts of one.
        const scale = color.startsWith("color(srgb") ? 255 : 1;
        return { r: r * scale, g: g * scale, b: b * scale, a };
      };
      const over = (top, under) => ({ r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1 });
      const behind = (element) => {
        const own = parse(getComputedStyle(element).backgroundColor);
        if (own.a === 1) return own;
        return over(own, element.parentElement ? behind(element.parentElement) : { r: 255, g: 255, b: 255, a: 1 });
      };
      const light = ({ r, g, b }) => {
        const [x, y, z] = [r, g, b].map((each) => (each / 255 <= 0.04045 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      const fades = (element) => (element ? Number(getComputedStyle(element).opacity) * fades(element.parentElement) : 1);
      const told = new Set();
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const [words, element] = [texts.currentNode.textContent.trim(), texts.currentNode.parentElement];
        if (!words || !element.checkVisibility({ visibilityProperty: true }) || element.closest("[disabled], .vh, noscript, svg")) continue;
        const style = getComputedStyle(element);
        const back = behind(element);
        const color = parse(style.color);
        const ink = over({ ...color, a: color.a * fades(element) }, back);
        const [more, less] = [light(ink), light(back)].sort((one, other) => other - one);
        const ratio = (more + 0.05) / (less + 0.05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
        if (ratio < (large ? 3 : 4.5)) told.add(`"${words.slice(0, 40)}" ${ratio.toFixed(2)} (${style.color} on ${JSON.stringify(back)})`);
      }
      return [...told];
    });
  }

  /** Waits until the words are gone. */
  async gone(words) {
    await until(`"${words}" to go`, async () => (await this.page.getByText(words).filter({ visible: true }).count()) === 0);
  }

  /** Types on the keyboard, as a person without a touch screen does. */
  async keys(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Takes the picture `name` into target/shots, or where `folder` says. */
  async shot(name, folder = SHOTS) {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}
