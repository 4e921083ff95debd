// Sealing what a browser keeps. To write needs no secret: each thing is sealed to a public key. To read needs the private
// key, which lies beside it wrapped by a secret that the office gives out to the signed-in person alone. Once unwrapped it
// cannot be taken out again.
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const AES = "AES-GCM";
/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);
/** @param {number} length */
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/**
 * @param {BufferSource} secret
 * @param {BufferSource} salt
 * @param {string} purpose
 * @param {KeyUsage[]} uses
 */
async function stretch(secret, salt, purpose, uses) {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt, info: utf8(purpose) };
  return crypto.subtle.deriveKey(derivation, material, { name: AES, length: 256 }, false, uses);
}

/** @param {BufferSource} secret */
const wrappingKey = (secret) => stretch(secret, new Uint8Array(), "ancu wrap 1", ["wrapKey", "unwrapKey"]);

/**
 * A new pair: the public half as it is, the private one wrapped by `secret`.
 * @param {BufferSource} secret
 * @returns {Promise<Keys>}
 */
export async function makeKeys(secret) {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  const iv = random(12);
  const wrapped = await crypto.subtle.wrapKey("pkcs8", pair.privateKey, await wrappingKey(secret), { name: AES, iv });
  return { open: await crypto.subtle.exportKey("raw", pair.publicKey), wrapped, iv };
}

/**
 * The private key, for use and not to be taken out; throws when `secret` is not the one it was wrapped by.
 * @param {Keys} keys
 * @param {BufferSource} secret
 */
export async function unwrap(keys, secret) {
  const cipher = { name: AES, iv: keys.iv };
  return crypto.subtle.unwrapKey("pkcs8", keys.wrapped, await wrappingKey(secret), cipher, CURVE, false, [
    "deriveBits",
  ]);
}

/** @param {BufferSource} raw */
const publicKey = (raw) => crypto.subtle.importKey("raw", raw, CURVE, false, []);

/**
 * @param {CryptoKey} privateKey
 * @param {CryptoKey} theirs
 * @param {BufferSource} salt
 * @param {KeyUsage[]} uses
 */
async function sharedKey(privateKey, theirs, salt, uses) {
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, privateKey, 256);
  return stretch(secret, salt, "ancu seal 1", uses);
}

/**
 * @param {ArrayBuffer} first
 * @param {ArrayBuffer} second
 */
function concatenate(first, second) {
  const bytes = new Uint8Array(first.byteLength + second.byteLength);
  bytes.set(new Uint8Array(first));
  bytes.set(new Uint8Array(second), first.byteLength);
  return bytes;
}

/**
 * `bytes` for the holder of the private key alone; `place` is where they belong, and they open nowhere else.
 * @param {Keys} keys
 * @param {BufferSource} bytes
 * @param {string} place
 */
export async function sealBytes(keys, bytes, place) {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const sender = await crypto.subtle.exportKey("raw", pair.publicKey);
  const key = await sharedKey(pair.privateKey, await publicKey(keys.open), concatenate(sender, keys.open), ["encrypt"]);
  return { sender, ...(await encrypt(key, bytes, place)) };
}

/**
 * @param {Keys} keys
 * @param {CryptoKey} privateKey
 * @param {Sealed} sealed
 * @param {string} place
 */
export async function unsealBytes(keys, privateKey, sealed, place) {
  const key = await sharedKey(privateKey, await publicKey(sealed.sender), concatenate(sealed.sender, keys.open), [
    "decrypt",
  ]);
  return decrypt(key, sealed, place);
}

/**
 * As `sealBytes`, of anything that JSON can say.
 * @param {Keys} keys
 * @param {unknown} thing
 * @param {string} place
 */
export const seal = (keys, thing, place) => sealBytes(keys, toBytes(thing), place);
/**
 * @param {Keys} keys
 * @param {CryptoKey} privateKey
 * @param {Sealed} sealed
 * @param {string} place
 */
export const unseal = async (keys, privateKey, sealed, place) =>
  fromBytes(await unsealBytes(keys, privateKey, sealed, place));

/** @param {unknown} thing */
export const toBytes = (thing) => utf8(JSON.stringify(thing));
/** @param {BufferSource} bytes */
export const fromBytes = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

// ---- one key for both ways, which never leaves the browser that made it ------------------------------

export const makeLocalKey = () => crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);

/**
 * @param {CryptoKey} key
 * @param {BufferSource} bytes
 * @param {string} place
 */
export async function encrypt(key, bytes, place) {
  const iv = random(12);
  return { iv, data: await crypto.subtle.encrypt({ name: AES, iv, additionalData: utf8(place) }, key, bytes) };
}

/**
 * @param {CryptoKey} key
 * @param {Encrypted} options
 * @param {string} place
 */
export const decrypt = (key, { iv, data }, place) =>
  crypto.subtle.decrypt({ name: AES, iv, additionalData: utf8(place) }, key, data);
