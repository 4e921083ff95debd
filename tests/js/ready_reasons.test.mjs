// Ready reasons of a decision: run by tests/test_scripts.py.
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { Window } from "happy-dom";
import { served } from "./served.mjs";

const window = new Window({ url: "http://office.test/" });
for (const name of ["document", "Event"]) globalThis[name] = window[name];

document.body.innerHTML = `<form>
  <details data-ready hidden open><button type="button" data-ready-text="A." data-ready-article="Article 1"></button>
  <button type="button" data-ready-text="B." data-ready-article="Article 2"></button></details>
  <textarea name="reason"></textarea><input name="article" value="Article 36"></form>`;
await served("dossiers/ready_reasons.js");
const [first, second] = document.querySelectorAll("[data-ready-text]");
const { reason, article } = document.querySelector("form").elements;

beforeEach(() => {
  document.querySelector("form").reset();
  delete article.dataset.ready;
});

test("the list is shown once its script runs", () => {
  assert.equal(document.querySelector("[data-ready]").hidden, false);
});

test("reasons stand on lines of their own, each once, with their articles", () => {
  for (const button of [first, second, first]) button.click();
  assert.equal(reason.value, "A.\nB.");
  assert.equal(article.value, "Article 1; Article 2");
});

test("what the officer wrote stays", () => {
  reason.value = "Own words.";
  article.value = "Article 99";
  second.click();
  assert.equal(reason.value, "Own words.\nB.");
  assert.equal(article.value, "Article 99");
});

test("Alt and a digit write the reason of that number", () => {
  const press = (init) => document.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), init));
  Object.defineProperty(document.querySelector("[data-ready]"), "offsetParent", { value: document.body });
  press({ code: "Digit2", altKey: false });
  assert.equal(reason.value, "");
  press({ code: "Digit2", altKey: true });
  assert.equal(reason.value, "B.");
  press({ code: "Digit9", altKey: true });
  assert.equal(reason.value, "B.");
});
