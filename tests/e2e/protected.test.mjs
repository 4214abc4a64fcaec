// A device that trusts the restaurant's own authority and nothing else works over HTTPS, on the same port, and nothing says
// any more that it is not protected.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before } from "node:test";
import { connect } from "node:tls";

import { Restaurant, story } from "./harness.mjs";

const step = story();
let house, till, root;

before(async () => {
  house = await Restaurant.open();
  root = Buffer.from(await (await fetch(`${house.url}authority.crt`)).arrayBuffer());
});
after(() => house?.close());

/** The root as node wants it. */
const pem = () => `-----BEGIN CERTIFICATE-----\n${root.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

/** Shakes hands as a device does that trusts only these roots; answers with the key of the certificate it was shown. */
async function shake(ca) {
  return new Promise((resolve, reject) => {
    const line = connect({ host: "127.0.0.1", port: house.port, ca, ALPNProtocols: ["http/1.1"] }, () => {
      resolve(line.getPeerX509Certificate().publicKey.export({ type: "spki", format: "der" }));
      line.end();
    });
    line.once("error", reject);
  });
}

step("whoever has the root trusts the terminal, and whoever has not does not", async () => {
  await assert.rejects(shake([]), /self-signed|unable to (get|verify)/);
  await shake([pem()]);
});

step("the page at the till says what to compare", async () => {
  till = await house.screen("till", {}, `${house.url}protect.html`);
  const print = createHash("sha256").update(root).digest("hex");
  await till.says("fingerprint", print.match(/..../g).join(" "));
  await till.fits("the page that protects");
  await till.shot("protect-till");
});

step("a protected screen takes orders", async () => {
  // Chromium has no list of roots of its own here, so it is told the one key the handshake above proved.
  const key = createHash("sha256").update(await shake([pem()])).digest("base64");
  const screen = await house.screen("phone", {}, `https://127.0.0.1:${house.port}/`, [`--ignore-certificate-errors-spki-list=${key}`]);
  await screen.signIn("carla");
  await screen.tap("row-7");
  await screen.tapAll("cat-starters", "item-olives", "primary-phone");
  await house.slip("COLD KITCHEN", "olives");
  assert.equal(await screen.page.getByTestId("unprotected").count(), 0);
  await screen.shot("protected-phone");
});
