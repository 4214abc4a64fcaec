// A device that trusts the restaurant's own authority and nothing else works over HTTPS, on the same port, and nothing says
// any more that it is not protected.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before } from "node:test";
import { connect } from "node:tls";
import { promisify } from "node:util";

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

/** A person's folder in which the root is installed, as they do it in the browser's settings. */
async function homeWithRoot() {
  const [home, file] = [join(house.folder, "home"), join(house.folder, "comanda.crt")];
  const trusted = join(home, ".pki/nssdb");
  await mkdir(trusted, { recursive: true });
  await writeFile(file, root);
  const certutil = (...args) => promisify(execFile)("certutil", ["-d", `sql:${trusted}`, ...args]);
  await certutil("-N", "--empty-password");
  await certutil("-A", "-n", "Comanda", "-t", "C,,", "-i", file);
  return home;
}

/** Shakes hands as a device does that trusts only these roots. */
async function shake(ca) {
  return new Promise((resolve, reject) => {
    const line = connect({ host: "127.0.0.1", port: house.port, ca, ALPNProtocols: ["http/1.1"] }, () => {
      line.end();
      resolve();
    });
    line.once("error", reject);
  });
}

step("whoever has the root trusts the terminal, and whoever has not does not", async () => {
  await assert.rejects(shake([]), /self-signed|unable to (get|verify)/);
  await shake([pem()]);
});

step("a browser without it does not open the restaurant", async () => {
  await assert.rejects(house.screen("phone", {}, `https://127.0.0.1:${house.port}/`), /ERR_CERT_AUTHORITY_INVALID/);
});

step("the page at the till says what to compare", async () => {
  till = await house.screen("till", {}, `${house.url}protect.html`);
  const print = createHash("sha256").update(root).digest("hex");
  await till.says("fingerprint", print.match(/..../g).join(" "));
  await till.fits("the page that protects");
  await till.shot("protect-till");
});

step("a browser whose person installed the root takes orders", async () => {
  const screen = await house.screen("phone", {}, `https://127.0.0.1:${house.port}/`, [], await homeWithRoot());
  await screen.signIn("carla");
  await screen.tap("row-7");
  await screen.tapAll("cat-starters", "item-olives", "primary-phone");
  await house.slip("COLD KITCHEN", "olives");
  assert.equal(await screen.page.getByTestId("unprotected").count(), 0);
  await screen.shot("protected-phone");
});
