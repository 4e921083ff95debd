// Errors of a form that is kept on the phone, beside its fields, as the office would put them.
import { clearWrong, markWrong } from "./errors.js";

const PREFIX = "kept_"; // of the notes beside fields

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {HTMLElement | null}
 */
function boxOf(form, name) {
  const field = form.elements[name];
  const control = field instanceof RadioNodeList ? field[0] : field;
  return control?.closest(".field") ?? null;
}

const CONTROLS = ["input[role=combobox]", "input:not([type=hidden]), select, textarea", "input"]; // a signature is drawn: its field is hidden
/** @param {HTMLElement} box */
const shownControl = (box) => CONTROLS.map((selector) => box.querySelector(selector)).find(Boolean);

/**
 * Takes away what `showErrors` wrote.
 * @param {HTMLFormElement} form
 */
export function clearErrors(form) {
  for (const note of form.querySelectorAll(`.err[id^="${PREFIX}"]`)) {
    const box = note.closest(".field");
    clearWrong(box, shownControl(box), note.id);
  }
}

/**
 * Puts the sentences of `errors` ({field: [sentence]}) beside their fields. `first` is the top control of them, `general`
 * are the sentences of no field that is shown, `count` is how many fields are wrong.
 * @param {HTMLFormElement} form
 * @param {Errors} errors
 */
export function showErrors(form, errors) {
  clearErrors(form);
  /** @type {HTMLElement[]} */
  const controls = [];
  /** @type {string[]} */
  const general = [];
  for (const [name, sentences] of Object.entries(errors)) {
    const box = boxOf(form, name);
    const control = box && shownControl(box);
    if (!control) {
      general.push(...sentences);
      continue;
    }
    markWrong(box, control, `${PREFIX}${name}_error`, sentences.join(" "));
    controls.push(control);
    box.closest("details")?.setAttribute("open", "");
  }
  const first = [...form.elements].find((field) => controls.includes(field)) ?? null;
  return { first, general, count: controls.length };
}
