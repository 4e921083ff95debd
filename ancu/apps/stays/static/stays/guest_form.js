// The declaration's form where no office answers: the same fields, and errors beside them as the office would put them.

import { wrongDay } from "../ancu/js/date.js";
import * as core from "../ancu/js/form_errors.js";
import { text } from "../ancu/js/texts.js";
import { day, say, time } from "./words.js";

const asks = document.getElementById("asks");
const PLACES = ["room", "arrived_on", "arrived_time", "hour_typed", "expected_departure", "entry_paper", "purpose"];

/** @param {HTMLFormElement} form */
export function valuesOf(form) {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string" && value.trim()));
}

/**
 * Today and now, where nothing stands yet.
 * @param {HTMLFormElement} form
 */
export function fillNow(form) {
  const now = new Date();
  if (!form.elements.arrived_on.value) form.elements.arrived_on.value = day(now);
  if (!form.elements.arrived_time.value) form.elements.arrived_time.value = time(now);
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, any>} values
 */
export function fill(form, values) {
  form.reset();
  form.elements.hour_typed.value = ""; // a hidden field is not reset
  for (const field of form.elements) {
    if (!field.name || field.type === "radio" || !(field.name in values)) continue;
    field.value = values[field.name];
  }
  for (const radio of form.querySelectorAll("input[type=radio]")) radio.checked = values[radio.name] === radio.value;
  for (const select of form.querySelectorAll("select")) select.dispatchEvent(new Event("change")); // no typing, no draft
}

/**
 * Ready for the next of the group: room and dates stay.
 * @param {HTMLFormElement} form
 */
export function next(form) {
  const retained = Object.fromEntries(Object.entries(valuesOf(form)).filter(([name]) => PLACES.includes(name)));
  fill(form, retained);
  form.elements.document_number.focus();
}

/**
 * What is missing or no date, by field; the office looks at the rest when it gets it.
 * @param {HTMLFormElement} form
 * @param {boolean} roomRequired
 */
export function missing(form, roomRequired) {
  const values = valuesOf(form);
  /** @type {Errors} */
  const errors = {};
  for (const ask of asks.content.querySelectorAll("[data-ask]")) {
    const { ask: name } = ask.dataset;
    const isAsked = name === "room" ? roomRequired : "required" in ask.dataset;
    if (isAsked && !values[name]) errors[name] = [ask.textContent];
  }
  for (const input of form.querySelectorAll("input[data-date]")) {
    const wrong = wrongDay(input.value, { isPartial: input.dataset.date !== "day" });
    if (wrong) errors[input.name] = [text(wrong)];
  }
  return errors;
}

/** @param {HTMLFormElement} form */
export function clearErrors(form) {
  core.clearErrors(form);
  form.querySelector("[data-whole]").hidden = true;
}

/**
 * `errors` by field, in the office's words; the first wrong field takes the focus.
 * @param {HTMLFormElement} form
 * @param {Errors} errors
 */
export function showErrors(form, errors) {
  const summary = form.querySelector("[data-whole]");
  const { first, general, count } = core.showErrors(form, errors);
  summary.textContent = [...general, count ? say(count === 1 ? "oneWrong" : "someWrong", { n: count }) : ""]
    .filter(Boolean)
    .join(" ");
  summary.hidden = !summary.textContent;
  (first ?? (summary.hidden ? null : summary))?.focus();
}
