// IndexedDB with promises: databases opened once a page, and what a transaction promised is on the disk.

/** @type {Map<string, Promise<IDBDatabase>>} */
const databases = new Map();

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
function ended(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/**
 * `read(store, act)` and `write(store, act)` on the database of this name, which `make` lays out when it is new.
 * @param {string} name
 * @param {(base: IDBDatabase) => void} make
 */
export function database(name, make) {
  /** @returns {Promise<IDBDatabase>} */
  function open() {
    if (!databases.has(name)) {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => make(request.result);
      databases.set(name, done(request));
    }
    return /** @type {Promise<IDBDatabase>} */ (databases.get(name));
  }
  return {
    /**
     * @template T
     * @param {string} store
     * @param {(store: IDBObjectStore) => IDBRequest<T>} act
     */
    read: async (store, act) => done(act((await open()).transaction(store).objectStore(store))),
    /**
     * @param {string} store
     * @param {(store: IDBObjectStore) => unknown} act
     */
    write: async (store, act) => {
      const transaction = (await open()).transaction(store, "readwrite", { durability: "strict" });
      act(transaction.objectStore(store));
      await ended(transaction);
    },
  };
}
