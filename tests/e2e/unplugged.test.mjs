// The cable between a handheld and its terminal is pulled: nothing is refused, nobody answers any more. The page goes on
// with the other terminal. Between the browser and the terminal stands a wire that can stop carrying without breaking.

import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { after, before } from "node:test";

import { BROKEN, barAndTerrace, story } from "./harness.mjs";

let bar, close, wire, waiter;
const step = story();

before(async () => {
  const both = await barAndTerrace();
  ({ bar, close } = both);
  await bar.letIn(both.terrace);
  wire = await pullable(bar.port);
  // The page's address stays the terminal's own; only what it says goes over the wire.
  waiter = await bar.screen("till", {}, bar.url, [`--host-resolver-rules=MAP 127.0.0.1:${bar.port} 127.0.0.1:${wire.port}`]);
  waiter.expected.push(BROKEN);
});
after(async () => {
  wire?.end();
  await close?.();
});

/** Carries what is said to `port`, until it is pulled: then lines stay open and silent, and new ones are as silent. */
async function pullable(port) {
  const lines = new Set();
  let pulled = false;
  let carried = 0;
  const server = createServer((from) => {
    const to = connect(port, "127.0.0.1");
    for (const [one, other] of [[from, to], [to, from]]) {
      lines.add(one);
      one.on("data", (bytes) => {
        if (pulled) return;
        carried += bytes.length;
        other.write(bytes);
      });
      one.on("error", () => other.destroy());
      one.on("close", () => {
        lines.delete(one);
        if (!pulled) other.end();
      });
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: server.address().port,
    carried: () => carried,
    pull: () => (pulled = true),
    end: () => {
      server.close();
      for (const line of lines) line.destroy();
    },
  };
}

step("a waiter works over the wire", async () => {
  await waiter.signIn("carla");
  await waiter.tapAll("table-7", "cat-starters", "item-bruschetta", "primary");
  await bar.slip("COLD KITCHEN", "Bruschetta");
  await waiter.knowsAnother();
  assert.ok(wire.carried() > 100_000, `the page came over the wire: ${wire.carried()} bytes`);
});

step("the cable is pulled, and the page goes on with the other terminal", async () => {
  wire.pull();
  const pulled = Date.now();
  await waiter.tap("item-minestrone");
  await waiter.says("status", "Working with Terrace");
  console.log(`    moved after ${Date.now() - pulled} ms`);
  await waiter.confirmed();
});

step("what was tapped meanwhile is cooked", async () => {
  await waiter.says("line-minestrone", "Minestrone");
  await waiter.tap("primary");
  await bar.slip("HOT KITCHEN", "Minestrone");
  await waiter.confirmed();
});
