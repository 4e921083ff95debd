// select[data-combobox] becomes a box one types in: found by any name of an option (names.js), accents or not.
// The select stays the form's own field, and always holds what the box names: nothing while it names nothing. The text
// goes with it (NAME-text), so that the office can answer a text that is no option's (core/forms/choices.py).
// Hand-written: Tom Select 2.6 (15 kB for 2 kB) finds Myanmar for "Mỹ", chooses nothing when an exact name is left with Tab,
// and drops a text that is no option's without a word; axe finds the select that it leaves in the page without a label.
import { clearWrong, markWrong } from "./errors.js";
import { listbox } from "./listbox.js";
import { exactOption, matching, named, otherName } from "./names.js";
import { text, unenhanced } from "./texts.js";

const MAX_OPTIONS = 60;
/** @param {HTMLFormElement | null} form */
const isPost = (form) => form?.getAttribute("method")?.toLowerCase() === "post";
/** @param {string | undefined} names */
const listed = (names) => (names ? names.split("|") : []);

/** @param {HTMLSelectElement} select */
function optionsOf(select) {
  return [...select.options]
    .filter((option) => option.value)
    .map((option) =>
      named({
        value: option.value,
        label: option.text.trim(),
        aliases: listed(option.dataset.alias),
        codes: listed(option.dataset.code),
      }),
    );
}

/** @param {HTMLSelectElement} select */
function boxFor(select) {
  const input = document.createElement("input");
  input.type = "text";
  input.className = "form-control form-select";
  input.id = `${select.id}-typed`;
  if (isPost(select.form)) input.name = `${select.name}-text`;
  for (const name of ["aria-describedby", "aria-invalid", "aria-required", "aria-label"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name) ?? "");
  }
  input.placeholder = select.options[0]?.value ? "" : (select.options[0]?.text.replace(/^[-—\s]+$/, "") ?? "");
  input.disabled = select.disabled;
  for (const label of select.labels) label.htmlFor = input.id;
  const box = document.createElement("div");
  box.className = "combo";
  select.before(box);
  box.append(input);
  select.hidden = true;
  return input;
}

/** @param {HTMLSelectElement} select */
function build(select) {
  const options = optionsOf(select);
  const frequent = Number(select.dataset.frequent ?? 0);
  const hasFocus = document.activeElement === select; // before the select is hidden, which takes it away
  const input = boxFor(select);
  const place = select.closest(".field") ?? select.parentElement;
  const error = `${input.id}-error`;
  const chosen = () => (select.value ? select.selectedOptions[0].text.trim() : "");
  const right = () => clearWrong(place, input, error);
  const wrong = () => markWrong(place, input, error, text("notInList", { text: input.value.trim() }));
  const isWrong = () => Boolean(input.value.trim()) && input.value !== chosen();
  let reported = select.value; // what other scripts know of

  function show() {
    input.value = chosen();
    reported = select.value;
    right();
  }
  function tell() {
    if (select.value === reported) return;
    reported = select.value;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  /** The select follows each key; what is typed over a choice is no longer that choice. */
  function follow() {
    if (input.value !== chosen()) select.value = exactOption(options, input.value)?.value ?? "";
    right();
  }
  function settle() {
    follow();
    if (select.value) input.value = chosen();
    tell();
    if (isWrong()) wrong();
  }
  /** @param {string} typed */
  function suggestions(typed) {
    const words = typed === chosen() && !isTyping ? "" : typed;
    return matching(options, words)
      .slice(0, MAX_OPTIONS)
      .map((option, at) => ({ ...option, note: otherName(option, words), isLast: !words && at === frequent - 1 }));
  }

  let isTyping = false; // rather than opened to look at: then the whole list is shown
  if (select.dataset.typed) input.value = select.dataset.typed;
  else show();
  select.addEventListener("change", () => {
    if (select.value !== reported || !isWrong()) show();
  });
  select.form?.addEventListener("reset", () => setTimeout(show));
  addEventListener("pageshow", () => {
    if (select.value !== reported) show();
  }); // Back: browsers bring back the select alone
  input.addEventListener("focus", () => {
    isTyping = false;
    input.select();
  });
  input.addEventListener("input", () => {
    isTyping = true;
    follow();
  });
  input.addEventListener("change", settle);
  input.addEventListener("blur", settle);
  select.form?.addEventListener("submit", (event) => {
    // a search has no answer beside its fields
    if (isPost(select.form) || !isWrong()) return;
    event.preventDefault();
    wrong();
    input.focus();
  });
  listbox(input, {
    find: suggestions,
    pick: (option) => {
      select.value = option.value;
      tell();
      show();
    },
  });
  if (hasFocus) input.focus();
}

/** @param {ParentNode} root */
export function enhance(root) {
  for (const select of unenhanced(root, "select[data-combobox]", "Combobox")) build(select);
}
