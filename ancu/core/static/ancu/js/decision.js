// The decision of a page, also in the preview of a task: keys that lead to its acts, and reasons that fill a note.
import { unenhanced } from "./texts.js";

/** @param {any} target */
const isTyping = (target) =>
  target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog");

/**
 * Leads to one of the acts: a button gets the focus; of a form that opens its field, or its button if that may stay empty.
 * @param {any} control
 */
function open(control) {
  const details = control.closest("details");
  if (!details) return control.focus();
  details.open = true;
  const field = "ready" in details.dataset ? null : details.querySelector("input:not([type=hidden]), textarea");
  (field ?? details.querySelector("button[type=submit]")).focus();
}

/**
 * Closes the act that `target` lies in; its button has the focus.
 * @param {any} target
 */
function close(target) {
  const act = target.closest?.("details.decision-act[open]");
  if (!act) return;
  act.open = false;
  act.querySelector("summary").focus();
}

/**
 * Puts a reason into the note, which stays editable, and opens the decision that it belongs to.
 * @param {any} chip
 */
function fill(chip) {
  const field = /** @type {any} */ (document.getElementById(chip.dataset.fills));
  for (const sibling of chip.parentElement.children) sibling.setAttribute("aria-pressed", String(sibling === chip));
  field.value = chip.textContent.trim();
  field.dispatchEvent(new Event("input", { bubbles: true }));
  open(field.closest("details").querySelector("summary"));
}

/** @param {Targeted<KeyboardEvent>} event */
function press(event) {
  if (event.key === "Escape") return close(event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const control = /** @type {any} */ (document.querySelector(`.decision [data-key="${CSS.escape(event.key)}"]`));
  if (!control?.closest(".decision").offsetParent) return;
  event.preventDefault();
  open(control);
}

/** @param {Targeted<MouseEvent>} event */
function click(event) {
  const chip = event.target.closest(".decision [data-fills]");
  if (chip) fill(chip);
}

/** @param {ParentNode} root */
export function enhance(root) {
  for (const decision of unenhanced(root, ".decision", "Decision"))
    for (const part of decision.querySelectorAll("[data-scripted]")) part.hidden = false;
}

document.addEventListener("keydown", press);
document.addEventListener("click", click);
