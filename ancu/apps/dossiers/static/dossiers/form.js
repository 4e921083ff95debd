// A step of the form: conditional fields, rows of tables, and keeping what is typed as it is typed.

const form = document.querySelector("form[data-autosave]");
const WAIT = 700; // ms of quiet before it is saved
const AGAIN = 10_000; // ms until what did not arrive is sent again

// ---- conditional fields: the rulebook's shown_if, {"field": ["value", …]}, "*" meaning anything

const elsewhere = JSON.parse(form.dataset.answers || "{}");

function valueOf(key) {
  const named = form.elements[key];
  if (!named) return elsewhere[key] ?? "";
  if (named instanceof RadioNodeList) return named.value;
  return named.type === "checkbox" ? (named.checked ? "true" : "") : named.value;
}

function holds(condition, hidden) {
  return Object.entries(condition).every(([key, values]) => {
    const value = hidden.has(key) ? "" : String(valueOf(key));
    return value !== "" && (values.includes("*") || values.includes(value));
  });
}

// In the order of the form: a field whose own question is hidden counts as empty for those after it.
function showAndHide() {
  const hidden = new Set();
  for (const part of form.querySelectorAll("[data-shown-if]")) {
    const shown = holds(JSON.parse(part.dataset.shownIf), hidden);
    part.hidden = !shown;
    if (!shown) hidden.add(part.id.replace(/^field-/, ""));
  }
}

// ---- tables

function rowsOf(table) { return [...table.querySelectorAll("[data-table-row]")]; }

function refresh(table) {
  table.querySelector("[data-row-add]").hidden = rowsOf(table).length >= Number(table.dataset.most);
  for (const button of table.querySelectorAll("[data-row-remove]")) button.hidden = false;
}

function addRow(table) {
  const count = table.querySelector("[data-rows-count]");
  const blank = table.querySelector("[data-table-blank]");
  const holder = document.createElement("div");
  holder.innerHTML = blank.innerHTML.replaceAll("__row__", count.value); // our own template, numbered
  const row = holder.firstElementChild;
  count.value = Number(count.value) + 1;
  table.querySelector("[data-table-rows]").append(row);
  document.dispatchEvent(new CustomEvent("ancu:fresh", { detail: row }));
  refresh(table);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

/** The empty row after the filled ones is for those without script; here one is added with a button. */
function dropEmptyRow(table) {
  const rows = rowsOf(table);
  const last = rows.at(-1);
  const fields = [...(last?.querySelectorAll("input:not([type=hidden]), select, textarea") ?? [])];
  const filled = fields.some((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : one.value));
  if (rows.length > 1 && !filled && !last.querySelector("[aria-invalid=true]")) last.remove();
}

function removeRow(button) {
  const table = button.closest("[data-table]");
  button.closest("[data-table-row]").remove();
  refresh(table);
  table.querySelector("[data-row-add]").focus();
  changed();
}

for (const table of form.querySelectorAll("[data-table]")) { dropEmptyRow(table); refresh(table); }
form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-row-add]");
  const remove = event.target.closest("[data-row-remove]");
  if (add) addRow(add.closest("[data-table]"));
  if (remove) removeRow(remove);
});

// ---- keeping what is typed

const revision = form.querySelector("[data-revision]");
const said = form.querySelector("[data-autosave-text]");
let timer = 0;
let dirty = false;
let running = null;
let stopped = false; // another window saved since: this one must not

function changed() {
  showAndHide();
  if (stopped) return;
  dirty = true;
  said.textContent = ""; // "saved" is not true of what is typed now
  later(WAIT);
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

function conflict() {
  stopped = true;
  said.textContent = "";
  const told = form.querySelector("[data-autosave-conflict]");
  told.hidden = false;
  told.scrollIntoView({ block: "center" });
}

async function send(number) {
  const body = new URLSearchParams(new FormData(form));
  body.set("revision", number);
  const response = await fetch(form.dataset.autosave, { method: "POST", body, credentials: "same-origin", keepalive: true });
  if (response.status === 409) { conflict(); return; }
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const answer = await response.json();
  revision.value = answer.revision;
  if (!dirty) said.textContent = answer.saved;
}

// One at a time, so that a window never stands in its own way; what was typed meanwhile, or did not arrive, follows.
async function save() {
  if (running || !dirty || stopped) return;
  dirty = false;
  let wait = WAIT;
  running = send(revision.value).catch(() => { dirty = true; wait = AGAIN; }).finally(() => { running = null; });
  await running;
  if (dirty) later(wait);
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (!running) { dirty = false; return; }
  event.preventDefault();
  await running;
  dirty = false;
  form.requestSubmit(event.submitter ?? undefined);
});
addEventListener("pagehide", () => {
  clearTimeout(timer);
  // What is under way will have raised the revision by the time this arrives.
  if (dirty && !stopped) send(Number(revision.value) + (running ? 1 : 0)).catch(() => {});
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// ---- come from the check: the field itself takes the focus

function meet() {
  const there = document.getElementById(location.hash.slice(1));
  there?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

showAndHide();
meet();
