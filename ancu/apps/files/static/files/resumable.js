// [data-paper]: a file is sent in parts as soon as it is chosen; the form then posts the id of what was sent.
// A broken line, a reload or a closed browser loses at most the part under way: the same file chosen again goes on
// where it stopped, and one that was sent whole is still there. Without script, the form posts the file itself.
import { exchange } from "../ancu/js/exchange.js";
import { check } from "../ancu/js/filecheck.js";
import { NotSignedIn, reach } from "../ancu/js/reach.js";
import { text, unenhanced } from "../ancu/js/texts.js";

const PART = 512 * 1024;
const MOST_WAIT = 30_000;
const TRIES = 12; // in a row without a byte more
const KEEP_MS = 20 * 3600 * 1000; // the server keeps a day
const PREFIX = "ancu.paper.";

/**
 * @param {number} done
 * @param {number} size
 */
const percent = (done, size) => Math.floor((100 * done) / size);
const owner = () => document.body.dataset.user ?? "public";
// By where the form goes: a page of errors has another address than the page that the file was chosen on.
/** @param {WithData} zone */
const slot = (zone) => `${PREFIX}${owner()}.${goal(zone)}.${zone.dataset.purpose}.${idField(zone).name}`;
/** @param {WithData} zone */
const goal = (zone) => new URL(zone.closest("form").getAttribute("action") || location.href, location.href).pathname;
/**
 * @param {WithData} zone
 * @returns {HTMLInputElement}
 */
const idField = (zone) => zone.querySelector("[data-paper-id]");
/**
 * @param {WithData} zone
 * @returns {any}
 */
const fileField = (zone) => zone.querySelector('input[type="file"]');

// What is remembered says which file it was, never what is in it.
/**
 * @param {WithData} zone
 * @param {{ url: string; name: string; size: number; modified: number }} record
 */
function remember(zone, record) {
  try {
    localStorage.setItem(slot(zone), JSON.stringify({ ...record, at: Date.now() }));
  } catch {
    /* full or barred */
  }
}

/** @param {WithData} zone */
function remembered(zone) {
  try {
    const record = JSON.parse(localStorage.getItem(slot(zone)) ?? "null");
    return record && Date.now() - record.at < KEEP_MS ? record : null;
  } catch {
    return null;
  }
}

/** @param {WithData} zone */
function forget(zone) {
  try {
    localStorage.removeItem(slot(zone));
  } catch {
    /* barred */
  }
}

/**
 * @param {WithData} zone
 * @param {string} sentence
 * @param {number | null} [done]
 * @param {{ wrong?: boolean }} [options]
 */
function say(zone, sentence, done = null, { wrong = false } = {}) {
  const bar = zone.querySelector("[data-paper-progress]");
  const output = zone.querySelector("[data-paper-text]");
  output.textContent = sentence;
  output.classList.toggle("muted", !wrong);
  output.classList.toggle("tone-bad", wrong);
  bar.hidden = done === null;
  if (done !== null) bar.value = done;
}

/**
 * @param {WithData} zone
 * @param {string} url
 * @param {ExchangeOptions} [options]
 */
function ask(zone, url, options = {}) {
  const token = zone.closest("form").elements.csrfmiddlewaretoken?.value ?? "";
  return reach(url, { ...options, headers: { "X-CSRFToken": token, ...options.headers } });
}

/** @param {ExchangeAnswer} answer */
const isOk = (answer) => answer.status >= 200 && answer.status < 300;
/** @param {ExchangeAnswer} answer */
const stateIn = async (answer) => JSON.parse(await answer.text());

class Refused extends Error {}

/**
 * @param {ExchangeAnswer} answer
 * @returns {Promise<Error>}
 */
async function refusal(answer) {
  if (answer.status >= 500) return new Error(String(answer.status));
  const words = await stateIn(answer).catch(() => ({}));
  return new Refused(words[`message_${document.documentElement.lang}`] ?? words.message_en ?? text("requestFailed"));
}

/**
 * Waits as long as `tries` says, less when the network comes back.
 * @param {number} tries
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(tries, signal) {
  const wait = Math.min(1000 * 2 ** tries, MOST_WAIT) * (0.75 + Math.random() / 2);
  return new Promise((done) => {
    const timer = setTimeout(done, wait);
    const go = () => {
      clearTimeout(timer);
      done();
    };
    addEventListener("online", go, { once: true });
    signal.addEventListener("abort", go, { once: true });
  });
}

/**
 * @param {WithData} zone
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<{ id: string; url: string; offset: number }>}
 */
async function begin(zone, file, signal) {
  const before = remembered(zone);
  if (before && before.name === file.name && before.size === file.size && before.modified === file.lastModified) {
    const answer = await ask(zone, before.url, { method: "GET", signal });
    if (answer.status >= 500) throw await refusal(answer);
    const state = isOk(answer) ? await stateIn(answer) : { used: true };
    if (!state.used) return { ...state, url: before.url };
  }
  const body = new URLSearchParams({ name: file.name, size: String(file.size), purpose: zone.dataset.purpose });
  const answer = await ask(zone, zone.dataset.url, { body, signal });
  if (!isOk(answer)) throw await refusal(answer);
  const state = await stateIn(answer);
  remember(zone, { url: state.url, name: file.name, size: file.size, modified: file.lastModified });
  return state;
}

/**
 * One part; returns the offset to go on from, whoever was right about it.
 * @param {WithData} zone
 * @param {File} file
 * @param {{ offset: number; url: string }} state
 * @param {AbortSignal} signal
 */
async function step(zone, file, state, signal) {
  const body = file.slice(state.offset, state.offset + PART);
  const headers = { "Upload-Offset": String(state.offset), "Content-Type": "application/octet-stream" };
  const answer = await ask(zone, state.url, { method: "PATCH", headers, body, signal });
  if (isOk(answer) || answer.status === 409) return (await stateIn(answer)).offset;
  if (answer.status < 500) forget(zone);
  throw await refusal(answer);
}

/**
 * @param {WithData} zone
 * @param {File} file
 * @param {AbortSignal} signal
 */
async function send(zone, file, signal) {
  let state = null;
  for (let tries = 0; !state || state.offset < file.size; ) {
    const before = state?.offset ?? 0;
    try {
      if (state) state.offset = await step(zone, file, state, signal);
      else state = await begin(zone, file, signal);
      if (state.offset > before) tries = 0;
      else tries += 1;
      const done = percent(state.offset, file.size);
      say(zone, text("paperSending", { name: file.name, n: done }), done);
    } catch (error) {
      if (error instanceof NotSignedIn) throw new Refused(text("signedOut"));
      if (error instanceof Refused || signal.aborted) throw error;
      tries += 1;
      const done = percent(before, file.size);
      say(zone, text("paperWaiting", { n: done }), done);
      await pause(tries, signal);
    }
    if (tries >= TRIES) throw new Refused(text("paperStopped", { n: percent(state?.offset ?? 0, file.size) }));
  }
  return state;
}

/**
 * @param {WithData} zone
 * @param {string} id
 * @param {string} name
 */
function finish(zone, id, name) {
  const input = fileField(zone);
  idField(zone).value = id;
  input.required = false;
  input.removeAttribute("name"); // the id is posted in its place
  say(zone, text("paperSent", { name }));
  zone.dispatchEvent(new CustomEvent("ancu:paper", { bubbles: true, detail: { id, name } }));
}

/**
 * @param {WithData} zone
 * @param {string} name
 */
function clear(zone, name) {
  const input = fileField(zone);
  idField(zone).value = "";
  input.name = name;
  input.removeAttribute("aria-invalid");
  zone.querySelector(".err")?.remove(); // what the server said was about the file before
  say(zone, "");
}

/**
 * @param {WithData} zone
 * @param {{ abort?: AbortController; promise?: Promise<void> | null }} running
 * @param {string} name
 */
async function chosen(zone, running, name) {
  running.abort?.abort();
  clear(zone, name);
  const file = fileField(zone).files[0];
  if (!file) return;
  if (!check(fileField(zone))) return; // of another kind: said by the field, and not sent
  const most = Number(zone.dataset.maxBytes || Infinity);
  if (file.size > most) {
    say(zone, text("uploadTooLarge", { n: Math.round(most / 1024 / 1024) }), null, { wrong: true });
    return;
  }
  const abort = new AbortController();
  running.abort = abort;
  running.promise = send(zone, file, abort.signal)
    .then((state) => finish(zone, state.id, file.name))
    .catch((error) => {
      if (!abort.signal.aborted) say(zone, error.message, null, { wrong: true });
    })
    .finally(() => {
      if (running.abort === abort) running.promise = null;
    });
  await running.promise;
}

/**
 * After a reload: a whole file is taken up again; of a part of one is said how to go on. One that the form of before has
 *  handed in since is shown by the page as it is now.
 * @param {WithData} zone
 */
async function resume(zone) {
  const before = remembered(zone);
  if (!before || zone.querySelector("[aria-invalid=true]")) {
    forget(zone);
    return;
  }
  const answer = await exchange(before.url, { method: "GET" }).catch(() => null);
  if (!answer) return;
  if (!isOk(answer)) {
    forget(zone);
    return;
  }
  const state = await stateIn(answer);
  if (state.used) {
    forget(zone);
    location.reload();
    return;
  }
  if (fileField(zone).files.length || idField(zone).value) return;
  if (state.offset === state.size) finish(zone, state.id, state.name);
  else say(zone, text("paperStopped", { n: percent(state.offset, state.size) }), percent(state.offset, state.size));
}

/** @param {ParentNode} root */
function enhance(root) {
  for (const zone of unenhanced(root, "[data-paper]", "Paper")) {
    const input = fileField(zone);
    const form = zone.closest("form");
    const name = input.name;
    /** @type {{ abort?: AbortController; promise?: Promise<void> | null }} */
    const running = {};
    input.addEventListener("change", () => chosen(zone, running, name));
    form.addEventListener("ancu:accepted", () => forget(zone));
    // Capture: before anything else sends the form, what is under way is waited for.
    form.addEventListener(
      "submit",
      async (/** @type {SubmitEvent} */ event) => {
        if (!running.promise) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        await running.promise;
        if (idField(zone).value) form.requestSubmit(event.submitter ?? undefined);
      },
      { capture: true },
    );
    for (const kind of ["dragenter", "dragover"]) {
      zone.addEventListener(kind, (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    }
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (/** @type {DragEvent} */ event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (!event.dataTransfer?.files.length) return;
      input.files = event.dataTransfer.files;
      chosen(zone, running, name);
    });
    if (input.files.length)
      chosen(zone, running, name); // before this script came
    else resume(zone);
  }
}

enhance(document.body);
document.body.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
document.addEventListener("ancu:added", (event) => enhance(event.detail));
