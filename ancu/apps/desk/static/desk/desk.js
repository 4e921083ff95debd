// The task page on a wide screen: a task's own page beside the list, with its decision; keys; the acts that selected
// tasks share. Without this script, and on a phone, a task opens as a page.
import { load } from "../ancu/js/page.js";
import { reach } from "../ancu/js/reach.js";
import { toast } from "../ancu/js/toast.js";

const WIDE = matchMedia("(min-width: 1200px)");
const PAUSE_MS = 150; // after the last key, so that rows passed by are not asked for
const DRAWN_ANEW = ["#desk-list", "#desk-numbers", "#desk-filters", ".areas", ".subs", ".tabbar", "#ask-counts"];
const ACTS = "summary, button:not([hidden]):not([disabled]), a.btn, input:not([type=hidden]), select, textarea";

const pane = document.getElementById("desk-preview");
let request = new AbortController();
let timer = 0;

/** @returns {any[]} */
const rows = () => [...document.querySelectorAll("#desk-list [data-row]")];
/** @returns {any} */
const current = () => document.querySelector("#desk-list [data-row][aria-current]");

/** @param {any} target */
const isTyping = (target) =>
  target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog");

/**
 * The page at an address; null if it leads elsewhere.
 * @param {string} address
 * @param {AbortSignal | null} [signal]
 */
async function pageAt(address, signal = null) {
  const answer = await reach(address, { method: "GET", signal });
  if (answer.location !== null || !answer.isPage) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** @param {Element} part */
function wake(part) {
  window.htmx?.process(part);
  document.dispatchEvent(new CustomEvent("ancu:added", { detail: /** @type {HTMLElement} */ (part) }));
}

// ---- the preview ----------------------------------------------------------------------------------------

/**
 * Draws a task's page in the pane; its heading becomes one below that of the list.
 * @param {Document} page
 */
async function draw(page) {
  const main = document.adoptNode(page.getElementById("main"));
  main.querySelector("#messages")?.remove();
  for (const heading of main.querySelectorAll("h1")) {
    const title = current()?.querySelector(".task-title").textContent ?? heading.textContent;
    heading.replaceWith(
      Object.assign(document.createElement("h2"), { className: "preview-title", textContent: title }),
    );
  }
  const bar = document.getElementById("preview-bar").content.cloneNode(true);
  bar.querySelector("a").href = current()?.dataset.address ?? "";
  const chips = main.querySelector(".page-head .filters");
  if (chips) bar.querySelector(".preview-bar").prepend(chips);
  await load(page);
  const focused = document.activeElement;
  pane.replaceChildren(bar, ...main.childNodes);
  pane.scrollTop = 0;
  wake(pane);
  // A page that leads to its first field does so when it is opened alone: the keys of the list go on.
  if (pane.contains(document.activeElement)) /** @type {any} */ (current() ?? focused)?.focus({ preventScroll: true });
}

/**
 * What the row says, and the way to a page that needs the whole width.
 * @param {any} row
 */
function drawPlain(row) {
  const card = document.getElementById("preview-plain").content.cloneNode(true);
  const text = (/** @type {string} */ part) => row.querySelector(part).textContent.trim();
  card.querySelector("h2").textContent = text(".task-title");
  card.querySelector("p").textContent = text(".task-second");
  card.querySelector("a").href = row.dataset.address;
  pane.replaceChildren(card);
}

/** @param {any} row */
async function preview(row) {
  request.abort();
  request = new AbortController();
  const { signal } = request;
  pane.hidden = false;
  if (!("preview" in row.dataset)) return drawPlain(row);
  pane.setAttribute("aria-busy", "true");
  const page = await pageAt(row.dataset.address, signal).catch(() => null);
  if (signal.aborted) return;
  pane.removeAttribute("aria-busy");
  if (page?.getElementById("main")) await draw(page);
  else pane.replaceChildren();
}

/** @param {any} row */
function choose(row) {
  if (!row || row === current()) return;
  current()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  clearTimeout(timer);
  if (pane && WIDE.matches) timer = setTimeout(preview, PAUSE_MS, row);
}

/** The list after a decision: the next task takes the place of one that is done. */
async function refresh() {
  const place = rows().indexOf(current());
  const address = current()?.dataset.address;
  const page = await pageAt(location.href);
  if (!page) return location.reload();
  for (const note of page.querySelectorAll("#messages .alert"))
    toast(note.textContent.trim(), note.classList.contains("alert-danger") ? "danger" : "success");
  for (const selector of DRAWN_ANEW) {
    const part = page.querySelector(selector);
    const now = document.querySelector(selector);
    if (!part || !now) continue;
    now.replaceWith(document.adoptNode(part));
    wake(document.querySelector(selector));
  }
  showKeys();
  const next = rows().find((row) => row.dataset.address === address) ?? rows()[Math.min(place, rows().length - 1)];
  if (!next) return location.reload();
  next.focus();
  choose(next);
}

function showKeys() {
  for (const button of document.querySelectorAll("[data-keys]")) button.hidden = false;
}

// ---- keys -----------------------------------------------------------------------------------------------

function toDecision() {
  const place = [".decision-acts", "#decision, .card-asked", "form"]
    .map((name) => pane?.querySelector(name))
    .find(Boolean);
  const control = [...(place?.querySelectorAll(ACTS) ?? [])].find((element) => element.offsetParent !== null);
  (control ?? pane)?.focus();
}

/** @param {Targeted<KeyboardEvent>} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && pane?.contains(event.target)) current()?.focus();
  if (isTyping(event.target)) return;
  if (event.key === "d" && pane && !pane.hidden) {
    event.preventDefault();
    toDecision();
    return;
  }
  if (event.key === "p" && !postponable()) return;
  const shared = document.querySelector(`[data-act-of][data-hotkey="${CSS.escape(event.key)}"]:not([hidden])`);
  if (shared && !document.querySelector("[data-bulk-bar]")?.hidden) {
    event.preventDefault();
    openShared(shared);
  } else if (event.key === "?") document.getElementById("desk-keys")?.showModal();
}

// ---- several at once ------------------------------------------------------------------------------------

/** Shows the acts that all selected tasks share, named by their number; days beyond a task's last one are left out. */
function showShared() {
  const boxes = [...document.querySelectorAll("[data-acts]:checked")];
  const selected = boxes.map((box) => box.dataset.acts.split(" "));
  let isShared = false;
  for (const words of document.querySelectorAll("[data-called]")) {
    const names = words.dataset.called.split("|");
    words.textContent = names[Math.min(Math.max(boxes.length, 1), 3) - 1].replace("{n}", boxes.length);
  }
  for (const button of document.querySelectorAll("[data-day]"))
    button.hidden = boxes.some((box) => button.dataset.day > box.dataset.last);
  for (const act of document.querySelectorAll("[data-act-of]")) {
    act.hidden = !selected.every((acts) => acts.includes(act.dataset.actOf));
    isShared ||= !act.hidden;
  }
  for (const words of document.querySelectorAll("[data-no-act]")) words.hidden = isShared;
}

/** Selects the current task if none is selected, and says why a task may not be postponed; whether all may be. */
function postponable() {
  if (!document.querySelector("[data-acts]:checked")) current()?.querySelector("[data-acts]")?.click();
  const refused = document.querySelector("[data-refusal]:checked");
  if (refused) toast(refused.dataset.refusal);
  return !refused;
}

/**
 * Opens the question before a shared act; its button has the focus, so that a second key acts, or its field, once loaded.
 * @param {any} details
 */
function openShared(details) {
  details.open = true;
  const place = details.querySelector("[hx-get]");
  if (!place) return details.querySelector(".confirm-body button").focus();
  const field = () => place.querySelector("select, textarea, input:not([type=hidden])");
  const day = details.querySelector("[data-day]:not([hidden])");
  if (day) day.focus();
  else if (field()) field().focus();
  else place.addEventListener("htmx:afterSettle", () => field()?.focus(), { once: true });
}

function selectNone() {
  for (const box of document.querySelectorAll("[data-acts]:checked")) box.click();
}

/** @param {Targeted<MouseEvent>} event */
function click(event) {
  if (event.target.closest("[data-unselect]")) return selectNone();
  if (event.target.closest("[data-keys]")) return document.getElementById("desk-keys")?.showModal();
  const step = event.target.closest("[data-step]");
  if (step) return rows()[rows().indexOf(current()) + Number(step.dataset.step)]?.focus();
  const row = event.target.closest("#desk-list [data-row]");
  const link = event.target.closest("[data-open]");
  const isPlain = event.detail > 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!row || !link || !isPlain || !pane || !WIDE.matches || !("preview" in row.dataset)) return;
  event.preventDefault();
  row.focus();
  choose(row);
}

document.addEventListener("keydown", press);
document.addEventListener("click", click);
document.addEventListener("change", showShared);
document.addEventListener("focusin", (event) => {
  const row = /** @type {any} */ (event.target).closest?.("#desk-list [data-row]");
  if (row) choose(row);
});
pane?.addEventListener("ancu:decided", refresh);
pane?.addEventListener("ancu:drawn", (/** @type {CustomEvent<Document>} */ event) => draw(event.detail));
showKeys();
if (WIDE.matches) choose(rows()[0]);
