// Drafts in the shelf: sealed, one for each form and open page, so that two tabs never write over each other. A draft that
// is taken over by another page keeps its origin; what is sent from either is done with.
import { ring, ringNamed } from "./rings.js";
import { inSlot, put, removeAll, sweep } from "./shelf.js";
import { fromBytes, toBytes } from "./vault.js";

const DAY_MS = 24 * 3600 * 1000;
const PERSON_MS = 7 * DAY_MS; // the person alone can read it
const SHARED_MS = DAY_MS; // whoever uses this browser can
const MOST_FILE_BYTES = 60 * 1024 * 1024;
const ANSWER_MS = 150;
const TAB = "ancu.tab";

const page = crypto.randomUUID();
const news = new BroadcastChannel("ancu-drafts");

function tab() {
  try {
    if (!sessionStorage.getItem(TAB)) sessionStorage.setItem(TAB, page);
    return sessionStorage.getItem(TAB);
  } catch {
    return page;
  }
}

// ---- which pages are open -----------------------------------------------------------------------------

news.addEventListener("message", ({ data }) => {
  if (data.ask === page) news.postMessage({ open: page });
});

/** @param {string} pageId */
function isOpen(pageId) {
  return new Promise((resolve) => {
    /** @param {boolean} isOpen */
    const end = (isOpen) => {
      news.removeEventListener("message", hear);
      clearTimeout(timer);
      resolve(isOpen);
    };
    /** @param {MessageEvent} options */
    const hear = ({ data }) => {
      if (data.open === pageId) end(true);
    };
    const timer = setTimeout(() => end(false), ANSWER_MS);
    news.addEventListener("message", hear);
    news.postMessage({ ask: pageId });
  });
}

// ---- reading and writing ------------------------------------------------------------------------------

/**
 * The slot of a form: what it is called stands in no storage.
 * @param {string} key
 */
export async function slotOf(key) {
  const owner = document.body.dataset.user ?? "public";
  const digest = await crypto.subtle.digest("SHA-256", toBytes([owner, key]));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Keeps `fields` ([identity, {value, initial}]); when this returns they are on the disk. `isSent`: nothing was typed since
 *  the form was sent.
 * @param {{ slot: string | null; origin: string; fields: Iterable<[string, unknown]>; isSent?: boolean }} options
 */
export async function keep({ slot, origin, fields, isSent = false }) {
  const own = await ring();
  const id = `${slot}:${page}`;
  const now = Date.now();
  const until = now + (own.isShared ? SHARED_MS : PERSON_MS);
  const sealed = await own.seal(toBytes([...fields]), id);
  await put("drafts", { id, slot, origin, page, tab: tab(), at: now, until, ring: own.name, sealed, isSent });
  return own.isShared;
}

/**
 * Keeps the files of one field in the place of those before; false when they are too large for that.
 * @param {{ slot: string | null; origin: string }} options
 * @param {string} field
 * @param {File[]} files
 */
export async function keepFiles({ slot, origin }, field, files) {
  const own = await ring();
  const before = (await inSlot("files", slot)).filter((record) => record.page === page && record.field === field);
  await removeAll(
    "files",
    before.map((record) => record.id),
  );
  if (files.reduce((sum, file) => sum + file.size, 0) > MOST_FILE_BYTES) return false;
  for (const [number, file] of files.entries()) {
    const id = `${slot}:${page}:${field}:${number}`;
    const about = await own.seal(toBytes({ name: file.name, type: file.type, lastModified: file.lastModified }), id);
    const sealed = await own.seal(await file.arrayBuffer(), id);
    await put("files", {
      id,
      slot,
      origin,
      page,
      field,
      number,
      until: Date.now() + DAY_MS,
      ring: own.name,
      about,
      sealed,
    });
  }
  return true;
}

/**
 * @param {FileRecord} record
 * @returns {Promise<File>}
 */
async function openFile(record) {
  const own = /** @type {Ring} */ (await ringNamed(record.ring));
  const { name, ...about } = fromBytes(await own.open(record.about, record.id));
  return new File([await own.open(record.sealed, record.id)], name, about);
}

/**
 * The newest draft of the form: {origin, at, fields, files, isSent, isElsewhere, isStrangers}; null when there is none to read.
 *  `isElsewhere`: its page is still open; `isStrangers`: on a browser that others use, it may be another person's.
 * @param {string} slot
 * @returns {Promise<StoredDraft | null>}
 */
export async function newest(slot) {
  const records = (await inSlot("drafts", slot))
    .filter((record) => record.until > Date.now())
    .sort((a, b) => b.at - a.at);
  for (const record of records) {
    try {
      const own = /** @type {Ring} */ (await ringNamed(record.ring)); // null throws below: the next one
      const fields = new Map(fromBytes(await own.open(record.sealed, record.id)));
      const isElsewhere = record.page !== page && (await isOpen(record.page));
      const files = (await inSlot("files", slot)).filter(
        (file) => file.page === record.page && file.until > Date.now(),
      );
      return {
        ...record,
        fields,
        isElsewhere,
        isStrangers: own.isShared && record.tab !== tab(),
        files: async () => Promise.all(files.map(async (file) => [file.field, await openFile(file)])),
      };
    } catch {
      /* sealed by a key that is gone, or there is no line to ask for it: the next one */
    }
  }
  return null;
}

/**
 * Forgets a draft, on whichever page it was typed; `onlyOthers`: but this one.
 * @param {{ slot: string | null; origin: string }} options
 * @param {{ onlyOthers?: boolean }} [options]
 */
export async function forget({ slot, origin }, { onlyOthers = false } = {}) {
  for (const name of /** @type {const} */ (["drafts", "files"])) {
    const records = (await inSlot(name, slot)).filter(
      (record) => record.origin === origin && !(onlyOthers && record.page === page),
    );
    if (records.length)
      await removeAll(
        name,
        records.map((record) => record.id),
      );
  }
}

export { sweep };
