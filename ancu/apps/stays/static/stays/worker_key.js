// The key of what a phone keeps, in the service worker's memory while a page of ours is open.
const ANSWERS_MS = 5000; // a cheap phone takes seconds to wake a worker; what it holds is not sealed because of that

/**
 * @param {Record<string, unknown>} message
 * @returns {Promise<any>}
 */
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

/**
 * @param {string} keeper
 * @param {CryptoKey} key
 */
export const hold = (keeper, key) => ask({ type: "hold", keeper, key });
/**
 * @param {string} keeper
 * @returns {Promise<CryptoKey | null>}
 */
export const heldKey = async (keeper) => (await ask({ type: "held", keeper }))?.key ?? null;
export const forget = () => ask({ type: "forget" });
export const stay = () => ask({ type: "stay" });
