// What is typed in a form that is posted is kept on the device, sealed, until it is sent, and comes back after the line,
// the session or the browser was gone. Which forms: `drafting.js`. One that the server sends back with errors (data-bound)
// is left as it is.
import { forget, keep, keepFiles, newest, slotOf, sweep } from "./drafts.js";
import { filesOf, identified, initialOf, isFilledIn, isSame, setFiles, setValue, valueIn } from "./fields.js";
import { keyOf } from "./formkey.js";
import { ring } from "./rings.js";
import { text } from "./texts.js";
import { noteOf } from "./toast.js";

const SAVE_AFTER_MS = 200;
/** @type {Map<string, Draft>} */
const drafts = new Map(); // key → the draft of a form on this page, also while the form is drawn again
/** @type {Map<string, Promise<void>>} */
const endings = new Map(); // key → until the draft that was sent is forgotten: the next form must not bring it back

// ---- keeping ------------------------------------------------------------------------------------------

/**
 * Notes what differs from what the server put there; what differed before the form came back is noted already.
 * @param {Draft} draft
 */
function collect(draft) {
  const { form, fields, initial } = draft;
  for (const [identity, field] of identified(form)) {
    if (isFilledIn(form, field)) {
      fields.delete(identity);
      continue;
    }
    const value = valueIn(field);
    if (fields.get(identity)?.isLeft && isSame(value, initial.get(identity))) continue; // the person has not chosen yet
    const before = fields.get(identity)?.initial ?? initial.get(identity) ?? initialOf(field);
    if (isSame(value, before)) fields.delete(identity);
    else fields.set(identity, { value, initial: before });
  }
}

/** @param {Draft} draft */
async function saveOnce(draft) {
  draft.slot ??= await slotOf(draft.key);
  collect(draft);
  if (!draft.fields.size && !draft.hasFiles && !draft.storing) {
    await forget(draft);
    setState(draft, null);
    return;
  }
  const isShared = await keep(draft);
  if (!draft.storing) setState(draft, { at: new Date(), isShared }); // else a chosen file is not on the disk yet
}

/**
 * @param {Draft} draft
 * @returns {Promise<void>}
 */
function save(draft) {
  clearTimeout(draft.timer);
  draft.isDirty = true;
  draft.saving ??= (async () => {
    try {
      while (draft.isDirty && !draft.isOver) {
        draft.isDirty = false;
        await saveOnce(draft);
      }
    } catch {
      setState(draft, false);
    } finally {
      draft.saving = null;
    }
  })();
  return draft.saving;
}

/** @param {Draft} draft */
function saveSoon(draft) {
  draft.isDirty = true;
  delete draft.form.dataset.kept;
  clearTimeout(draft.timer);
  draft.timer = setTimeout(() => save(draft), SAVE_AFTER_MS);
}

/** @param {Draft} draft */
const flush = (draft) => (draft.isDirty ? save(draft) : (draft.saving ?? Promise.resolve()));

/** @param {Draft} draft */
async function keepAsSent(draft) {
  await flush(draft);
  draft.isSent = true;
  if (draft.fields.size) await save(draft);
}

/**
 * @param {Draft} draft
 * @param {FileInput} input
 */
async function filesChosen(draft, input) {
  draft.storing += 1;
  delete draft.form.dataset.kept;
  let areKept = false;
  try {
    draft.slot ??= await slotOf(draft.key);
    areKept = await keepFiles(draft, input.name, [...input.files]);
    draft.hasFiles = areKept && filesOf(draft.form).some((input) => input.files.length);
  } catch {
    areKept = false;
  }
  draft.storing -= 1;
  if (areKept) await save(draft);
  else setState(draft, false);
}

// ---- what is said of it -------------------------------------------------------------------------------

/** @param {Date | number} at */
const clock = (at) =>
  new Date(at).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "Asia/Ho_Chi_Minh",
  });

/**
 * `state`: {at, isShared} of what is on the disk, null for nothing, false when it cannot be kept.
 * @param {Draft} draft
 * @param {DraftState} state
 */
function setState(draft, state) {
  draft.form.toggleAttribute("data-kept", Boolean(state) && !draft.isDirty);
  draft.state = state;
  showState(draft);
}

/** @param {HTMLFormElement} form */
function noteBelow(form) {
  let note = form.querySelector("[data-draft-note]");
  if (!note) {
    note = Object.assign(document.createElement("div"), { className: "draft-note small muted" });
    note.dataset.draftNote = "";
    (form.querySelector(".form-actions") ?? form.lastElementChild)?.after(note);
  }
  return note;
}

/**
 * Told where it matters: without a connection, on pages that anybody may open, and when it is not so.
 * @param {Draft} draft
 */
function showState(draft) {
  const { form, state } = draft;
  const isShown = state === false || (state && (state.isShared || !navigator.onLine));
  if (!isShown && !form.querySelector("[data-draft-note]")) return;
  const note = noteBelow(form);
  note.classList.toggle("tone-bad", state === false);
  note.textContent = isShown ? wordsOf(state) : "";
  if (isShown && state !== false && state?.isShared)
    note.append(
      " ",
      linkButton(text("draftForget"), () => discard(draft)),
    );
}

/** @param {NonNullable<DraftState>} state */
function wordsOf(state) {
  if (state === false) return text("draftNotKept");
  return text(state.isShared ? "draftKeptADay" : "draftKept", { time: clock(state.at) });
}

/**
 * @param {string} words
 * @param {() => void} run
 */
function linkButton(words, run) {
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn btn-link",
    textContent: words,
  });
  button.addEventListener("click", run);
  return button;
}

// ---- bringing back ------------------------------------------------------------------------------------

/**
 * Puts back what was typed; what the server changed since, or the person has begun to change, is left. How many were so.
 * @param {Draft} draft
 * @param {Map<string, DraftField>} fields
 * @param {{ always?: boolean }} [options]
 */
function pour(draft, fields, { always = false } = {}) {
  const { form } = draft;
  form.dispatchEvent(
    new CustomEvent("ancu:before-restore", {
      detail: { names: [...fields.keys()].map((identity) => identity.split(/[=#]/)[0]) },
    }),
  );
  const outcome = { poured: 0, unresolved: 0 }; // unresolved: left to the person
  for (const [identity, field] of identified(form)) {
    const entry = fields.get(identity);
    if (!entry) continue;
    const before = draft.initial.get(identity) ?? initialOf(field);
    const now = valueIn(field);
    if (isSame(now, entry.value)) continue;
    const isChanged = !(isSame(now, before) && isSame(before, entry.initial));
    if (isChanged && !always) {
      draft.fields.set(identity, { ...entry, isLeft: true });
      outcome.unresolved += 1;
      continue;
    }
    draft.fields.set(identity, { value: entry.value, initial: before });
    setValue(field, entry.value);
    outcome.poured += 1;
  }
  return outcome;
}

/**
 * @param {Draft} draft
 * @param {StoredDraft} stored
 */
async function pourFiles(draft, stored) {
  const files = await stored.files();
  for (const input of filesOf(draft.form)) {
    const own = files.filter(([field]) => field === input.name).map(([, file]) => file);
    if (own.length && !input.files.length) {
      draft.hasFiles = true;
      setFiles(input, own);
    }
  }
  return files.length;
}

/**
 * @param {Draft} draft
 * @param {StoredDraft} stored
 * @param {{ always?: boolean }} options
 * @returns {Promise<{ poured: number; unresolved: number }>}
 */
async function takeOver(draft, stored, options = {}) {
  draft.origin = stored.origin;
  draft.isSent = stored.isSent;
  for (const [identity, entry] of stored.fields) {
    const isWithOffice = isSame(entry.value, draft.initial.get(identity)); // its save arrived late: what is typed next is another draft
    if (!isWithOffice && !draft.fields.has(identity)) draft.fields.set(identity, entry);
  }
  const outcome = pour(draft, stored.fields, options);
  const files = await pourFiles(draft, stored);
  await save(draft);
  await forget(draft, { onlyOthers: true });
  return { ...outcome, poured: outcome.poured + files };
}

/** @param {Draft} draft */
async function discard(draft) {
  draft.isOver = true;
  await forget(draft);
  location.reload();
}

/**
 * @param {Draft} draft
 * @param {string} words
 * @param {[string, () => unknown][]} actions
 */
function showNote(draft, words, actions) {
  const note = noteOf(words, "info");
  note.setAttribute("role", "status");
  for (const [label, run] of actions) {
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "btn",
      textContent: label,
    });
    button.addEventListener("click", () => {
      note.remove();
      run();
    });
    note.querySelector(".btn-close").before(button);
  }
  draft.form.before(note); // above the form, not over it: on a phone it would lie on the buttons
}

/**
 * @param {Draft} draft
 * @param {StoredDraft} stored
 * @param {string} words
 */
function offer(draft, stored, words) {
  /** @type {[string, () => unknown][]} */
  const actions = [[text("draftBring"), () => takeOver(draft, stored, { always: true })]];
  if (!stored.isElsewhere) actions.push([text("draftDrop"), () => forget({ slot: draft.slot, origin: stored.origin })]);
  showNote(draft, text(words, { time: clock(stored.at) }), actions);
}

/** The keys of forms of which the page says that they were stored: their answer had not come when their page was left. */
const takenIn = () =>
  [...document.querySelectorAll("[data-message]")]
    .flatMap(({ dataset }) => (dataset.message ?? "").split(" "))
    .filter((tag) => tag.startsWith("draft:"))
    .map((tag) => tag.slice("draft:".length));

/**
 * Forgets the draft of such a form, on whatever page it is said; but not what was typed after it was sent.
 * @param {string} key
 */
async function forgetTakenIn(key) {
  const slot = await slotOf(key);
  const stored = await newest(slot);
  if (stored?.isSent && !stored.isElsewhere) await forget({ slot, origin: stored.origin });
}

/** @param {Draft} draft */
async function bringBack(draft) {
  await endings.get(draft.key);
  draft.slot ??= await slotOf(draft.key);
  const stored = await newest(draft.slot);
  if (!stored || draft.isOver) return;
  if (stored.isElsewhere) {
    offer(draft, stored, "draftElsewhere");
    return;
  }
  if (stored.isStrangers || draft.isTouched) {
    offer(draft, stored, "draftUnsent");
    return;
  } // never two people in one form
  const { poured, unresolved } = await takeOver(draft, stored);
  /** @type {[string, () => unknown][]} */
  const actions = [[text("draftDiscard"), () => discard(draft)]];
  if (unresolved)
    actions.unshift([
      text("draftBring"),
      () => {
        pour(draft, stored.fields, { always: true });
        save(draft);
      },
    ]);
  if (poured || unresolved)
    showNote(draft, text(unresolved ? "draftChanged" : "draftRestored", { time: clock(stored.at) }), actions);
}

// ---- what was sent, on the way back -------------------------------------------------------------------

const SENT = "ancu.sent"; // in the tab: forms that were sent from it

/** @returns {string[]} */
function sentForms() {
  try {
    return JSON.parse(sessionStorage.getItem(SENT) ?? "null") ?? [];
  } catch {
    return [];
  }
}

/**
 * @param {string} key
 * @param {boolean} isSent
 */
function noteSent(key, isSent) {
  const remaining = sentForms().filter((sent) => sent !== key);
  try {
    sessionStorage.setItem(SENT, JSON.stringify(isSent ? [...remaining, key] : remaining));
  } catch {
    /* barred */
  }
}

/**
 * Browsers fill a form again on the way back, once the page is there: what was sent would be sent twice.
 * @param {HTMLFormElement} form
 */
function emptyAfterSending(form) {
  const key = keyOf(form);
  if (!sentForms().includes(key)) return;
  noteSent(key, false);
  const isBack =
    /** @type {PerformanceNavigationTiming} */ (performance.getEntriesByType("navigation")[0])?.type !== "navigate";
  if (!isBack) return;
  if (document.readyState === "complete") form.reset();
  else addEventListener("pageshow", () => form.reset(), { once: true });
}

// ---- beginning ----------------------------------------------------------------------------------------

/**
 * @param {HTMLFormElement} form
 * @returns {Draft}
 */
function draftFor(form) {
  const key = keyOf(form);
  const draft = /** @type {Draft} */ (
    drafts.get(key) ?? {
      key,
      slot: null,
      origin: crypto.randomUUID(),
      fields: new Map(),
      hasFiles: false,
      isSent: false,
      isOver: false,
      isDirty: false,
      storing: 0,
      saving: null,
      timer: 0,
      state: null,
    }
  );
  Object.assign(draft, {
    form,
    initial: new Map(identified(form).map(([identity, field]) => [identity, initialOf(field)])),
  });
  drafts.set(key, draft);
  return draft;
}

/** @param {HTMLFormElement} form */
export function begin(form) {
  const isAgain = drafts.has(keyOf(form));
  if (!isAgain) emptyAfterSending(form);
  const draft = draftFor(form);
  form.addEventListener("input", (event) => {
    draft.isTouched = true;
    if (event.isTrusted) draft.isSent = false;
    saveSoon(draft);
  });
  form.addEventListener("change", (event) => {
    if (event.isTrusted) draft.isSent = false;
    const input = /** @type {FileInput} */ (event.target);
    if (filesOf(form).includes(input)) filesChosen(draft, input);
    else saveSoon(draft);
  });
  form.addEventListener("ancu:sending", (event) => event.detail.waitFor.push(keepAsSent(draft)));
  form.addEventListener("ancu:accepted", (event) => {
    noteSent(draft.key, true);
    event.detail.waitFor.push(end(draft));
  });
  if (document.body.dataset.user)
    ring().then(
      () => {
        document.body.dataset.keeps = "";
      },
      () => {},
    ); // its keys come while there is a connection
  if (isAgain) {
    // refused: it is sent once more
    if (draft.state) setState(draft, draft.state);
    if (draft.isSent) {
      draft.isSent = false;
      save(draft);
    }
    return;
  }
  const focused = form.contains(document.activeElement) ? document.activeElement : null;
  if (focused) saveSoon(draft); // typed before this script came
  for (const input of filesOf(form)) if (input.files.length) filesChosen(draft, input); // chosen before it came
  draft.isTouched = identified(form).some(
    ([, field]) => field === focused && !isSame(valueIn(field), initialOf(field)),
  );
  if (!("bound" in form.dataset)) bringBack(draft).catch(() => {}); // storage barred: drafts are a comfort, not a need
}

/**
 * Sent, or taken in elsewhere: the draft is gone, and what is typed now is a new one.
 * @param {Draft} draft
 */
function end(draft) {
  draft.isOver = true;
  drafts.delete(draft.key);
  clearTimeout(draft.timer);
  const ending = (async () => {
    await draft.saving;
    if (draft.slot) await forget(draft).catch(() => {});
    setState(draft, null);
  })();
  endings.set(draft.key, ending);
  return ending;
}

/**
 * For a page whose script takes in what a form says: its draft is over, and the form begins a new one.
 * @param {HTMLFormElement} form
 */
export async function clear(form) {
  const draft = drafts.get(keyOf(form));
  if (!draft) return;
  await end(draft);
  Object.assign(draft, {
    origin: crypto.randomUUID(),
    fields: new Map(),
    hasFiles: false,
    isSent: false,
    isOver: false,
    isDirty: false,
  });
  drafts.set(draft.key, draft);
}

/**
 * What stands in the form now, for `rebase`.
 * @param {HTMLFormElement} form
 */
export const snapshot = (form) => new Map(identified(form).map(([identity, field]) => [identity, valueIn(field)]));

/**
 * The office has saved `saved`: only what differs from it is a draft from now on.
 * @param {HTMLFormElement} form
 * @param {Map<string, FieldValue>} saved
 */
export function rebase(form, saved) {
  const draft = drafts.get(keyOf(form));
  if (!draft) return;
  for (const [identity, entry] of draft.fields) if (!entry.isLeft) draft.fields.delete(identity);
  draft.initial = saved;
  save(draft);
}

const flushAll = () => {
  for (const draft of drafts.values()) flush(draft);
};

/**
 * A part that htmx sent was taken in, unless it comes back bound.
 * @param {CustomEvent<any>} event
 */
function afterHtmx(event) {
  const { requestConfig, xhr } = event.detail;
  const form = requestConfig?.elt;
  const draft = form?.matches?.("form") && drafts.get(keyOf(form));
  if (draft?.form === form && xhr.status < 300 && !xhr.responseText.includes("data-bound")) end(draft);
}

export function start() {
  sweep().catch(() => {});
  for (const key of takenIn())
    endings.set(
      key,
      forgetTakenIn(key).catch(() => {}),
    );
  addEventListener("pagehide", flushAll);
  document.addEventListener("visibilitychange", flushAll);
  for (const kind of ["online", "offline"])
    addEventListener(kind, () => {
      for (const draft of drafts.values()) showState(draft);
    });
  document.body.addEventListener("htmx:beforeSwap", afterHtmx);
}
