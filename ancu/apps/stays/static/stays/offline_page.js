// The page that opens without a connection, and the queue: what is kept, what became of it, mending what was refused.
import { clear } from "../ancu/js/draft.js";
import { oneAtATime } from "../ancu/js/onetime.js";
import { toast } from "../ancu/js/toast.js";
import { clearErrors, fill, fillNow, missing, next, showErrors, valuesOf } from "./guest_form.js";
import { errorsOf, inOrder, inside, put, rowOf, sentencesOf, showStanding } from "./kept_rows.js";
import { mayLock } from "./lock.js";
import { begun, makeReady, standing, trySending } from "./offline.js";
import * as queue from "./queue.js";
import { keeper } from "./store.js";
import { say, when } from "./words.js";

const DRAFT = "declare";
const root = document.querySelector("[data-phone-page]");
const isShell = "shell" in root.dataset;
const form = root.querySelector("form[data-keep]");
/**
 * @param {string} name
 * @returns {any}
 */
const find = (name) => root.querySelector(`[data-part="${name}"]`);
/** @type {string | null} */
let mending = null;

const PAGES = [
  ["/stays/declare/", "declare"],
  ["/stays/queue/", "queue"],
];
const view = isShell ? (PAGES.find(([path]) => location.pathname === path)?.[1] ?? "today") : "queue";

/**
 * @param {string} name
 * @returns {HTMLElement}
 */
function piece(name) {
  return document.getElementById(name).content.firstElementChild.cloneNode(true);
}

// ---- the queue --------------------------------------------------------------------------------------

/** The keys are there, and so is what opens the house without a connection. */
async function worksWithoutLine() {
  return (await queue.isReady()) && Boolean((await navigator.serviceWorker?.getRegistration("/"))?.active);
}

async function showQueue() {
  const ready = await worksWithoutLine();
  const stored = inOrder(await queue.entries());
  if (mending && !stored.some((entry) => entry.reference === mending)) stopMending(); // thrown away
  const rows = await Promise.all(stored.map(declarationRow));
  root.querySelector("[data-rows-here]").replaceChildren(...rows);
  find("nothing").hidden = !ready || stored.length > 0;
  find("kept").hidden = !stored.length;
  find("fresh").hidden = ready || isShell;
  find("stranger").hidden = ready || !isShell;
  const isShut = stored.some((entry) => entry.sealed) && !(await queue.isOpen());
  find("open-queue").hidden = !(isShut && (await queue.hasLock()));
  find("lock").hidden = isShell || !ready || (await queue.hasLock()) || !(await mayLock());
  showStanding(find, stored, standing());
}

/** @param {Entry} entry */
async function declarationRow(entry) {
  const content = await inside(entry);
  const receipt = [content && entry.receipt, entry.judged && say("judged", entry.judged)].filter(Boolean).join(" · ");
  const about = { sent: receipt, lost: say("lostText"), waiting: entry.note ?? "", refused: errorsOf(content) };
  return rowOf(entry, {
    name: content
      ? (content.values.full_name ?? content.values.document_number ?? "")
      : (entry.receipt ?? say("sealed")),
    about: about[entry.state],
    ...(entry.already ? { state: say("stateAlready") } : {}),
    ...(entry.isOdd ? { state: say("stateOdd") } : {}),
    receipt: entry.state === "sent" && !isShell ? `/stays/${entry.stay}/receipt/` : "",
    mend: entry.state === "refused" && content ? (row) => startMending(row, entry, content) : null,
    confirm: entry.isOdd && content ? () => confirm(entry) : null,
  });
}

/** @param {Entry} options */
async function confirm({ reference }) {
  await queue.confirm(reference);
  trySending();
}

/**
 * @param {HTMLElement} row
 * @param {Entry} entry
 * @param {EntryContent} content
 */
function startMending(row, entry, content) {
  mending = entry.reference;
  find("kept").after(find("form")); // not within the list, which is drawn again whenever something is sent
  row.classList.add("changed");
  find("form").hidden = false;
  fill(form, content.values);
  find("form-title").hidden = false;
  showErrors(form, sentencesOf(content));
}

// ---- the form ---------------------------------------------------------------------------------------

const keep = oneAtATime(async () => {
  const wrong = missing(form, (await queue.place())?.room_required ?? true);
  if (Object.keys(wrong).length) {
    showErrors(form, wrong);
    return false;
  }
  clearErrors(form);
  if (mending) await keepMended();
  else await keepNew();
  trySending();
  return true;
});

function stopMending() {
  root.append(find("form"));
  find("form").hidden = true;
  mending = null;
}

async function keepMended() {
  await queue.mend(mending ?? "", valuesOf(form));
  stopMending();
}

async function keepNew() {
  await queue.add(valuesOf(form));
  await clear(form);
  const number = (await queue.entries()).filter((entry) => entry.state === "waiting").length;
  toast(say("keptNow", { n: number }), "success");
  next(form);
}

// ---- the guests -------------------------------------------------------------------------------------

async function showGuests() {
  const at = await queue.alongAt("guests");
  find("no-guests").hidden = Boolean(at);
  if (!at) return;
  find("as-of").textContent = say("asOf", { when: when(at) });
  const guests = await queue.along("guests");
  if (!guests) {
    await showLocked();
    return;
  }
  find("locked").hidden = true;
  root.querySelector("[data-guests-here]").replaceChildren(...guests.map(guestRow));
  find("empty-house").hidden = guests.length > 0;
  find("guest-card").hidden = !guests.length;
}

/** With the phone's own lock it opens here; without one, when there is a connection. */
async function showLocked() {
  find("locked").hidden = false;
  root.querySelector("[data-part=unlock]").hidden = !(await queue.hasLock());
}

async function openHere() {
  if (!(await queue.openByLock())) toast(say("staysShut"), "warning");
}

/** @param {Record<"name" | "nationality" | "document" | "until" | "room", string>} guest */
function guestRow(guest) {
  const row = piece("guest-row");
  put(row, "name", guest.name);
  put(row, "about", `${guest.nationality} · ${guest.document}`);
  const until = guest.until.split("-").reverse().slice(0, 2).join("/");
  put(
    row,
    "stay",
    [guest.room && say("room", { room: guest.room }), say("until", { day: until })].filter(Boolean).join(" · "),
  );
  return row;
}

// ---- beginning --------------------------------------------------------------------------------------

async function makeLock() {
  toast(say((await queue.addLock()) ? "locked" : "noLock"), "info");
}

function keepDraft() {
  document.body.dataset.user = keeper()?.user ?? "";
  form.dataset.draft = DRAFT;
  document.dispatchEvent(new CustomEvent("ancu:added", { detail: form }));
}

async function begin() {
  form.addEventListener("submit", keep);
  find("again").addEventListener("click", trySending);
  find("open-queue").addEventListener("click", openHere);
  find("make-lock").addEventListener("click", makeLock);
  find("enrol")?.addEventListener("click", (/** @type {Targeted} */ event) => makeReady(event.currentTarget));
  await begun;
  queue.watch(showQueue);
  if (isShell) await beginShell();
  await showQueue();
  root.dataset.phonePage = "there";
}

async function beginShell() {
  const ready = await queue.isReady();
  document.querySelector("h1").textContent = say(`title${view[0].toUpperCase()}${view.slice(1)}`);
  for (const name of ["declare", "today", "queue"]) find(name).hidden = name !== view || !ready;
  for (const link of document.querySelectorAll("[data-view]"))
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
  const place = await queue.place();
  put(document, "house", place?.name ?? "");
  find("sandbox").hidden = !place?.sandbox;
  if (!ready) return;
  if (view === "declare") {
    find("declare").append(find("form"));
    find("form").hidden = false;
    keepDraft();
    fillNow(form);
  }
  if (view === "today") {
    await showGuests();
    queue.watch(() => showGuests());
  }
  root.querySelector("[data-part=unlock]").addEventListener("click", openHere);
}

begin();
