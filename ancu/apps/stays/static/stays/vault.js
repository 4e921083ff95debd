// Sealing what a phone keeps. To write needs no secret: each thing is sealed to the phone's public key. To read needs the
// private key, which lies on the phone wrapped by a secret that the office gives out to the signed-in person alone.
// Once unwrapped it cannot be taken out again, and lives in the service worker's memory while a page of ours is open.
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const AES = "AES-GCM";
const bytes = (text) => new TextEncoder().encode(text);
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

async function stretched(secret, salt, purpose, uses) {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: bytes(purpose) };
  return crypto.subtle.deriveKey(how, material, { name: AES, length: 256 }, false, uses);
}

const wrapping = (secret) => stretched(secret, new Uint8Array(), "ancu wrap 1", ["wrapKey", "unwrapKey"]);

/** A fresh pair: the public half as it is, the private one wrapped by `secret`. */
export async function makeKeys(secret) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const iv = random(12);
  const wrapped = await crypto.subtle.wrapKey("pkcs8", pair.privateKey, await wrapping(secret), { name: AES, iv });
  return { open: await crypto.subtle.exportKey("raw", pair.publicKey), wrapped, iv };
}

/** The private key, for use and not to be taken out; throws when `secret` is not the one it was wrapped by. */
export async function unwrap(keys, secret) {
  const how = { name: AES, iv: keys.iv };
  return crypto.subtle.unwrapKey("pkcs8", keys.wrapped, await wrapping(secret), how, CURVE, false, ["deriveBits"]);
}

const publicKey = (raw) => crypto.subtle.importKey("raw", raw, CURVE, false, []);

async function shared(mine, theirs, salt, uses) {
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine, 256);
  return stretched(secret, salt, "ancu seal 1", uses);
}

function joined(first, second) {
  const whole = new Uint8Array(first.byteLength + second.byteLength);
  whole.set(new Uint8Array(first));
  whole.set(new Uint8Array(second), first.byteLength);
  return whole;
}

/** `thing` for the holder of the private key alone; `place` is where it belongs, and it opens nowhere else. */
export async function seal(keys, thing, place) {
  const once = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const sender = await crypto.subtle.exportKey("raw", once.publicKey);
  const key = await shared(once.privateKey, await publicKey(keys.open), joined(sender, keys.open), ["encrypt"]);
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: AES, iv, additionalData: bytes(place) }, key, bytes(JSON.stringify(thing)));
  return { sender, iv, data };
}

export async function unseal(keys, privateKey, sealed, place) {
  const key = await shared(privateKey, await publicKey(sealed.sender), joined(sealed.sender, keys.open), ["decrypt"]);
  const how = { name: AES, iv: sealed.iv, additionalData: bytes(place) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed.data)));
}

// ---- the key in the service worker's memory ---------------------------------------------------------

const ANSWERS_MS = 5000;  // a cheap phone takes seconds to wake a worker; what it holds is not sealed because of that

async function ask(message) {
  const worker = (await navigator.serviceWorker?.getRegistration("/"))?.active;
  if (!worker) return null;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ANSWERS_MS);
    port1.onmessage = (event) => resolve(event.data);
    worker.postMessage(message, [port2]);
  });
}

export const hold = (keeper, key) => ask({ type: "hold", keeper, key });
export const held = async (keeper) => (await ask({ type: "held", keeper }))?.key ?? null;
export const forget = () => ask({ type: "forget" });
export const stay = () => ask({ type: "stay" });
