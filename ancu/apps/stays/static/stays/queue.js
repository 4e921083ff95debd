// The declarations a phone keeps: keyed, sealed, sent once. Each has a reference of its own, by which the office knows it
// again, so that sending twice is safe and nothing is thrown away before the office has answered.

import { makeKeys, seal, unseal, unwrap } from "../ancu/js/vault.js";
import { call } from "./line.js";
import { lockBy, openBy } from "./lock.js";
import { keeper, setInUse, setKeeper, storeOf } from "./store.js";
import { forget, heldKey, hold } from "./worker_key.js";

const RUN = crypto.randomUUID(); // of this page: its steady clock means nothing to another
const FRESH_MS = 5 * 60_000;
const SENT_KEPT_MS = 7 * 24 * 3600_000;
const news = new BroadcastChannel("ancu-queue");

/** @returns {Store | null} */
const mine = () => {
  const current = keeper();
  return current ? storeOf(current.keeper) : null;
};

/**
 * Calls `listener` whenever the queue changed, here or in another tab.
 * @param {() => void} listener
 */
export function watch(listener) {
  news.addEventListener("message", listener);
  addEventListener("ancu:queue", listener);
}

function changed() {
  news.postMessage("changed");
  dispatchEvent(new Event("ancu:queue"));
}

/** The store, in what is done only once this phone is ready. */
const own = () => /** @type {Store} */ (mine());

/** What the phone keeps, and how it is sent: declarations, unless a page says otherwise before it begins. */
/** @type {Work} */
let work = { path: "/stays/phone/sync/", body: declared, sent, nameIn, refresh };
/** @param {Work} definition */
export const workOn = (definition) => {
  work = definition;
};

// ---- this phone -------------------------------------------------------------------------------------

/**
 * Makes the phone ready for `who` ({keeper, user}); false when the office could not be asked.
 * @param {Keeper} who
 * @param {string} name
 */
export async function enrol(who, name) {
  const store = storeOf(who.keeper);
  const enrolment = await call("/stays/phone/enrol/", { name });
  if (enrolment.state !== "ok") return false;
  const { device } = enrolment.answer;
  const reply = await call("/stays/phone/open/", { device });
  if (reply.state !== "ok") return false;
  const secret = secretIn(reply.answer);
  const before = (await store.entries()).filter((entry) => entry.state === "waiting" || entry.state === "refused");
  if (before.length) await lose(store); // sealed to a key that is gone
  await store.setFact("keys", { ...(await makeKeys(secret)), device });
  setInUse();
  setKeeper(who);
  await work.refresh({ force: true });
  changed();
  return true;
}

/**
 * The private key: from memory, else by the office's half; throws what `call` said when neither can be had.
 * @param {{ ask?: boolean }} [options]
 * @returns {Promise<CryptoKey>}
 */
export async function unlock({ ask = true } = {}) {
  const store = mine();
  const keys = await store?.fact("keys");
  if (!store || !keys) throw new Error("signin");
  const current = await heldKey(/** @type {Keeper} */ (keeper()).keeper);
  if (current) return current;
  if (!ask) throw new Error("locked");
  const reply = await call("/stays/phone/open/", { device: keys.device });
  if (reply.state === "conflict" && reply.answer.code === "cut_off") await cutOff(store);
  if (reply.state !== "ok") throw new Error(reply.state);
  return unwrapped(keys, secretIn(reply.answer));
}

/**
 * @param {{ secret: string }} answer
 * @returns {Uint8Array<ArrayBuffer>}
 */
const secretIn = (answer) => Uint8Array.from(atob(answer.secret), (sign) => sign.charCodeAt(0));

/**
 * @param {Keys} keys
 * @param {Uint8Array<ArrayBuffer>} secret
 */
async function unwrapped(keys, secret) {
  const key = await unwrap(keys, secret);
  secret.fill(0);
  await hold(/** @type {Keeper} */ (keeper()).keeper, key);
  return key;
}

/** Lets the phone's own lock open what it keeps while there is no line; false where it cannot. */
export async function addLock() {
  const store = own();
  const reply = await call("/stays/phone/open/", { device: (await store.fact("keys")).device });
  if (reply.state !== "ok") return false;
  try {
    await store.setFact("lock", await lockBy(secretIn(reply.answer)));
  } catch {
    return false;
  }
  changed();
  return true;
}

export const hasLock = async () => Boolean(await mine()?.fact("lock"));

/** Opens by the phone's lock; false when it stays shut. */
export async function openByLock() {
  const store = mine();
  const lock = await store?.fact("lock");
  if (!store || !lock) return false;
  try {
    await unwrapped(await store.fact("keys"), await openBy(lock));
  } catch {
    return false;
  }
  changed();
  return true;
}

export const isOpen = async () => {
  const person = keeper();
  return Boolean(person && (await heldKey(person.keeper)));
};

/**
 * Nothing on this phone can be read any more; what was not sent is named by its time, so that it is declared again.
 * @param {Store} [store]
 */
async function cutOff(store = own()) {
  await lose(store);
  await store.setFact("keys");
  for (const gone of ["clock", "lock"]) await store.setFact(gone);
  await store.forgetAlong();
  await forget();
  changed();
}

/** @param {Store} store */
async function lose(store) {
  for (const entry of await store.entries()) {
    if (entry.state === "sent" || entry.state === "lost") continue;
    await store.put({ reference: entry.reference, keyed: entry.keyed, kind: entry.kind, state: "lost" });
  }
}

// ---- the clocks -------------------------------------------------------------------------------------

/** Notes the latest time that this phone has shown since the office's mark; one that is set back later is found out. */
export async function beat() {
  const store = mine();
  const clock = await store?.fact("clock");
  if (!store || !clock) return;
  const now = Date.now();
  if (now > clock.high) await store.setFact("clock", { ...clock, high: now });
}

/** @param {Clock | undefined} clock */
function keyedNow(clock) {
  const now = Date.now();
  const at = { keyed: now, run: RUN, steady: performance.now() };
  if (!clock) return { ...at, mark: "", since: null };
  const steady = clock.run === RUN ? performance.now() - clock.steady : null;
  return {
    ...at,
    mark: clock.mark,
    since: { mark: now - clock.wall, latest: Math.max(0, clock.high - clock.wall), steady },
  };
}

/** @param {Entry} entry */
function spans(entry) {
  if (!entry.since) return null;
  return {
    since_mark: entry.since.mark,
    latest_before: entry.since.latest,
    since_keyed: Date.now() - entry.keyed,
    steady_since_mark: entry.since.steady,
    steady_since_keyed: entry.run === RUN ? performance.now() - Number(entry.steady) : null,
  };
}

// ---- keeping and sending ----------------------------------------------------------------------------

/**
 * Keeps one declaration; its reference, once it is on the disk.
 * @param {Values} values
 */
export async function add(values) {
  const store = own();
  const keys = await store.fact("keys");
  const place = await store.fact("place");
  const reference = crypto.randomUUID();
  const sealed = await seal(keys, { values }, reference);
  const at = keyedNow(await store.fact("clock"));
  const kind = work.kindOf?.(values) ?? ""; // what of, without what is in it
  await store.put({ reference, state: "waiting", kind, sealed, establishment: place?.id ?? 0, ...at });
  await beat();
  changed();
  return reference;
}

/**
 * A refused one, mended: the time it was first keyed stays. One that was thrown away meanwhile is a new one.
 * @param {string} reference
 * @param {Values} values
 */
export async function mend(reference, values) {
  const store = own();
  const entry = await store.entry(reference);
  if (entry?.state !== "refused") return add(values);
  const sealed = await seal(await store.fact("keys"), { values }, reference);
  await store.put({ ...entry, state: "waiting", isOdd: false, sealed });
  changed();
  return reference;
}

/**
 * Confirm what is odd about a declaration: it is sent again with the codes of the oddities shown.
 * @param {string} reference
 */
export async function confirm(reference) {
  const store = own();
  const entry = await store.entry(reference);
  if (entry?.state !== "refused" || !entry.isOdd) return;
  const { values, oddities, confirmed = [] } = await read(entry);
  const codes = [...new Set([...confirmed, ...(oddities ?? []).map(({ code }) => code)])];
  const sealed = await seal(await store.fact("keys"), { values, confirmed: codes }, reference);
  await store.put({ ...entry, state: "waiting", isOdd: false, sealed });
  changed();
}

/** @param {string} reference */
export async function throwAway(reference) {
  await mine()?.remove(reference);
  changed();
}

export const entries = async () => (await mine()?.entries()) ?? [];
export const place = async () => mine()?.fact("place");
export const isReady = async () => Boolean(await mine()?.fact("keys"));

/**
 * What stands in an entry: {values, errors, oddities}; throws while it is locked.
 * @param {Entry} entry
 * @param {{ ask?: boolean }} options
 * @returns {Promise<EntryContent>}
 */
export async function read(entry, options = {}) {
  const keys = await own().fact("keys");
  return unseal(keys, await unlock(options), /** @type {Sealed} */ (entry.sealed), entry.reference);
}

/**
 * Sends what waits, one after another and one tab at a time; "done", or why it stopped.
 * @returns {Promise<Outcome>}
 */
export function sync() {
  return navigator.locks.request("ancu-queue", send);
}

/** @returns {Promise<Outcome>} */
async function send() {
  const store = mine();
  if (!store || !(await store.fact("keys"))) return "done";
  await sweep(store);
  let unknown = false;
  for (const entry of await store.entries()) {
    if (entry.state !== "waiting") continue;
    const outcome = await sendOne(store, entry);
    unknown ||= outcome === "unknown"; // what it is about is not there for this person any more: it keeps nobody else waiting
    if (outcome !== "done" && outcome !== "unknown") return outcome;
  }
  if (unknown) return "unknown";
  const [outcome] = await Promise.all([work.refresh(), unlock().catch(() => null)]); // the key in memory, before the connection goes
  return outcome;
}

/**
 * @param {Store} store
 * @param {Entry} entry
 * @returns {Promise<Outcome>}
 */
async function sendOne(store, entry) {
  const keys = await store.fact("keys");
  let key;
  try {
    key = await unlock();
  } catch (failure) {
    const error = /** @type {{ message: Outcome }} */ (failure);
    if (error.message === "gone" && !entry.isStuck) {
      await store.put({ ...entry, isStuck: true });
      changed();
    }
    return error.message;
  }
  const { values, confirmed = [] } = await unseal(keys, key, /** @type {Sealed} */ (entry.sealed), entry.reference);
  const path = typeof work.path === "function" ? work.path(values) : work.path;
  const { state, answer } = await call(path, {
    device: keys.device,
    reference: entry.reference,
    ...work.body(entry, values, confirmed),
  });
  if (state === "ok")
    await store.put({ ...work.sent(entry, answer), ...(await sealedName(keys, values, entry.reference)) });
  else if (state === "refused" || state === "gone" || isFinal(state, answer)) {
    const { errors = { __all__: [answer.message] }, oddities } = answer; // refused, or odd and to be confirmed
    const sealed = await seal(keys, { values, errors, oddities, confirmed }, entry.reference);
    await store.put({ ...entry, state: "refused", isOdd: Boolean(oddities), isGone: state === "gone", sealed });
  } else if (state === "conflict" && answer.code === "cut_off") {
    await cutOff(store);
    return state;
  } else if (state === "conflict")
    await store.put({ ...entry, note: answer.message, isStuck: true }); // busy: tried once more
  else {
    if (state === "unknown" && !entry.isStuck) await store.put({ ...entry, isStuck: true });
    return state;
  }
  changed();
  return "done";
}

/**
 * What the office will not take however often it is sent: it is for a person to read, not to be sent by itself.
 * @param {AnswerState} state
 * @param {{ code?: string }} options
 */
const isFinal = (state, { code }) => state === "conflict" && !["cut_off", "busy"].includes(code ?? "");

/**
 * @param {Entry} entry
 * @param {Values} values
 * @param {string[]} confirmed
 */
function declared(entry, values, confirmed) {
  const { establishment, mark, keyed } = entry;
  return { establishment, values, keyed_at: new Date(keyed).toISOString(), mark, spans: spans(entry), confirmed };
}

/** @param {Values} options */
function nameIn({ full_name: name, document_number: number }) {
  return name || number;
}

/**
 * Whose it was, sealed like everything of a guest: a list of receipts alone would tell nobody who is declared.
 * @param {Keys} keys
 * @param {Values} values
 * @param {string} reference
 */
async function sealedName(keys, values, reference) {
  const name = await work.nameIn?.(values);
  return name ? { sealed: await seal(keys, { values: { full_name: name } }, reference) } : {};
}

/**
 * The receipt, and nothing else of the guest but the name: that is the office's to keep now.
 * @param {Entry} options
 * @param {any} answer
 * @returns {Entry}
 */
function sent({ reference, keyed }, answer) {
  const { stay, receipt, judged, minutes_late: late, state, warnings } = answer;
  return {
    reference,
    keyed,
    state: "sent",
    sentAt: Date.now(),
    stay,
    receipt,
    judged,
    late,
    already: state === "already_declared",
    warnings: warnings.length,
  };
}

/** @param {Store} store */
async function sweep(store) {
  for (const entry of await store.entries()) {
    if (entry.state === "sent" && Date.now() - Number(entry.sentAt) > SENT_KEPT_MS) await store.remove(entry.reference);
  }
}

/**
 * A new mark and the guests of the house, when nothing waits that leans on the old mark.
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<Outcome>}
 */
async function refresh({ force = false } = {}) {
  const store = own();
  const { device } = await store.fact("keys");
  const clock = await store.fact("clock");
  const age = Date.now() - (clock?.wall ?? 0);
  if (!force && clock && age >= 0 && age < FRESH_MS) return "done";
  if ((await store.entries()).some((entry) => entry.state === "waiting")) return "done";
  const reply = await call("/stays/phone/mark/", { device });
  if (reply.state === "conflict" && reply.answer.code === "cut_off") await cutOff(store);
  if (reply.state !== "ok") return reply.state;
  const wall = Date.now();
  await store.setFact("clock", { mark: reply.answer.mark, wall, high: wall, run: RUN, steady: performance.now() });
  const { state, answer } = await bring("guests", "/stays/phone/guests/");
  if (state === "done") await store.setFact("place", answer.establishment);
  return state;
}

// ---- what is taken along ----------------------------------------------------------------------------

/**
 * Asks the office for what is read without a connection, and seals it at once, by its name; {state: "done" or why not, answer}.
 * @param {string} name
 * @param {string} path
 * @returns {Promise<{ state: Outcome; answer: any }>}
 */
export async function bring(name, path) {
  const store = own();
  const keys = await store.fact("keys");
  const { state, answer } = await call(path, { device: keys.device });
  if (state === "conflict" && answer.code === "cut_off") await cutOff(store);
  if (state !== "ok") return { state, answer };
  const sealed = await seal(keys, answer[name], name);
  if (!keeper()) return { state: "signin", answer }; // signed out meanwhile
  await store.setFact(`along-${name}`, { sealed, at: Date.now() });
  changed();
  return { state: "done", answer };
}

/**
 * When this was last taken along; null where it never was.
 * @param {string} name
 * @returns {Promise<number | null>}
 */
export const alongAt = async (name) => (await mine()?.fact(`along-${name}`))?.at ?? null;

/**
 * What was taken along, null while it is sealed; undefined where it never was.
 * @param {string} name
 * @returns {Promise<any[] | null | undefined>}
 */
export async function along(name) {
  const store = mine();
  const record = await store?.fact(`along-${name}`);
  if (!store || !record) return undefined;
  try {
    return await unseal(await store.fact("keys"), await unlock({ ask: false }), record.sealed, name);
  } catch {
    return null;
  }
}
