// Dates are typed as dd/mm/yyyy: the slashes come by themselves, a calendar stands beside.
import { clearWrong, markWrong } from "./errors.js";
import { text, unenhanced } from "./texts.js";

/**
 * "24112026" → "24/11/2026"; leaves anything that has its own separators alone.
 * @param {string} typed
 */
export function withSlashes(typed) {
  if (!/^\d{3,8}$/.test(typed.replaceAll("/", "")) || /[^\d/]/.test(typed)) return typed;
  const digits = typed.replaceAll("/", "");
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join("/");
}

/**
 * [year, month, day] as written, in any of the ways that the office reads (`core/forms`); null for anything else.
 * @param {string} typed
 * @returns {number[] | null}
 */
function numbersOf(typed) {
  const words = typed.normalize("NFKC").trim();
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(words);
  if (iso) return iso.slice(1).map(Number);
  const plain = /^(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})$/.exec(words) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(words);
  if (!plain) return null;
  const [day, month, year] = plain.slice(1).map(Number);
  return [plain[3].length === 2 ? year + 2000 : year, month, day];
}

/** @param {number[]} options */
const isInCalendar = ([year, month, day]) =>
  month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();

const UNKNOWN_PART = /^(?:(?:0{1,2}|xx|--)[-/. ])+/i; // a passport prints what it does not know as 00 or XX

const VIETNAM_DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Ho_Chi_Minh" }); // yyyy-mm-dd, wherever the phone thinks it is
/** @param {number[]} numbers */
const isoDay = (numbers) => numbers.map((number) => String(number).padStart(2, "0")).join("-");

/**
 * What is wrong with a typed day: "noDay" (31/02/2026), "noDate" for what is no date at all, "futureDay" for a day
 * after the one that Viet Nam has at the moment `last`; "" for a day or nothing.
 * @param {string} typed
 * @param {{ isPartial?: boolean; last?: Date | null }} [options]
 * @returns {"" | "noDay" | "noDate" | "futureDay"}
 */
export function wrongDay(typed, { isPartial = false, last = null } = {}) {
  const words = isPartial ? typed.trim().replace(UNKNOWN_PART, "") : typed.trim();
  if (!words || (isPartial && /^\d{4}$/.test(words))) return "";
  const month = isPartial && /^(\d{1,2})[-/. ]\d{4}$/.exec(words);
  if (month) return Number(month[1]) >= 1 && Number(month[1]) <= 12 ? "" : "noDay";
  const numbers = numbersOf(words);
  if (!numbers) return "noDate";
  if (!isInCalendar(numbers)) return "noDay";
  return last && isoDay(numbers) > VIETNAM_DAY.format(last) ? "futureDay" : "";
}

/**
 * Says so beside each date of `form` that is none; the first of them. For forms that no office looks at yet.
 * @param {HTMLFormElement} form
 */
export function checkDates(form) {
  /** @type {HTMLInputElement | null} */
  let first = null;
  for (const input of form.querySelectorAll("input[data-date]")) {
    const wrong = wrongDay(input.value, {
      isPartial: input.dataset.date !== "day",
      last: input.dataset.dateMax === "today" ? new Date() : null,
    });
    const box = input.closest(".field") ?? input.parentElement;
    const id = `${input.id || input.name}-date-error`;
    if (wrong) {
      markWrong(box, input, id, text(wrong));
      first ??= input;
    } else clearWrong(box, input, id);
  }
  return first;
}

/** @param {HTMLInputElement} input */
function helpTyping(input) {
  input.addEventListener("input", (event) => {
    if (event.inputType?.startsWith("delete") || input.selectionStart !== input.value.length) return;
    if (input.value.endsWith("//"))
      input.value = input.value.slice(0, -1); // the hand typed the slash as well
    else if (/^\d{2}$/.test(input.value) || /^\d{2}\/\d{2}$/.test(input.value)) input.value += "/";
    else if (/^\d{2}\/?\d{2}\/?\d{1,4}$/.test(input.value)) input.value = withSlashes(input.value);
  });
}

// A partial date may be a year alone (1962), so slashes come only when the field is left.
/** @param {HTMLInputElement} input */
function helpPartial(input) {
  input.addEventListener("blur", () => {
    const value = input.value.trim();
    if (/^\d{8}$/.test(value)) input.value = withSlashes(value);
    else if (/^\d{6}$/.test(value)) input.value = `${value.slice(0, 2)}/${value.slice(2)}`;
  });
}

/**
 * @param {HTMLInputElement} input
 * @param {HTMLButtonElement} button
 */
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

/** @param {ParentNode} root */
export function enhance(root) {
  for (const input of unenhanced(root, "input[data-date]", "Date")) {
    if (input.dataset.date === "day") helpTyping(input);
    else helpPartial(input);
    const button = input.parentElement?.querySelector("[data-pick-date]");
    if (button) addPicker(input, button);
  }
}
