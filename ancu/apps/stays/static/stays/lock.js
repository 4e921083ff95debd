// The phone's own lock (finger, face, code) opens what it keeps while there is no line. The lock's hardware makes a value
// that never lies on the disk (WebAuthn's prf extension); by it the office's half of the key is wrapped. A phone whose
// lock cannot do that reads again when there is a connection.
const AES = "AES-GCM";
const PLACE = new TextEncoder().encode("ancu lock 1");
/** @param {number} length */
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Whether this browser may know such a lock; only making one tells. */
export async function mayLock() {
  const isOffered = "isUserVerifyingPlatformAuthenticatorAvailable" in (window.PublicKeyCredential ?? {});
  return isOffered && PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
}

/** @param {BufferSource} value */
async function keyOf(value) {
  const material = await crypto.subtle.importKey("raw", value, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: PLACE };
  return crypto.subtle.deriveKey(how, material, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {DeviceLock} options */
async function prfValueOf({ id, salt }) {
  const assertion = await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: "public-key", id }],
      userVerification: "required",
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const value = /** @type {PublicKeyCredential} */ (assertion).getClientExtensionResults().prf?.results?.first;
  if (!value) throw new Error("nolock");
  return value;
}

/**
 * Wraps `secret` by the phone's lock; throws where the lock cannot, or the person does not want.
 * @param {BufferSource} secret
 */
export async function lockBy(secret) {
  const salt = random(32);
  const created = await navigator.credentials.create({
    publicKey: {
      challenge: random(32),
      rp: { name: "An Cư" },
      user: { id: random(16), name: "An Cư", displayName: "An Cư" },
      pubKeyCredParams: [
        { type: "public-key", alg: -7 },
        { type: "public-key", alg: -257 },
      ],
      authenticatorSelection: {
        authenticatorAttachment: "platform",
        userVerification: "required",
        residentKey: "discouraged",
      },
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const credential = /** @type {PublicKeyCredential} */ (created);
  if (!credential.getClientExtensionResults().prf?.enabled) throw new Error("nolock");
  const lock = { id: credential.rawId, salt };
  const iv = random(12);
  const data = await crypto.subtle.encrypt(
    { name: AES, iv, additionalData: PLACE },
    await keyOf(await prfValueOf(lock)),
    secret,
  );
  return { ...lock, iv, data };
}

/**
 * The secret again; asks for finger, face or code.
 * @param {LockedSecret} lock
 */
export async function openBy(lock) {
  const key = await keyOf(await prfValueOf(lock));
  return new Uint8Array(await crypto.subtle.decrypt({ name: AES, iv: lock.iv, additionalData: PLACE }, key, lock.data));
}
