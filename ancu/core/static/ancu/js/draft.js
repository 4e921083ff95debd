// What is typed in a form[data-draft="key"] is kept on the device, and comes back after the browser was closed.
// Kept apart by person, for a week, never passwords or files; gone on sign-out. A success message with
// extra_tags="draft:key" clears it. A form that the server sends back with errors (data-bound) is left as it is.
import { fresh, text } from "./texts.js";
import { noteOf } from "./toast.js";

const PREFIX = "ancu.draft.";
const KEEP_MS = 7 * 24 * 3600 * 1000;
const SAVE_AFTER_MS = 300;
const NEVER = new Set(["password", "file", "hidden", "submit", "button"]);

const owner = () => document.body.dataset.user ?? "public";
const nameOf = (key) => `${PREFIX}${owner()}.${key}`;

/** Where a script keeps, in the tab's own storage, what it shows beside the form of this draft. */
export const readOf = (key) => `${nameOf(key)}.beside`;

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(key)));
    return kept && Date.now() - kept.at < KEEP_MS ? kept : null;
  } catch { return null; }
}

function fieldsOf(form) {
  return [...form.elements].filter((field) =>
    field.name && (!NEVER.has(field.type) || field.dataset.lookupCode !== undefined));
}

/** What a script filled in, from a picture say, and nobody changed: it was not typed, and belongs to what it came from. */
function isFilled(form, field) {
  const held = form.elements[field.name];
  return field.dataset.filled !== undefined && field.dataset.filled === (held?.value ?? field.value);
}

function save(form, key) {
  const typed = fieldsOf(form).filter((field) => !isFilled(form, field));
  const values = typed.map((field) => {
    if (field.type === "checkbox" || field.type === "radio") return [field.name, field.value, field.checked];
    return [field.name, field.value];
  });
  try { localStorage.setItem(nameOf(key), JSON.stringify({ at: Date.now(), values })); } catch { /* storage full or barred */ }
}

function isChanged(field, kept) {
  if (kept.length === 3) return field.checked !== kept[2];
  return field.value !== kept[1];
}

function restore(form, kept) {
  const left = [...kept.values];
  let changed = false;
  for (const field of fieldsOf(form)) {
    const isCheck = field.type === "checkbox" || field.type === "radio";
    const at = left.findIndex(([name, value]) => name === field.name && (!isCheck || value === field.value));
    if (at < 0) continue;
    const [found] = left.splice(at, 1);
    if (!isChanged(field, found)) continue;
    if (isCheck) field.checked = found[2]; else field.value = found[1];
    field.dispatchEvent(new Event("change", { bubbles: true }));
    changed = true;
  }
  return changed;
}

export function clear(key) {
  localStorage.removeItem(nameOf(key));
  sessionStorage.removeItem(readOf(key));
}

function sweep() {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(name)); } catch { /* not ours to read */ }
    if (!kept || Date.now() - kept.at >= KEEP_MS) localStorage.removeItem(name);
  }
}

function clearAll() {
  for (const storage of [localStorage, sessionStorage]) {
    for (const name of Object.keys(storage)) if (name.startsWith(PREFIX)) storage.removeItem(name);
  }
}

function keep(form) {
  const key = form.dataset.draft;
  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(() => save(form, key), SAVE_AFTER_MS); };
  const now = () => { if (timer) { clearTimeout(timer); timer = 0; save(form, key); } };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", now);
  addEventListener("pagehide", now);
}

function bringBack(form) {
  const kept = read(form.dataset.draft);
  if (!kept || "bound" in form.dataset || !restore(form, kept)) return;
  const time = new Date(kept.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
  const startAfresh = () => { clear(form.dataset.draft); location.reload(); };
  const note = noteOf(text("draftRestored", { time }), "info", { label: text("draftDiscard"), run: startAfresh });
  note.setAttribute("role", "status");
  form.before(note); // above the form, not over it: on a phone it would lie on the buttons
}

export function enhance(root) {
  for (const message of fresh(root, '[data-message*="draft:"]', "Draft")) {
    for (const tag of message.dataset.message.split(" ")) if (tag.startsWith("draft:")) clear(tag.slice(6));
  }
  for (const form of fresh(root, "form[data-draft]", "Draft")) { bringBack(form); keep(form); }
  for (const form of fresh(root, "form[data-logout]", "Logout")) form.addEventListener("submit", clearAll);
}

export function start() { try { sweep(); } catch { /* storage barred: drafts are a comfort, not a need */ } }
