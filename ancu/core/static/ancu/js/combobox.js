// select[data-combobox] becomes a box one types in: found by any word of its label or data-alias, accents or not.
// The select stays the form's own field, so that without script, or for a draft, nothing is different.
import { fold, fresh } from "./texts.js";
import { listbox } from "./listbox.js";

const SHOWN = 60;

/** 0 is best; null when the words are not in the option. */
export function rank(option, words) {
  const label = fold(option.label);
  if (label.startsWith(words)) return 0;
  if (label.split(/[\s\-(,]+/).some((word) => word.startsWith(words))) return 1;
  const aliases = fold(option.alias);
  if (option.value && fold(option.value) === words) return 0;
  if (aliases.split(/[\s,;|]+/).some((word) => word.startsWith(words)) || aliases.startsWith(words)) return 2;
  return label.includes(words) || aliases.includes(words) ? 3 : null;
}

function search(options, typed) {
  const words = fold(typed);
  if (!words) return options.slice(0, SHOWN);
  return options.map((option) => [rank(option, words), option])
    .filter(([score]) => score !== null)
    .sort((a, b) => a[0] - b[0])
    .slice(0, SHOWN).map(([, option]) => option);
}

function build(select) {
  const options = [...select.options].filter((option) => option.value)
    .map((option) => ({ value: option.value, label: option.text.trim(), alias: option.dataset.alias ?? "", note: option.dataset.note }));
  const input = document.createElement("input");
  input.type = "text";
  input.className = "form-control form-select";
  input.id = `${select.id}-typed`;
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  input.placeholder = select.options[0]?.value ? "" : select.options[0]?.text.replace(/^[-—\s]+$/, "") ?? "";
  input.disabled = select.disabled;
  for (const label of select.labels) label.htmlFor = input.id;
  const box = document.createElement("div");
  box.className = "combo";
  select.before(box);
  box.append(input);
  select.hidden = true;
  const chosen = () => (select.value ? select.selectedOptions[0].text.trim() : "");
  const show = () => { input.value = chosen(); };
  const set = (value) => {
    if (select.value === value) { show(); return; }
    select.value = value;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  show();
  select.addEventListener("change", show);
  listbox(input, {
    find: (typed) => search(options, typed === chosen() ? "" : typed),
    pick: (item) => set(item.value),
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", () => {
    if (!input.value.trim()) { set(""); return; }
    if (input.value === chosen()) return;
    const exact = options.find((option) => fold(option.label) === fold(input.value) || fold(option.value) === fold(input.value));
    const only = search(options, input.value);
    if (exact || only.length === 1) set((exact ?? only[0]).value); else show();
  });
}

export function enhance(root) {
  for (const select of fresh(root, "select[data-combobox]", "Combobox")) build(select);
}
