// Dates are typed as dd/mm/yyyy: the slashes come by themselves, a calendar stands beside.
import { fresh } from "./texts.js";

/** "24112026" → "24/11/2026"; leaves anything that has its own separators alone. */
export function withSlashes(typed) {
  if (!/^\d{3,8}$/.test(typed.replaceAll("/", "")) || /[^\d/]/.test(typed)) return typed;
  const digits = typed.replaceAll("/", "");
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join("/");
}

function helpTyping(input) {
  input.addEventListener("input", (event) => {
    if (event.inputType?.startsWith("delete") || input.selectionStart !== input.value.length) return;
    if (input.value.endsWith("//")) input.value = input.value.slice(0, -1); // the hand typed the slash as well
    else if (/^\d{2}$/.test(input.value) || /^\d{2}\/\d{2}$/.test(input.value)) input.value += "/";
    else if (/^\d{2}\/?\d{2}\/?\d{1,4}$/.test(input.value)) input.value = withSlashes(input.value);
  });
}

// A partial date may be a year alone (1962), so slashes come only when the field is left.
function helpPartial(input) {
  input.addEventListener("blur", () => {
    const value = input.value.trim();
    if (/^\d{8}$/.test(value)) input.value = withSlashes(value);
    else if (/^\d{6}$/.test(value)) input.value = `${value.slice(0, 2)}/${value.slice(2)}`;
  });
}

function addPicker(input, button) {
  const native = document.createElement("input");
  native.type = "date";
  native.className = "native-date";
  native.tabIndex = -1;
  native.setAttribute("aria-hidden", "true");
  if (!native.showPicker) return;
  button.after(native);
  button.hidden = false;
  button.addEventListener("click", () => {
    const parts = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(input.value);
    native.value = parts ? `${parts[3]}-${parts[2]}-${parts[1]}` : "";
    native.showPicker();
  });
  native.addEventListener("change", () => {
    if (!native.value) return;
    input.value = native.value.split("-").reverse().join("/");
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
}

export function enhance(root) {
  for (const input of fresh(root, "input[data-date]", "Date")) {
    if (input.dataset.date === "day") helpTyping(input); else helpPartial(input);
    const button = input.parentElement.querySelector("[data-pick-date]");
    if (button) addPicker(input, button);
  }
}
