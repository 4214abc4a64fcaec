// Two terminals become one restaurant: the new one shows a code, the other lets it in, and both are in the list.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { barAndTerrace, story, until } from "./harness.mjs";

/** The drill's ten seconds, its way back, and some more. */
const DRILL_MS = 60_000;
/** Who took over, who came back, who was given the role again. */
const TOLD = /Terrace took over after (\d+\.\d) s\. Bar was back after (\d+\.\d) s\. Bar was master again after (\d+\.\d) s\./;

let bar, terrace, close, till, fresh;
const step = story();

before(async () => {
  ({ bar, terrace, close } = await barAndTerrace());
  till = await bar.screen("till");
  fresh = await terrace.screen("till");
});
after(() => close?.());

step("a terminal without a restaurant shows a code and where it listens", async () => {
  await fresh.tap("setup-join");
  assert.match((await fresh.text("join-code")).replace(/\s/g, ""), /^\d{8}$/);
  await fresh.at("join-qr").waitFor();
  await fresh.fits("the join page");
});

step("a wrong code lets nobody in, and both sides say so", async () => {
  await till.signIn("ana");
  await till.page.goto(`${bar.url}#/manager/terminals`);
  await till.tap("let-in");
  const address = (await fresh.page.locator(".join .address").first().innerText()).trim();
  await till.at("let-in-address").fill(address);
  await till.tap("let-in-next");
  const shown = await code();
  await till.pad(shown === "12345678" ? "87654321" : "12345678");
  await till.tap("let-in-go");
  await till.says("let-in-stage", "not the code");
  await fresh.says("join-trouble", "wrong code");
});

step("the right code lets it in, and people sign in there", async () => {
  // Once it has a restaurant it tells nobody of terminals who has not signed in.
  await fresh.expecting(/401/, async () => {
    await till.pad(await code());
    await till.tap("let-in-go");
    await till.says("let-in-stage", "Terrace is in");
    await fresh.signIn("ana");
  });
});

step("both are in the list", async () => {
  await till.tap("let-in-done");
  await till.says("terminal-A", "This one");
  await till.says("terminal-A", "Master");
  await till.says("terminal-B", "Connected");
  await fresh.page.goto(`${terrace.url}#/manager/terminals`);
  // The address belongs to the other program, which is loaded first.
  await fresh.at("terminal-B").waitFor();
  await fresh.says("terminal-B", "This one");
  await fresh.says("terminal-A", "Connected");
});

step("a drill at the master says on both pages who took over, after how long, and that it is master again", async () => {
  await till.tap("drill-go");
  await till.says("drill-result", "Bar was unplugged");
  for (const screen of [till, fresh]) {
    await until("who took over", () => screen.at("takeover").count(), DRILL_MS);
    await until("the master to be master again", async () => /Bar was master again after \d+\.\d s\./.test(await screen.text("takeover")), DRILL_MS);
    const [, took, back, again] = TOLD.exec((await screen.text("takeover")).replace(/\s+/g, " "));
    assert.ok(Number(took) <= Number(back) && Number(back) <= Number(again), `${took} ${back} ${again}`);
  }
  await till.says("drill-result", /Terrace took over after \d+\.\d s\./);
  await till.says("drill-result", "Bar was master again");
  assert.equal(await fresh.at("drill-result").count(), 0, "whoever did not start it has it in the list");
});

async function code() {
  return (await fresh.text("join-code")).replace(/\D/g, "");
}
