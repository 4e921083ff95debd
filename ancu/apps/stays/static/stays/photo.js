// [data-photo] on the page that declares: one picture fills in the form for a person to confirm; several are a group.
// What a person typed is never written over: beside it stands what was read, with a button to take it.
import { keyOf } from "../ancu/js/formkey.js";
import { unenhanced } from "../ancu/js/texts.js";
import { acceptDrops, buttons, each, elements, post, smaller } from "./pictures.js";

/** @type {WeakMap<HTMLFormElement, Map<string, string>>} */
const filled = new WeakMap(); // form → Map(field's name → what a picture wrote there)
/** @type {WeakMap<HTMLFormElement, string>} */
const readings = new WeakMap(); // form → the part of the page that tells what was read
/** @type {Map<string, { html: string; written: [string, string][] }>} */
const beforeSending = new Map(); // form's key → what was read, in the page's memory only: it is a passport's
const GROUP = ["room", "arrived_on", "arrived_time", "expected_departure", "permitted_until"];

/**
 * @param {HTMLFormElement} form
 * @returns {string}
 */
const token = (form) => form.elements.csrfmiddlewaretoken.value;
/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {any}
 */
const fieldOf = (form, name) => form.elements[name];
/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {HTMLInputElement}
 */
const control = (form, name) => form.querySelector(`[name="${name}"]`);
/**
 * What draws the field: each radio, or the field and the box one types its name into.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {Control[]}
 */
function parts(form, name) {
  const field = fieldOf(form, name);
  if (field instanceof RadioNodeList) return [...field];
  return [field, fieldOf(form, `${name}-text`)].filter(Boolean);
}
/**
 * @param {string} a
 * @param {string} b
 */
const alike = (a, b) => a.trim().toLowerCase().replace(/\s+/g, " ") === b.trim().toLowerCase().replace(/\s+/g, " ");

/**
 * @param {WithData} zone
 * @param {string} sentence
 * @param {number | null} [done]
 * @param {number} [all]
 */
function say(zone, sentence, done = null, all = 1) {
  zone.querySelector("[data-photo-text]").textContent = sentence;
  const bar = zone.querySelector("[data-photo-progress]");
  bar.hidden = done === null;
  bar.max = all;
  if (done !== null) bar.value = done;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function write(form, name, value) {
  const field = fieldOf(form, name);
  field.value = value;
  const changed = field instanceof RadioNodeList ? [...field].find((control) => control.checked) : field;
  changed?.dispatchEvent(new Event("change", { bubbles: true }));
  note(form, name);
}

/**
 * A picture wrote it: no draft brings it back beside another picture.
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function note(form, name) {
  for (const control of parts(form, name)) control.dataset.filled = form.elements[control.name].value;
  filled.get(form)?.set(name, fieldOf(form, name).value);
}

/**
 * The answer goes beside its field; an answer of the zone that is no field's business stays above.
 * @param {HTMLFormElement} form
 * @param {WithData} read
 * @param {{ fill: boolean }} options
 */
function place(form, read, { fill }) {
  const { read: name, value } = read.dataset;
  const field = fieldOf(form, name);
  if (!field) return;
  const standing = field.value ?? "";
  if (value && !standing && fill) write(form, name, value);
  else if (value && standing && !alike(standing, value)) read.querySelector("[data-read-other]").hidden = false;
  read.querySelector("[data-read-use]")?.addEventListener("click", () => {
    write(form, name, value);
    read.querySelector("[data-read-other]").hidden = true;
    control(form, name).closest(".field").querySelector("input:not([type=hidden]), select")?.focus();
  });
  if (name !== "document_expiry") control(form, name).closest(".field").append(read);
}

/**
 * What a former picture wrote and nobody changed goes with it: half of it would be another guest's.
 * @param {HTMLFormElement} form
 */
function forget(form) {
  for (const read of form.querySelectorAll("[data-read]")) read.remove();
  for (const [name, value] of filled.get(form) ?? []) {
    const field = fieldOf(form, name);
    for (const control of parts(form, name)) delete control.dataset.filled;
    if (field.value !== value) continue;
    if (field instanceof RadioNodeList) for (const control of field) control.checked = false;
    else {
      field.value = "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  filled.get(form)?.clear();
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} answer
 * @param {string} html
 */
function show(form, answer, html) {
  forget(form);
  put(form, answer, html, { fill: true });
  answer.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} answer
 * @param {string} html
 * @param {{ fill: boolean }} how
 */
function put(form, answer, html, how) {
  answer.replaceChildren(...elements(html));
  for (const read of answer.querySelectorAll("[data-read]")) place(form, read, how);
  readings.set(form, html);
}

/**
 * The form that comes back with errors shows its strips again.
 * @param {HTMLFormElement} form
 * @param {HTMLElement} answer
 */
function keepForErrors(form, answer) {
  form.addEventListener("ancu:sending", () => {
    if (readings.has(form))
      beforeSending.set(keyOf(form), { html: readings.get(form) ?? "", written: [...(filled.get(form) ?? [])] });
  });
  const before = beforeSending.get(keyOf(form));
  beforeSending.delete(keyOf(form));
  if (!before || !("bound" in form.dataset) || answer.querySelector("[data-read]")) return;
  for (const [field, value] of before.written) if (fieldOf(form, field)?.value === value) note(form, field);
  put(form, answer, before.html, { fill: false });
}

/**
 * @param {WithData} zone
 * @param {HTMLFormElement} form
 * @param {HTMLElement} answer
 * @param {File} file
 */
async function readPicture(zone, form, answer, file) {
  const retryButton = zone.querySelector("[data-photo-again]");
  retryButton.hidden = true;
  zone.classList.add("busy");
  say(zone, zone.dataset.sending, 0);
  try {
    const picture = await smaller(file);
    const response = await post(zone.dataset.url, token(form), picture);
    show(form, answer, response.text);
    say(zone, "");
  } catch {
    say(zone, zone.dataset.broken);
    retryButton.hidden = false;
    retryButton.onclick = () => readPicture(zone, form, answer, file);
  } finally {
    zone.classList.remove("busy");
  }
}

/**
 * Several pictures: a group of its own, with what was typed for all of them, and its page.
 * @param {WithData} zone
 * @param {HTMLFormElement} form
 * @param {File[]} files
 * @param {{ group: any; places: Set<number> }} [sent]
 */
async function several(zone, form, files, sent = { group: null, places: new Set() }) {
  const chosen = files.slice(0, Number(zone.dataset.most));
  const progress = () =>
    say(
      zone,
      zone.dataset.progress.replace("{n}", String(sent.places.size)).replace("{all}", String(chosen.length)),
      sent.places.size,
      chosen.length,
    );
  zone.classList.add("busy");
  progress();
  try {
    sent.group ??= JSON.parse((await post(zone.dataset.group, token(form), null)).text);
    await each(
      [...chosen.entries()].filter((/** @type {[number, File]} */ [place]) => !sent.places.has(place)),
      async (/** @type {[number, File]} */ [place, file]) => {
        await post(sent.group.add, token(form), await smaller(file), { position: place + 1 });
        sent.places.add(place);
        progress();
      },
    );
    const typed = Object.fromEntries(GROUP.map((name) => [name, fieldOf(form, name)?.value ?? ""]));
    await post(sent.group.group, token(form), null, typed); // leads to the preview
    location.assign(sent.group.group); // an answer that cannot be read: it is mended there
  } catch {
    zone.classList.remove("busy");
    say(zone, zone.dataset.broken);
    const retryButton = zone.querySelector("[data-photo-again]");
    retryButton.hidden = false;
    retryButton.onclick = () => {
      retryButton.hidden = true;
      several(zone, form, files, sent);
    };
  }
}

/** @param {ParentNode} root */
function enhance(root) {
  for (const zone of unenhanced(root, "[data-photo]", "Photo")) {
    const form = zone.closest("form");
    const answer = form.querySelector("[data-photo-answer]");
    filled.set(form, new Map());
    keepForErrors(form, answer);
    /** @param {File[]} files */
    const take = (files) => (files.length > 1 ? several(zone, form, files) : readPicture(zone, form, answer, files[0]));
    buttons(zone, zone.querySelector('input[type="file"]'), take);
    acceptDrops(zone, take);
  }
}

enhance(document.body);
document.addEventListener("ancu:added", (event) => enhance(event.detail));
