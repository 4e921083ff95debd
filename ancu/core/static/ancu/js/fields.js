// The fields of a form as a draft knows them: which they are, what the server put into them, what stands in them now.

const NEVER = new Set(["password", "hidden", "submit", "button", "reset", "image", "file"]);
const CHOICES = new Set(["checkbox", "radio"]);
/** @param {HTMLElement} field */
const isLookupCode = (field) => field.dataset.lookupCode !== undefined;

/** @param {Control} field */
const isKept = (field) =>
  field.name &&
  field.autocomplete !== "one-time-code" &&
  field.dataset.draft !== "off" &&
  (!NEVER.has(field.type) || isLookupCode(field));

/**
 * [identity, field] of each field: its name, and which of those that share it.
 * @param {HTMLFormElement} form
 * @returns {[string, Control][]}
 */
export function identified(form) {
  const counts = new Map();
  return [...form.elements].filter(isKept).map((field) => {
    const name = CHOICES.has(field.type) ? `${field.name}=${field.value}` : field.name;
    const number = counts.get(name) ?? 0;
    counts.set(name, number + 1);
    return [`${name}#${number}`, field];
  });
}

/**
 * @param {HTMLFormElement} form
 * @returns {any[]}
 */
export const filesOf = (form) =>
  [...form.querySelectorAll("input[type=file][name]")].filter(
    (input) => input.dataset.draft !== "off" && !input.closest("[data-paper], [data-photo], [data-photos]"),
  );

/**
 * @param {Control} field
 * @returns {FieldValue}
 */
export function valueIn(field) {
  if (CHOICES.has(field.type)) return field.checked;
  if (field.type === "select-multiple")
    return [.../** @type {HTMLCollectionOf<HTMLOptionElement>} */ (field.selectedOptions)].map(
      (option) => option.value,
    );
  return field.value;
}

/** @param {HTMLElement} field */
const isOfScript = (field) => field.matches(".combo > input[id$='-typed']"); // combobox.js: it shows what a select says

/**
 * What the server put into it. A hidden field forgets that as soon as it is changed, and a box that a script made never
 *  knew: their value of now is taken.
 * @param {Control} field
 * @returns {FieldValue}
 */
export function initialOf(field) {
  if (CHOICES.has(field.type)) return field.defaultChecked;
  if (!field.options) return field.type === "hidden" || isOfScript(field) ? field.value : field.defaultValue;
  const selected = [...field.options].filter((option) => option.defaultSelected).map((option) => option.value);
  return field.type === "select-multiple" ? selected : (selected.at(-1) ?? field.options[0]?.value ?? "");
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
export const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {Control} field
 * @param {any} value
 */
export function setValue(field, value) {
  if (CHOICES.has(field.type)) field.checked = value;
  else if (field.type === "select-multiple")
    for (const option of field.options ?? []) option.selected = value.includes(option.value);
  else field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLInputElement} input
 * @param {File[]} files
 */
export function setFiles(input, files) {
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * What a script filled in, from a picture say, and nobody changed: it was not typed, and belongs to what it came from.
 * @param {HTMLFormElement} form
 * @param {Control} field
 */
export function isFilledIn(form, field) {
  const control = form.elements[field.name];
  return field.dataset.filled !== undefined && field.dataset.filled === (control?.value ?? field.value);
}
