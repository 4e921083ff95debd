// Keying by the keyboard alone: a digit chooses that answer of the question one stands in, 0 takes it back, Enter goes on.
/** @param {HTMLFormElement} form */
const fields = (form) =>
  [...form.elements].filter(
    (control) =>
      control.name && control.type !== "hidden" && control.offsetParent !== null && control.type !== "submit",
  );
/** @param {HTMLFormElement} form */
const groups = (form) => [...new Set(fields(form).map((control) => control.name))];

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {number} by
 */
function go(form, name, by) {
  const names = groups(form);
  const next = names[names.indexOf(name) + by];
  const controls = fields(form).filter((control) => control.name === next);
  const field = controls.find((control) => control.checked) ?? controls[0] ?? form.querySelector("button[type=submit]");
  field.focus();
  field.select?.();
}

/**
 * @param {HTMLFormElement} form
 * @param {Control} field
 * @param {number} number
 */
function digit(form, field, number) {
  const same = fields(form).filter((control) => control.name === field.name);
  if (field.type === "radio" && number === 0) {
    for (const control of same) control.checked = false;
  } else {
    const byValue = same.find((control) => control.value === String(number));
    const chosen = byValue ?? same[number - 1];
    if (!chosen) return;
    chosen.checked = field.type === "radio" || !chosen.checked;
    chosen.focus();
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
  if (field.type === "radio" && number) go(form, field.name, 1);
}

/** @param {HTMLFormElement} form */
function enhance(form) {
  form.addEventListener("keydown", (/** @type {Targeted<KeyboardEvent>} */ event) => {
    const field = event.target;
    if (event.ctrlKey || event.altKey || event.metaKey || !field.name) return;
    const boxes = field.type === "radio" || field.type === "checkbox";
    if (boxes && /^[0-9]$/.test(event.key)) {
      event.preventDefault();
      digit(form, field, Number(event.key));
    } else if (event.key === "Enter" && field.tagName !== "BUTTON" && !event.shiftKey) {
      event.preventDefault(); // in a box for words too, where it would begin a new line: Shift+Enter does
      if (groups(form).at(-1) === field.name) form.requestSubmit();
      else go(form, field.name, 1);
    }
  });
  (form.querySelector("[autofocus]") ?? fields(form).find((control) => control.checked) ?? fields(form)[0])?.focus();
}

/** @param {ParentNode} root */
const enhanceAll = (root) => root.querySelectorAll("form[data-keys]").forEach(enhance);

enhanceAll(document);
document.addEventListener("ancu:added", (event) => enhanceAll(event.detail));
