// What a browser keeps of forms that were not sent yet: each sealed, in a database of its own.
import { database } from "./idb.js";

const base = database("ancu.drafts", (created) => {
  created.createObjectStore("keys");
  for (const name of ["drafts", "files"])
    created.createObjectStore(name, { keyPath: "id" }).createIndex("slot", "slot");
});

/**
 * @param {string} owner
 * @returns {Promise<any>}
 */
export const keysOf = (owner) => base.read("keys", (store) => store.get(owner));
/** @param {string} owner */
export const forgetKeys = (owner) => base.write("keys", (store) => store.delete(owner));

/**
 * The keys of `owner`, as they stand after offering `keys`: another tab may have been first.
 * @param {string} owner
 * @param {unknown} keys
 */
export async function addKeys(owner, keys) {
  await base.write("keys", (store) => {
    const request = store.getKey(owner);
    request.onsuccess = () => {
      if (request.result === undefined) store.put(keys, owner);
    };
  });
  return keysOf(owner);
}

/**
 * All records of one slot: `name` is "drafts" or "files".
 * @param {"drafts" | "files"} name
 * @param {string | null} slot
 * @returns {Promise<any[]>}
 */
export const inSlot = (name, slot) => base.read(name, (store) => store.index("slot").getAll(slot));
/**
 * @param {"drafts" | "files"} name
 * @param {object} record
 */
export const put = (name, record) => base.write(name, (store) => store.put(record));
/**
 * @param {string} name
 * @param {string[]} ids
 */
export const removeAll = (name, ids) =>
  base.write(name, (store) => {
    for (const id of ids) store.delete(id);
  });

/** Forgets what has been kept long enough. */
export async function sweep() {
  const now = Date.now();
  for (const name of /** @type {const} */ (["drafts", "files"])) {
    const records = await base.read(name, (store) => store.getAll());
    const over = records.filter((record) => record.until <= now).map((record) => record.id);
    if (over.length) await removeAll(name, over);
  }
}
