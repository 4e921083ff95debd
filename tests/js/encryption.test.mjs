// What lies in a browser is sealed: run by tests/test_scripts.py. The vault's own test stands in forms.test.mjs.
import assert from "node:assert/strict";
import test from "node:test";
import { served } from "./served.mjs";

const vault = await served("ancu/js/vault.js");
const { lockBy, openBy } = await served("stays/lock.js");
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** The lock of a phone: its hardware makes a value of its own secret and the salt (WebAuthn's prf). */
function phoneLock(hardware) {
  const prf = async (salt) =>
    crypto.subtle.sign(
      "HMAC",
      await crypto.subtle.importKey("raw", hardware, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
      salt,
    );
  const credential = (results) => ({ rawId: random(16).buffer, getClientExtensionResults: () => ({ prf: results }) });
  const credentials = {
    create: async () => credential({ enabled: hardware !== null }),
    get: async ({ publicKey }) => credential({ results: { first: await prf(publicKey.extensions.prf.eval.first) } }),
  };
  Object.defineProperty(globalThis, "navigator", { value: { credentials }, configurable: true });
}

test("a key of this browser alone opens what it sealed, in its place", async () => {
  const key = await vault.makeLocalKey();
  const sealed = await vault.encrypt(key, vault.toBytes(["305"]), "here");
  assert.deepEqual(vault.fromBytes(await vault.decrypt(key, sealed, "here")), ["305"]);
  await assert.rejects(vault.decrypt(key, sealed, "elsewhere"));
  await assert.rejects(vault.decrypt(await vault.makeLocalKey(), sealed, "here"));
  await assert.rejects(crypto.subtle.exportKey("raw", key));
});

test("the same thing sealed twice looks different", async () => {
  const keys = await vault.makeKeys(random(32));
  const [a, b] = [await vault.seal(keys, "305", "here"), await vault.seal(keys, "305", "here")];
  for (const part of ["sender", "iv", "data"]) assert.notDeepEqual(Buffer.from(a[part]), Buffer.from(b[part]), part);
});

test("the phone's lock opens the secret that it wrapped, another phone's does not", async () => {
  const secret = random(32);
  phoneLock(random(32));
  const locked = await lockBy(secret);
  assert.ok(!Buffer.from(locked.data).includes(Buffer.from(secret)));
  assert.deepEqual(await openBy(locked), secret);
  phoneLock(random(32));
  await assert.rejects(openBy(locked));
});

test("a lock without such a value is not used", async () => {
  phoneLock(null);
  await assert.rejects(lockBy(random(32)), /nolock/);
});
