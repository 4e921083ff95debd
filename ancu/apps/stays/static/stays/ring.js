// A phone that works without a connection keeps drafts by its own key, so that they are read without a connection as the queue is.
import { sealBytes, unsealBytes } from "../ancu/js/vault.js";
import { unlock } from "./queue.js";
import { isInUse, keeper, storeOf } from "./store.js";

/**
 * The ring of this phone (`js/rings.js`); null where it was not made ready.
 * @returns {Promise<Ring | null>}
 */
export async function ring() {
  const person = isInUse() ? keeper() : null;
  const { user } = document.body.dataset;
  if (!person || (user && user !== person.user)) return null; // somebody else has just signed in here
  const keys = await storeOf(person.keeper).fact("keys");
  if (!keys) return null;
  return {
    name: `phone-${person.keeper}`,
    isShared: false,
    seal: (bytes, place) => sealBytes(keys, bytes, place),
    open: async (sealed, place) => unsealBytes(keys, await unlock(), sealed, place),
  };
}
