// Planned inspections on a phone, with or without a connection: the list, the checklist, what is kept and what became of it.
import { checkDates } from "../ancu/js/date.js";
import { clear } from "../ancu/js/draft.js";
import { clearErrors, showErrors } from "../ancu/js/form_errors.js";
import { oneAtATime } from "../ancu/js/onetime.js";
import { toast } from "../ancu/js/toast.js";
import { inside } from "../stays/kept_rows.js";
import { trySending } from "../stays/offline.js";
import * as queue from "../stays/queue.js";
import { day, say, time } from "../stays/words.js";
import { beginDraft, beginPage, inWords } from "./officer_page.js";
import { takeMissing } from "./visits.js";

const root = document.querySelector("[data-visit-page]");
const isShell = "shell" in root.dataset;
/**
 * @param {string} name
 * @returns {any}
 */
const find = (name) => root.querySelector(`[data-part="${name}"]`);
const form = root.querySelector("form[data-checklist]");
const isOther = location.pathname.endsWith("/phone/"); // kept_page.js
const plan = Number(/planned\/(\d+)\//.exec(location.pathname)?.[1] ?? 0);
/** @type {string | null} */
let mending = null;

const written = () => new URLSearchParams(/** @type {any} */ (new FormData(form))).toString();

/** @param {string} text */
function fill(text) {
  const values = new URLSearchParams(text);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    if (field.type === "checkbox" || field.type === "radio")
      field.checked = values.getAll(field.name).includes(field.value);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
}

/**
 * @param {string} name
 * @param {Record<string, string>} words
 */
function row(name, words) {
  const element = document.getElementById(name).content.firstElementChild.cloneNode(true);
  for (const [key, text] of Object.entries(words)) element.querySelector(`[data-say="${key}"]`).textContent = text;
  return element;
}

const takeThisOne = () => plan && takeMissing("visits", (candidate) => candidate.plan === plan);

async function showTaken() {
  const visits = (await queue.along("visits")) ?? [];
  if (!plan) {
    find("list").hidden = false;
    find("visits").replaceChildren(
      ...visits.map((visit) => {
        const element = row("visit-row", {
          name: visit.name,
          reason: visit.reason,
          day: visit.day.split("-").reverse().join("/"),
        });
        element.querySelector("a").href = `/office/inspections/planned/${visit.plan}/`;
        return element;
      }),
    );
    return;
  }
  const visit = visits.find((candidate) => candidate.plan === plan);
  form.hidden = false;
  if (visit) {
    document.querySelector("h1").textContent = visit.name;
    find("address").textContent = visit.address;
    find("address").hidden = false;
    find("guests").replaceChildren(
      ...visit.guests.map((/** @type {any} */ guest) => {
        const element = row("guest-tick", {
          name: guest.name,
          about: [guest.document, guest.room].filter(Boolean).join(" · "),
        });
        element.querySelector("input").value = guest.id;
        return element;
      }),
    );
  }
  const now = new Date();
  form.elements.day.value ||= day(now);
  form.elements.time.value ||= time(now);
}

/** What was kept of this plan: {entry, values, errors}, the newest; sealed ones tell nothing. */
async function keptOf() {
  for (const entry of (await queue.entries()).reverse()) {
    if (!entry.sealed) continue;
    try {
      const content = await queue.read(entry, { ask: false });
      if (content.values.plan === plan) return { entry, ...content };
    } catch {
      /* locked */
    }
  }
  return null;
}

/**
 * What is in the refused inspections that can be read now.
 * @returns {Promise<EntryContent[]>}
 */
async function refusedOnes() {
  const entries = (await queue.entries()).filter((entry) => entry.state === "refused" && entry.kind === "visits");
  return (await Promise.all(entries.map(inside))).filter((content) => content !== null);
}

/**
 * @param {{ errors?: Errors }[]} refused
 * @param {string} [note]
 */
function showReasons(refused, note = "") {
  const reasons = refused.flatMap(({ errors = {} }) => Object.values(errors).flat());
  find("refused").textContent = [note, ...new Set(reasons)].filter(Boolean).join(" ");
  find("refused").hidden = !find("refused").textContent;
}

async function showKept() {
  const waiting = (await queue.entries()).filter(
    (entry) => entry.state === "waiting" && entry.kind === "visits",
  ).length;
  find("kept").textContent = waiting ? say("visitKept", { n: waiting }) : "";
  find("kept").hidden = !waiting;
  if (!plan) {
    showReasons(await refusedOnes());
    return;
  }
  const stored = await keptOf();
  if (stored?.entry.state === "waiting" && form) form.hidden = true;
  showReasons(stored?.entry.state === "refused" ? [stored] : [], stored?.entry.note);
  if (form && stored?.entry.state === "refused" && mending !== stored.entry.reference) {
    mending = stored.entry.reference;
    form.hidden = false;
    fill(stored.values.form);
    const { general } = showErrors(form, stored.errors ?? {});
    showReasons([{ errors: { general } }], stored.entry.note);
  }
}

const keep = oneAtATime(async () => {
  clearErrors(form);
  const noDay = checkDates(form);
  const { first } = showErrors(
    form,
    form.querySelector("[name=result]:checked") ? {} : { result: [say("visitResult")] },
  );
  const wrong = noDay ?? first;
  if (wrong) {
    wrong.focus();
    return false;
  }
  const values = { plan, form: written(), words: inWords(form) };
  const reference = await (mending ? queue.mend(mending, values) : queue.add(values));
  mending = null;
  form.hidden = true;
  await clear(form);
  toast(say("visitKeptNow"), "success");
  send(reference);
  return true;
});

/** @param {string} reference */
async function send(reference) {
  await trySending();
  const sent = (await queue.entries()).find((entry) => entry.reference === reference);
  if (sent?.state === "sent") location.assign(`/office/inspections/${sent.inspection}/`);
}

async function begin() {
  const ready = await beginPage(root, "visits");
  if (ready) await (isShell ? showTaken() : takeThisOne());
  if (ready && form && plan) {
    form.addEventListener("submit", keep);
    if (isShell) beginDraft(form, `visit-${plan}`);
  }
  if (ready) {
    queue.watch(showKept);
    await showKept();
  }
  root.dataset.visitPage = "there";
}

if (!isOther) begin();
