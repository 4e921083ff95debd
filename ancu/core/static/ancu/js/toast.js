// Short notes at the edge of the page or in it, and the close buttons of messages.
import { text, unenhanced } from "./texts.js";

const STAY_MS = 8000;

/**
 * Shows `words` at the edge; tones as Bootstrap's alerts. Only good news and news without a button leave by themselves.
 * @param {string} words
 * @param {string} [tone]
 * @param {NoteAction | null} [action]
 */
export function toast(words, tone = "info", action = null) {
  const place = document.getElementById("toasts");
  if (!place || !words) return null;
  const note = noteOf(words, tone, action);
  place.append(note);
  if (tone === "success" || (tone === "info" && !action)) leaveLater(note);
  return note;
}

/**
 * A note to be put where it belongs: one that stays must cover nothing.
 * @param {string} words
 * @param {string} [tone]
 * @param {NoteAction | null} [action]
 */
export function noteOf(words, tone = "info", action = null) {
  const note = document.createElement("div");
  note.className = `alert alert-${tone}`;
  const body = document.createElement("div");
  body.className = "grow";
  body.textContent = words;
  note.append(body);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      note.remove();
      action.run();
    });
    note.append(button);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.setAttribute("aria-label", text("close"));
  close.addEventListener("click", () => note.remove());
  note.append(close);
  return note;
}

/** @param {HTMLElement} note */
function leaveLater(note) {
  let timer = setTimeout(() => note.remove(), STAY_MS);
  const hold = () => clearTimeout(timer);
  const go = () => {
    timer = setTimeout(() => note.remove(), STAY_MS);
  };
  note.addEventListener("pointerenter", hold);
  note.addEventListener("focusin", hold);
  note.addEventListener("pointerleave", go);
  note.addEventListener("focusout", go);
}

/** @param {ParentNode} root */
export function enhance(root) {
  for (const button of unenhanced(root, "[data-dismiss]", "Dismiss")) {
    button.hidden = false;
    button.addEventListener("click", () => button.closest(".alert")?.remove());
  }
}

/**
 * What a page asks for by itself is asked for again, or is missed by nobody.
 * @param {CustomEvent<any>} event
 */
const isAskedFor = (event) =>
  !["load", "every", "revealed"].includes(event.detail.requestConfig?.triggeringEvent?.type ?? "load");

export function start() {
  // A view may answer htmx with HX-Trigger: {"toast": {"text": "...", "tone": "success"}}
  document.body.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));
  document.body.addEventListener("htmx:sendError", (event) => {
    if (isAskedFor(event)) toast(text("noAnswer"), "danger");
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    if (isAskedFor(event)) toast(text("requestFailed"), "danger");
  });
}
