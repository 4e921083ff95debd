// Posted forms are sent in the page, with progress. Without an answer everything stays and can be sent again; a form with
// a key is sent again by itself once online.
import { NoAnswer } from "./exchange.js";
import { NotSignedIn, reach } from "./reach.js";
import { text } from "./texts.js";
import { noteOf } from "./toast.js";

const KEYS = ["key", "form", "client_reference"]; // hidden fields by which the server knows a form again
const AGAIN_MS = 15_000;
const LISTENERS_MS = 2_000;
const SLOW_MS = 700; // until progress is shown of what has no file

/**
 * @param {HTMLFormElement} form
 * @param {any} submitter
 */
const goal = (form, submitter) => submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "";
/** @param {HTMLFormElement} form */
const isSentOnce = (form) =>
  [...KEYS.map((name) => `input[type=hidden][name="${name}"]`), "[data-paper-id]"].some(
    (selector) => form.querySelector(selector)?.value,
  );

/** @param {Targeted<SubmitEvent>} event */
function isOurs(event) {
  const { target: form, submitter } = event;
  const method = submitter?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get";
  const target = submitter?.getAttribute("formtarget") ?? form.getAttribute("target");
  // What a search finds is a page of its own, which one comes back to.
  return (
    !event.defaultPrevented &&
    method.toLowerCase() === "post" &&
    !target &&
    !form.matches("[data-native], [role=search]") &&
    new URL(goal(form, submitter), location.href).origin === location.origin
  );
}

// ---- what the form shows ------------------------------------------------------------------------------

/** @param {HTMLFormElement} form */
function stateOf(form) {
  let place = form.querySelector("[data-send-state]");
  if (!place) {
    place = document.createElement("div");
    place.dataset.sendState = "";
    place.className = "send-state";
    (form.querySelector(".form-actions") ?? form.lastElementChild)?.after(place);
  }
  return place;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} words
 * @param {{ action?: NoteAction | null }} [options]
 */
function say(form, words, { action = null } = {}) {
  const note = noteOf(words, "danger", action);
  note.setAttribute("role", "alert");
  const duty = document.getElementById("js-duty")?.content.cloneNode(true);
  if (duty) note.querySelector(".grow").append(duty);
  stateOf(form).replaceChildren(note);
  note.scrollIntoView({ block: "nearest" });
}

/**
 * A bar for what takes long.
 * @param {HTMLFormElement} form
 */
function progressOf(form) {
  const ofForm = form.querySelector("[data-upload-progress]");
  const bar = ofForm ?? Object.assign(document.createElement("progress"), { className: "progress-line", max: 100 });
  const words =
    form.querySelector("[data-upload-text]") ??
    Object.assign(document.createElement("div"), { className: "small muted num" });
  words.setAttribute("role", "status");
  bar.setAttribute("aria-label", text("uploadLabel"));
  /** @param {string} sentence */
  const tell = (sentence) => {
    if (!ofForm && !bar.isConnected) stateOf(form).replaceChildren(bar, words);
    bar.hidden = false;
    words.textContent = sentence;
  };
  return {
    wait: () => {
      bar.removeAttribute("value");
      tell(text("sending"));
    },
    showPart: (/** @type {number} */ part) => {
      bar.value = Math.round(100 * part);
      tell(part < 1 ? text("uploading", { n: bar.value }) : text("uploadReading"));
    },
    clear: () => {
      bar.hidden = true;
      words.textContent = "";
      if (!ofForm) {
        bar.remove();
        words.remove();
      }
    },
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {any} submitter
 * @param {boolean} isBusy
 */
function setBusy(form, submitter, isBusy) {
  form.classList.toggle("busy", isBusy);
  /**
   * @param {Element | null} element
   * @param {string} name
   */
  const set = (element, name) => {
    if (isBusy) element?.setAttribute(name, "true");
    else element?.removeAttribute(name);
  };
  for (const element of [form, submitter]) set(element, "aria-busy");
  set(submitter, "aria-disabled");
}

// ---- sending ------------------------------------------------------------------------------------------

/**
 * @param {HTMLFormElement} form
 * @param {any} submitter
 */
function bodyOf(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return form.enctype === "multipart/form-data" ? data : new URLSearchParams(/** @type {any} */ (data));
}

/**
 * Listeners (drafts) may finish something before the page goes; a slow device holds up nothing.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
async function announce(form, name) {
  const event = new CustomEvent(name, { bubbles: true, detail: { waitFor: [] } });
  form.dispatchEvent(event);
  const late = new Promise((resolve) => {
    setTimeout(resolve, LISTENERS_MS);
  });
  await Promise.race([Promise.allSettled(event.detail.waitFor), late]);
}

let isSent = false;

/**
 * To the page that the answer names; with the same address and a place in it, the page is loaded again.
 * @param {string} address
 */
function leave(address) {
  const there = new URL(address, location.href);
  isSent = true;
  if (there.hash && there.pathname + there.search === location.pathname + location.search) {
    history.replaceState(null, "", there);
    document.body.inert = true; // what is pressed now would be lost
    location.reload();
  } else location.assign(there);
}

/** @param {ExchangeAnswer} answer */
function download(answer) {
  const encoded = /filename\*=(?:utf-8|UTF-8)''([^;]+)/.exec(answer.disposition)?.[1];
  const plain = /filename="?([^";]+)"?/.exec(answer.disposition)?.[1];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(answer.blob);
  link.download = encoded ? decodeURIComponent(encoded) : (plain ?? "");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Draws an answered page; loaded when a form is begun, since the device may be offline when it is sent. */
const pageScript = () => import("./page.js");

/**
 * Does what the answer says; whether the form stays on the page.
 * @param {HTMLFormElement} form
 * @param {ExchangeAnswer} answer
 */
async function follow(form, answer) {
  const pane = form.closest("[data-pane]"); // a task's page beside the list of tasks: the list stays
  if (answer.location !== null) {
    if (!answer.isRefused) await announce(form, "ancu:accepted");
    if (pane) pane.dispatchEvent(new CustomEvent("ancu:decided"));
    else leave(answer.location);
    return false;
  }
  if (!answer.isPage) {
    if (answer.status < 400) download(answer);
    else say(form, text("requestFailed"));
    return true;
  }
  const { errorWords, isRefusal, show } = await pageScript();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const error = errorWords(page);
  if (error !== null || !page.getElementById("main")) {
    const reload = { label: text("reload"), run: () => location.reload() };
    say(form, error ?? text("requestFailed"), { action: answer.status === 409 ? reload : null });
    return true;
  }
  if (answer.status < 400 && !isRefusal(page, form)) await announce(form, "ancu:accepted");
  if (pane) pane.dispatchEvent(new CustomEvent("ancu:drawn", { detail: page }));
  else await show(page, form);
  return false;
}

/**
 * Resolves when the device may be online; rejects when the person changes something, or goes on alone.
 * @param {HTMLFormElement} form
 * @returns {Promise<void>}
 */
function lineBack(form) {
  return new Promise((back, gaveUp) => {
    const end = new AbortController();
    /** @param {() => void} settle */
    const stop = (settle) => () => {
      end.abort();
      clearTimeout(timer);
      settle();
    };
    const timer = setTimeout(stop(back), AGAIN_MS);
    addEventListener("online", stop(back), { signal: end.signal });
    for (const kind of ["input", "change", "ancu:send-now"])
      form.addEventListener(kind, stop(gaveUp), { signal: end.signal });
  });
}

/** @param {HTMLFormElement} form */
function sayNoAnswer(form) {
  const words = [isSentOnce(form) ? text("noAnswerAgain") : text("noAnswer")];
  const isToldBelow = form.querySelector("[data-draft-note]:not(:empty)") !== null;
  if ("kept" in form.dataset && !isToldBelow) words.push(text("keptHere"));
  say(form, words.join(" "));
}

/**
 * The answer; null when there is none and the form waits for the person.
 * @param {HTMLFormElement} form
 * @param {() => Promise<ExchangeAnswer>} request
 * @param {() => void} rest
 * @returns {Promise<ExchangeAnswer | null>}
 */
async function untilAnswered(form, request, rest) {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      rest();
      if (error instanceof NotSignedIn) {
        say(form, text("signedOut"));
        return null;
      }
      if (!(error instanceof NoAnswer)) throw error;
      const offer = new CustomEvent("ancu:noline", { bubbles: true, cancelable: true });
      if (!form.dispatchEvent(offer)) return null; // somebody knows better where to go offline
      sayNoAnswer(form);
      if (!isSentOnce(form)) return null;
    }
    setBusy(form, form.querySelector("[aria-busy]"), false);
    try {
      await lineBack(form);
    } catch {
      return null;
    }
    setBusy(form, null, true);
  }
}

/**
 * Whether the files are of a kind and size that is taken; else it says so beside them.
 * @param {any[]} inputs
 */
async function areTaken(inputs) {
  const filecheck = inputs.length ? await import("./filecheck.js").catch(() => null) : null; // not come: the office looks at them
  const wrong = inputs.filter((input) => filecheck && !filecheck.check(input));
  wrong[0]?.focus();
  return !wrong.length;
}

/** @type {WeakMap<HTMLFormElement, symbol>} */
const running = new WeakMap(); // form → the sending that is under way, or waits to be online

/**
 * @param {HTMLFormElement} form
 * @param {any} submitter
 */
async function send(form, submitter) {
  const run = Symbol("run");
  const files = [...form.querySelectorAll("input[type=file]")].filter((input) => input.files?.length);
  const progress = progressOf(form);
  /** @type {Record<string, string>} */
  const headers = document.body.dataset.desk ? { "X-Desk": document.body.dataset.desk } : {};
  const options = { body: bodyOf(form, submitter), headers, onProgress: files.length ? progress.showPart : null };
  const address = new URL(goal(form, submitter) || location.href, location.href).href;
  const slow = setTimeout(progress.wait, SLOW_MS);
  running.set(form, run);
  setBusy(form, submitter, true);
  let stays = true;
  try {
    if (!(await areTaken(files))) return;
    await announce(form, "ancu:sending");
    const answer = await untilAnswered(
      form,
      () => reach(address, options),
      () => {
        clearTimeout(slow);
        progress.clear();
      },
    );
    if (answer) stays = await follow(form, answer);
  } catch (error) {
    say(form, text("requestFailed"));
    throw error;
  } finally {
    clearTimeout(slow);
    if (stays && running.get(form) === run) {
      running.delete(form);
      setBusy(form, submitter, false);
      progress.clear();
    }
  }
}

/** @param {any} event */
function onSubmit(event) {
  if (!isOurs(event)) return;
  event.preventDefault();
  const form = event.target;
  if (form.getAttribute("aria-busy") === "true" && running.has(form)) return;
  form.dispatchEvent(new Event("ancu:send-now"));
  stateOf(form).replaceChildren();
  send(form, event.submitter);
}

/** @param {{ target: any }} options */
function onFocus({ target }) {
  if (target.form?.matches("[method=post]:not([data-native])")) pageScript().catch(() => {});
}

export function start() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("focusin", onFocus);
  addEventListener("pageshow", (event) => {
    if (event.persisted && isSent) location.reload();
  });
}
