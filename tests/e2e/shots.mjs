// The pictures of the manuals, taken from a lively evening in the running program: node shots.mjs FOLDER
// (`cargo xtask shots` calls it).

import { execFile } from "node:child_process";
import { copyFile, mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { PROGRAMS, Restaurant } from "./harness.mjs";

const [folder = "../../docs/pictures"] = process.argv.slice(2);
/** A morning of finished parties, so that the day has figures. */
const SEED = 7;
const PARTIES = 12;

/** Who sits where and what they ordered; `fired` courses are in the kitchen, `ready` ones are bumped. */
const ROOM = [
  { table: "1", waiter: "carla", covers: 2, order: ["burrata", "carbonara", "house-white"], fired: true, ready: ["cold", "bar"] },
  { table: "2", waiter: "diego", covers: 2, order: ["olives", "spritz", "spritz"], fired: true },
  { table: "5", waiter: "carla", covers: 4, order: ["pizza-diavola", "pizza-margherita", "mixed-salad", "lager", "cola"], options: { "mixed-salad": ["balsamic"] }, fired: true, ready: ["bar"] },
  { table: "6", waiter: "elif", covers: 3, order: ["calamari", "risotto", "lasagne", "still-water"], fired: true },
  { table: "8", waiter: "diego", covers: 6, order: ["garlic-prawns", "vitello-tonnato", "chicken", "sea-bass", "gnocchi"], fired: true, note: { chicken: "No salt" } },
  { table: "9", waiter: "elif", covers: 5, order: ["tiramisu", "panna-cotta", "espresso", "cappuccino"], fired: true, ready: ["cold", "bar"] },
  { table: "10", waiter: "carla", covers: 7, order: ["prosecco", "focaccia"] },
  { table: "12", waiter: "carla", covers: 2, order: [] },
];

const house = await Restaurant.open();
try {
  await fill();
  await mkdir(folder, { recursive: true });
  const into = resolve(folder);
  const till = await house.screen("till");
  await till.signIn("carla");
  await till.at("table-7").waitFor();
  await orderPage(till);
  await till.shot("order", into);
  await till.tap("primary");
  const { picture } = await house.slip("GRILL", "Table 7", "Ribeye");
  await copyFile(picture, join(into, "ticket.png"));
  await till.tap("back");
  await till.at("need-1").waitFor();
  await till.shot("floor", into);
  const kitchen = await house.screen("kitchen", { viewport: { width: 1600, height: 900 } });
  await kitchen.signIn("giulia");
  await kitchen.says("tickets", "Ribeye");
  await kitchen.shot("kitchen", into);
} finally {
  await house.close();
}

/** Plays finished parties through the API, then seats the room. */
async function fill() {
  const service = ["demo-service", "--url", house.url, "--seed", String(SEED), "--orders", String(PARTIES), "--keep-open"];
  await promisify(execFile)(join(PROGRAMS, "comanda-terminal"), service);
  const people = {};
  for (const { waiter } of ROOM) people[waiter] ??= await house.program(waiter);
  const cook = await house.program("giulia");
  for (const seat of ROOM) await serve(people[seat.waiter], cook, seat);
}

async function serve(waiter, cook, { table, covers, order, options = {}, note = {}, fired, ready = [] }) {
  const done = async (by, command) => {
    const outcome = await by.dispatch(command);
    if (!outcome.done) throw new Error(`${JSON.stringify(command)}: ${JSON.stringify(outcome)}`);
    return outcome.done;
  };
  const { id: check } = await done(waiter, { open_check: { kind: "dine_in", table, covers, name: "" } });
  if (order.length === 0) return;
  const lines = order.map((item, i) => ({
    item,
    seat: (i % covers) + 1,
    note: note[item] ?? "",
    options: (options[item] ?? []).map((option) => ({ group: "dressing", option })),
  }));
  await done(waiter, { add_lines: { check, lines } });
  if (!fired) return;
  await done(waiter, { fire: { check, what: "all" } });
  const { kitchen } = await cook.query({ kitchen: { station: null } });
  for (const { fire, station } of kitchen.tickets.filter((ticket) => ticket.check === check && ready.includes(ticket.station))) {
    await done(cook, { bump: { check, fire, station, lines: [] } });
  }
}

/** A table of three in the middle of its order. */
async function orderPage(till) {
  await till.tapAll("table-7", "seat-1", "cat-starters", "item-bruschetta", "option-no-garlic", "seat-2", "item-calamari");
  await till.tapAll("cat-mains", "item-ribeye", "option-medium-rare", "option-pepper", "allergy");
  await till.tap(till.button("celery"));
  await till.tapAll("seat-3", "item-sea-bass", "seat-1", "item-burger", "option-bacon");
}
