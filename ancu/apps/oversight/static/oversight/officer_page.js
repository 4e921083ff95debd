// How each page of an officer begins that works without a connection: whether the phone is ready, and what it has taken along.

import { begun, makeReady } from "../stays/offline.js";
import * as queue from "../stays/queue.js";
import { keeper } from "../stays/store.js";
import { say, when } from "../stays/words.js";
import { ALONG } from "./visits.js";

/**
 * Whether the phone is ready. On the page without a connection it is said, too, why `name` cannot be read.
 * @param {HTMLElement} root
 * @param {string} name
 */
export async function beginPage(root, name) {
  /**
   * @param {string} part
   * @returns {any}
   */
  const find = (part) => root.querySelector(`[data-part="${part}"]`);
  find("enrol")?.addEventListener("click", (/** @type {Targeted} */ event) => makeReady(event.currentTarget));
  await begun;
  const ready = await queue.isReady();
  const notReady = find("stranger") ?? find("fresh");
  if (notReady) notReady.hidden = ready;
  if (!ready) return false;
  const tell = () => tellAlong(find("along"));
  queue.watch(tell);
  await tell();
  if (!("shell" in root.dataset)) return true;
  document.body.dataset.user = keeper()?.user ?? ""; // a page without a connection does not know it: for the drafts
  const carried = await queue.along(name);
  find("locked").hidden = carried !== null;
  find("missing").hidden = carried !== undefined;
  return true;
}

/**
 * What is not there yet, or since when all of it is.
 * @param {HTMLElement} place
 */
async function tellAlong(place) {
  const times = await Promise.all(ALONG.map(queue.alongAt));
  const missing = ALONG.filter((_, index) => times[index] === null).map((name) => say(`${name}Along`));
  place.className = missing.length ? "alert alert-warning mb-0" : "small muted mb-0 num";
  place.textContent = missing.length
    ? say("alongMissing", { names: missing.join(", ") })
    : say("alongAll", { when: when(Math.min(...times.map(Number))) });
  place.hidden = false;
}

const UNREAD = ["hidden", "submit", "button", "file"];
/** @param {Element | null | undefined} place */
function textOf(place) {
  const copy = /** @type {Element | undefined} */ (place?.cloneNode(true));
  for (const mark of copy?.querySelectorAll(".optional") ?? []) mark.remove();
  return (copy?.textContent ?? "").replace(/\s+/g, " ").trim();
}

/**
 * What stands in `form` as a person reads it: each label with what was written or chosen, never a code.
 * @param {HTMLFormElement} form
 */
export function inWords(form) {
  const lines = new Map();
  for (const field of form.elements) {
    const isTick = field.type === "checkbox" || field.type === "radio";
    const answer = isTick
      ? field.checked && textOf(field.labels?.[0])
      : textOf(field.selectedOptions?.[0]) || field.value?.trim();
    if (!field.name || UNREAD.includes(field.type) || !field.value || !answer) continue;
    const group = textOf(
      field.closest("fieldset")?.querySelector("legend") ??
        (isTick ? field.closest("section")?.querySelector("h2") : null),
    );
    const label = [group, isTick ? "" : textOf(field.labels?.[0])].filter(Boolean).join(", ");
    lines.set(label, [...(lines.get(label) ?? []), answer]);
  }
  return [...lines].map(([label, answers]) => [label, answers.join("; ")].filter(Boolean).join(": ")).join("\n");
}

/**
 * What is typed in `form` from now on is kept as a draft of this name, and comes back.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
export function beginDraft(form, name) {
  if (form.dataset.draft === name) return; // on the office's own page it has begun
  form.dataset.draft = name;
  document.dispatchEvent(new CustomEvent("ancu:added", { detail: form }));
}
