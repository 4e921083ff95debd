// Who can read a draft: the person signed in, by a secret that the office gives to nobody else; on public pages this
// browser alone. A phone that works without a connection brings a ring of its own ([data-ring]).
import { addKeys, forgetKeys, keysOf } from "./shelf.js";
import { decrypt, encrypt, makeKeys, makeLocalKey, sealBytes, unsealBytes, unwrap } from "./vault.js";

async function secretOf() {
  const response = await fetch(/** @type {string} */ (document.body.dataset.here), {
    cache: "no-store",
    headers: { "X-Sent-By": "script" },
  });
  const { user, drafts } = await response.json();
  if (String(user ?? "") !== document.body.dataset.user) throw new Error("somebody else is signed in");
  return Uint8Array.from(atob(drafts), (sign) => sign.charCodeAt(0));
}

/**
 * @param {string} user
 * @returns {Promise<Ring>}
 */
async function personRing(user) {
  const owner = `person-${user}`;
  const keys = (await keysOf(owner)) ?? (await addKeys(owner, await makeKeys(await secretOf())));
  /** @type {CryptoKey | null} */
  let privateKey = null;
  /**
   * @param {Sealed} sealed
   * @param {string} place
   */
  async function open(sealed, place) {
    try {
      privateKey ??= await unwrap(keys, await secretOf());
    } catch (error) {
      if (error instanceof DOMException && error.name === "OperationError") await forgetKeys(owner); // the secret is another
      throw error;
    }
    return unsealBytes(keys, privateKey, sealed, place);
  }
  return { name: owner, isShared: false, seal: (bytes, place) => sealBytes(keys, bytes, place), open };
}

/** @returns {Promise<Ring>} */
async function browserRing() {
  const owner = "browser";
  const key = (await keysOf(owner)) ?? (await addKeys(owner, await makeLocalKey()));
  return {
    name: owner,
    isShared: true,
    seal: (bytes, place) => encrypt(key, bytes, place),
    open: (sealed, place) => decrypt(key, sealed, place),
  };
}

/** @returns {Promise<Ring | null>} */
async function phoneRing() {
  const where = document.querySelector("[data-ring]")?.dataset.ring;
  return where ? (await import(where)).ring() : null;
}

async function choose() {
  const phone = await phoneRing();
  if (phone) return phone;
  const { user } = document.body.dataset;
  return user ? personRing(user) : browserRing();
}

/** @type {Promise<Ring> | null} */
let chosen = null;

/**
 * The ring of this page: {name, isShared, seal(bytes, place), open(sealed, place)}. Rejects where nothing can be kept.
 * @returns {Promise<Ring>}
 */
export function ring() {
  chosen ??= choose();
  chosen.catch(() => {
    chosen = null;
  });
  return chosen;
}

/**
 * The ring that a record was sealed by: a phone may have been made ready since. Null when it is none of this page's.
 * @param {string} name
 * @returns {Promise<Ring | null>}
 */
export async function ringNamed(name) {
  const here = await ring();
  if (here.name === name) return here;
  const { user } = document.body.dataset;
  return user && name === `person-${user}` ? personRing(user) : null;
}
