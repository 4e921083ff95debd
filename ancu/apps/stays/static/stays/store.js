// What a phone keeps, in the browser's own database: one for each person and business, so that nobody meets another's.
import { database } from "../ancu/js/idb.js";

const KEEPER = "ancu.phone";
const IN_USE = "ancu.phones";
const PREFIX = "ancu-";

/**
 * Who this phone works for when it has no line: {keeper, user}; null after signing out.
 * @returns {Keeper | null}
 */
export function keeper() {
  try {
    return JSON.parse(localStorage.getItem(KEEPER) ?? "null");
  } catch {
    return null;
  }
}

let leaving = false;

/** From signing out on nobody is whom this phone works for, whatever else of the page is still on its way. */
export function leave() {
  leaving = true;
  setKeeper(null);
}

/** @param {Keeper | null} person */
export function setKeeper(person) {
  if (person && leaving) return;
  if (person) localStorage.setItem(KEEPER, JSON.stringify(person));
  else localStorage.removeItem(KEEPER);
}

/** Whether anybody ever made this phone ready. */
export function isInUse() {
  try {
    return localStorage.getItem(IN_USE) !== null;
  } catch {
    return false;
  }
}

export const setInUse = () => localStorage.setItem(IN_USE, "1");

/**
 * The store of one keeper. What `put` promised is on the disk, not only on its way there.
 * @param {string} name
 * @returns {Store}
 */
export function storeOf(name) {
  const { read, write } = database(`${PREFIX}${name}`, (base) => {
    base.createObjectStore("facts");
    base.createObjectStore("entries", { keyPath: "reference" });
  });
  return {
    fact: (key) => read("facts", (store) => store.get(key)),
    forgetAlong: () => write("facts", (store) => store.delete(IDBKeyRange.bound("along-", "along-\uffff"))),
    setFact: (key, value) =>
      write("facts", (store) => (value === undefined ? store.delete(key) : store.put(value, key))),
    entries: async () => (await read("entries", (store) => store.getAll())).sort((a, b) => a.keyed - b.keyed),
    entry: (reference) => read("entries", (store) => store.get(reference)),
    put: (entry) => write("entries", (store) => store.put(entry)),
    remove: (reference) => write("entries", (store) => store.delete(reference)),
  };
}

/**
 * Others who used this phone lose what they took along; what they have not sent yet stays, sealed, for them.
 * @param {{ except?: string | null }} [options]
 */
export async function forgetAlong({ except = null } = {}) {
  const all = indexedDB.databases ? await indexedDB.databases() : [];
  for (const { name } of all) {
    if (!name?.startsWith(PREFIX) || name === `${PREFIX}${except}`) continue;
    const store = storeOf(name.slice(PREFIX.length));
    await store.forgetAlong();
    await store.setFact("lock");
  }
}
