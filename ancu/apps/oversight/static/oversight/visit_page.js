// Planned inspections on a phone, with or without a line: the list, the checklist, what is kept and what became of it.
import { toast } from "../ancu/js/toast.js";
import { beginPage } from "./officer_page.js";
import { takeMissing } from "./visits.js";
import { trySending } from "../stays/offline.js";
import * as queue from "../stays/queue.js";
import { day, say, time } from "../stays/words.js";

const SAVE_MS = 300;
const root = document.querySelector("[data-visit-page]");
const isShell = "shell" in root.dataset;
const find = (name) => root.querySelector(`[data-part="${name}"]`);
const form = root.querySelector("form[data-checklist]");
const plan = Number(/planned\/(\d+)\//.exec(location.pathname)?.[1] ?? 0);
let mending = null;

const written = () => new URLSearchParams(new FormData(form)).toString();

function fill(text) {
  const values = new URLSearchParams(text);
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.getAll(field.name).includes(field.value);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
}

function row(name, words) {
  const made = document.getElementById(name).content.firstElementChild.cloneNode(true);
  for (const [key, text] of Object.entries(words)) made.querySelector(`[data-say="${key}"]`).textContent = text;
  return made;
}

const takeThisOne = () => plan && takeMissing("visits", (one) => one.plan === plan);

async function showTaken() {
  const visits = (await queue.along("visits")) ?? [];
  if (!plan) {
    find("list").hidden = false;
    find("visits").replaceChildren(...visits.map((visit) => {
      const made = row("visit-row", { name: visit.name, reason: visit.reason, day: visit.day.split("-").reverse().join("/") });
      made.querySelector("a").href = `/office/inspections/planned/${visit.plan}/`;
      return made;
    }));
    return;
  }
  const visit = visits.find((one) => one.plan === plan);
  form.hidden = false;
  if (visit) {
    document.querySelector("h1").textContent = visit.name;
    find("address").textContent = visit.address;
    find("address").hidden = false;
    find("guests").replaceChildren(...visit.guests.map((guest) => {
      const made = row("guest-tick", { name: guest.name, about: [guest.document, guest.room].filter(Boolean).join(" · ") });
      made.querySelector("input").value = guest.id;
      return made;
    }));
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
      const inside = await queue.read(entry, { ask: false });
      if (inside.values.plan === plan) return { entry, ...inside };
    } catch { /* locked */ }
  }
  return null;
}

async function showKept() {
  const waiting = (await queue.entries()).filter((entry) => entry.state === "waiting").length;
  find("kept").textContent = waiting ? say("visitKept", { n: waiting }) : "";
  find("kept").hidden = !waiting;
  if (!plan) return;
  const kept = await keptOf();
  if (kept?.entry.state === "waiting") form.hidden = true;
  const said = kept?.entry.state === "refused" ? Object.values(kept.errors ?? {}).flat().join(" ") : kept?.entry.note ?? "";
  find("refused").textContent = said;
  find("refused").hidden = !said;
  if (kept?.entry.state === "refused" && mending !== kept.entry.reference) {
    mending = kept.entry.reference;
    form.hidden = false;
    fill(kept.values.form);
  }
}

async function keep(event) {
  event.preventDefault();
  if (!form.querySelector("[name=result]:checked")) {
    find("refused").textContent = say("visitResult");
    find("refused").hidden = false;
    find("refused").focus();
    return;
  }
  const values = { plan, form: written() };
  const before = new Set((await queue.entries()).map((entry) => entry.reference));
  if (mending) await queue.mend(mending, values); else await queue.add(values);
  await queue.keepDraft(plan);
  const reference = mending ?? (await queue.entries()).find((entry) => !before.has(entry.reference)).reference;
  mending = null;
  form.hidden = true;
  toast(say("visitKeptNow"), "success");
  await trySending();
  const sent = (await queue.entries()).find((entry) => entry.reference === reference);
  if (sent?.state === "sent") location.assign(`/office/inspections/${sent.inspection}/`);
}

let saving = 0;

function saveSoon() {
  clearTimeout(saving);
  saving = setTimeout(() => queue.keepDraft(plan, written()), SAVE_MS);
}

async function begin() {
  const ready = await beginPage(root, "visits");
  if (ready) await (isShell ? showTaken() : takeThisOne());
  if (ready && form && plan) {
    form.addEventListener("submit", keep);
    const draft = await queue.draft(plan);
    if (draft) fill(draft);
    form.addEventListener("input", saveSoon);
  }
  if (ready) { queue.watch(showKept); await showKept(); }
  root.dataset.visitPage = "there";
}

begin();
