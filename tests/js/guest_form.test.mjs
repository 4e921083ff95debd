// The form that declares a guest where no office answers: run by tests/test_scripts.py.
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { Window } from "happy-dom";
import { served } from "./served.mjs";

const window = new Window({ url: "http://lodging.test/offline/en/" });
for (const name of ["document", "Event", "FormData", "RadioNodeList", "CSS"]) globalThis[name] = window[name];

const TEXTS = '<template id="js-texts" data-no-day="No such day" data-no-date="Not a date"></template>';
const WORDS = '<template id="phone-words" data-one-wrong="1 field" data-some-wrong="{n} fields"></template>';
const ASKS = `<template id="asks"><i data-ask="room">Enter the room.</i>
  <i data-ask="full_name" data-required>Enter the name.</i><i data-ask="note">Enter a note.</i></template>`;
const field = (name, attributes = "") => `<div class="field"><input name="${name}" id="id_${name}"${attributes}></div>`;
const FORM = `<form><p data-whole tabindex="-1" hidden></p><input type="hidden" name="hour_typed">
  ${field("document_number")}${field("full_name")}${field("birth_date", ' data-date="partial"')}${field("room")}
  ${field("arrived_on", ' data-date="day"')}${field("arrived_time")}
  <div class="field"><input type="radio" name="sex" value="M"><input type="radio" name="sex" value="F"></div></form>`;

document.body.innerHTML = TEXTS + WORDS + ASKS + FORM;
const { clearErrors, fill, fillNow, missing, next, showErrors, valuesOf } = await served("stays/guest_form.js");
const form = document.querySelector("form");
const guest = {
  full_name: "HOFFMANN JÖRG",
  document_number: "C01X00T47",
  room: "305",
  arrived_on: "24/11/2026",
  sex: "F",
};

beforeEach(() => {
  form.reset();
  form.elements.hour_typed.value = "";
});

test("what is filled in is what is read, without what is empty", () => {
  fill(form, { ...guest, unknown: "x" });
  assert.deepEqual(valuesOf(form), guest);
  fill(form, { full_name: "B" });
  assert.deepEqual(valuesOf(form), { full_name: "B" });
});

test("what is required is asked for by the office's words, the room only where the lodging wants it", () => {
  assert.deepEqual(missing(form, true), { room: ["Enter the room."], full_name: ["Enter the name."] });
  assert.deepEqual(missing(form, false), { full_name: ["Enter the name."] });
  fill(form, guest);
  assert.deepEqual(missing(form, true), {});
});

test("a day that is none is said, a birth date may be a year alone", () => {
  fill(form, { ...guest, arrived_on: "31/02/2026", birth_date: "1962" });
  assert.deepEqual(missing(form, true), { arrived_on: ["No such day"] });
  fill(form, { ...guest, arrived_on: "soon", birth_date: "62" });
  assert.deepEqual(missing(form, true), { arrived_on: ["Not a date"], birth_date: ["Not a date"] });
});

test("today and now stand where nothing stands yet", () => {
  form.elements.arrived_time.value = "08:15";
  fillNow(form);
  assert.match(form.elements.arrived_on.value, /^\d\d\/\d\d\/\d{4}$/);
  assert.equal(form.elements.arrived_time.value, "08:15");
});

test("for the next guest the room and the dates stay, the person goes", () => {
  fill(form, guest);
  next(form);
  assert.deepEqual(valuesOf(form), { room: "305", arrived_on: "24/11/2026" });
  assert.equal(document.activeElement, form.elements.document_number);
});

test("errors stand beside their fields, the first takes the focus, and they go again", () => {
  showErrors(form, { room: ["Enter the room."], full_name: ["Too short.", "No digits."], gone: ["Of no field."] });
  const notes = [...form.querySelectorAll(".err")].map((note) => note.textContent);
  assert.deepEqual(notes.sort(), ["Enter the room.", "Too short. No digits."]);
  assert.equal(form.elements.room.getAttribute("aria-invalid"), "true");
  assert.equal(document.activeElement, form.elements.full_name);
  assert.equal(form.querySelector("[data-whole]").textContent, "Of no field. 2 fields");
  clearErrors(form);
  assert.equal(form.querySelectorAll(".err, [aria-invalid]").length, 0);
  assert.equal(form.querySelector("[data-whole]").hidden, true);
});
