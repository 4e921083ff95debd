// IndexedDB with promises: databases opened once a page, and what a transaction promised is on the disk.

const databases = new Map();

export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function ended(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** `read(store, act)` and `write(store, act)` on the database of this name, which `make` lays out when it is new. */
export function database(name, make) {
  function open() {
    if (!databases.has(name)) {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => make(request.result);
      databases.set(name, done(request));
    }
    return databases.get(name);
  }
  return {
    read: async (store, act) => done(act((await open()).transaction(store).objectStore(store))),
    write: async (store, act) => {
      const transaction = (await open()).transaction(store, "readwrite", { durability: "strict" });
      act(transaction.objectStore(store));
      await ended(transaction);
    },
  };
}
