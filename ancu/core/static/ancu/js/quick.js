// Filling in a form with one thumb: Enter goes on to the next field, a tap on "2 nights" writes the day of leaving.
import { unenhanced } from "./texts.js";

const FIELDS =
  "input:not([type=hidden]):not([type=radio]):not([tabindex='-1']), select:not([hidden]), textarea, input[type=radio]";

/**
 * What comes after `from`; all radios of one name count as one.
 * @param {HTMLFormElement} form
 * @param {any} from
 * @returns {any}
 */
function next(form, from) {
  const all = [...form.querySelectorAll(FIELDS)].filter(
    (control) => control.getClientRects().length && !control.disabled,
  );
  return all.slice(all.indexOf(from) + 1).find((control) => control.type !== "radio" || control.name !== from.name);
}

/** @param {HTMLFormElement} form */
function enterMoves(form) {
  form.addEventListener("keydown", (/** @type {Targeted<KeyboardEvent>} */ event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || !event.target.matches("input")) return;
    const field = next(form, event.target);
    if (!field) return; // the last one sends
    event.preventDefault();
    field.focus();
  });
}

/**
 * "24/11/2026" and 2 → "26/11/2026"; empty when the first is no date.
 * @param {string} text
 * @param {number} days
 */
export function daysLater(text, days) {
  const parts = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text.trim());
  if (!parts) return "";
  const day = new Date(Date.UTC(+parts[3], +parts[2] - 1, +parts[1] + days));
  return day.toISOString().slice(0, 10).split("-").reverse().join("/");
}

/** @param {HTMLElement} row */
function nights(row) {
  const { arrived_on: from, expected_departure: to } = row.closest("form").elements;
  row.hidden = false;
  row.addEventListener("click", (/** @type {Targeted} */ event) => {
    const button = event.target.closest("[data-night]");
    const day = button && daysLater(from.value, Number(button.dataset.night));
    if (!day) return;
    to.value = day;
    to.dispatchEvent(new Event("input", { bubbles: true }));
    to.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/**
 * The hour that the page filled in goes with its day: it is cleared when the day is changed. A typed one stays.
 * @param {HTMLInputElement} typed
 */
export function clearUntypedHour(typed) {
  const { arrived_on: day, arrived_time: hour } = /** @type {HTMLFormElement} */ (typed.form).elements;
  const isTyped = hour.defaultValue && hour.value && hour.value !== hour.defaultValue; // before this script came
  if (isTyped) typed.value = "1";
  hour.addEventListener("input", () => {
    typed.value = "1";
  });
  day.addEventListener("change", () => {
    if (typed.value || !hour.value) return;
    hour.value = "";
    hour.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** @param {ParentNode} root */
export function enhance(root) {
  for (const form of unenhanced(root, "form[data-enter-moves]", "Enter")) enterMoves(form);
  for (const row of unenhanced(root, "[data-nights]", "Nights")) nights(row);
  for (const typed of unenhanced(root, "[name=hour_typed]", "Hour")) clearUntypedHour(typed);
}
