// Interviews on a phone, with or without a connection: which surveys are open, the questions, what is kept and what became of it.
import * as drafts from "../ancu/js/drafts.js";
import { clearErrors, showErrors } from "../ancu/js/form_errors.js";
import { oneAtATime } from "../ancu/js/onetime.js";
import { toast } from "../ancu/js/toast.js";
import { beginPage, inWords } from "../oversight/officer_page.js";
import { take } from "../oversight/visits.js";
import { trySending } from "../stays/offline.js";
import * as queue from "../stays/queue.js";
import { say } from "../stays/words.js";
import { enhance } from "./form.js";

const SAVE_MS = 300;
const ORIGIN = "interview";
const root = document.querySelector("[data-interviews]");
const isShell = "shell" in root.dataset;
/**
 * @param {string} name
 * @returns {any}
 */
const find = (name) => root.querySelector(`[data-part="${name}"]`);
const form = root.querySelector("form[data-interview]");
const language = document.documentElement.lang === "en" ? "en" : "vi";
/** @type {any[]} */
let surveys = [];
/** @type {any} */
let open = null;
/** @type {string | null} */
let mending = null;
let saving = 0;
let isTouched = false; // something was answered since the questions were drawn

const written = () => new URLSearchParams(/** @type {any} */ (new FormData(form))).toString();
const values = () => ({
  survey: open.id,
  version: open.version,
  unit: Number(find("unit").value) || null,
  language: find("language").value,
  form: written(),
  words: inWords(form),
});

/** @param {string} text */
function fill(text) {
  const entered = new URLSearchParams(text);
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox" || field.type === "radio")
      field.checked = entered.getAll(field.name).includes(field.value);
    else field.value = entered.get(field.name) ?? "";
  }
  form.dispatchEvent(new Event("survey:fill"));
}

function draw() {
  const box = find("questions");
  box.innerHTML = open.forms[find("language").value];
  box.lang = find("language").value;
  enhance(form);
}

/**
 * @param {any} survey
 * @param {any} [draftValues]
 */
function show(survey, draftValues = null) {
  open = survey;
  find("list").hidden = Boolean(survey);
  form.hidden = !survey;
  if (!survey) {
    document.querySelector("h1").focus?.();
    return;
  }
  find("title").textContent = survey.titles[language];
  const places = [
    new Option(say("anywhere"), ""),
    ...survey.units.map((/** @type {any} */ unit) => new Option(unit.name, unit.id)),
  ];
  find("unit").replaceChildren(...places);
  find("unit").value = draftValues?.unit ?? survey.units[0]?.id ?? "";
  find("language").value = draftValues?.language ?? language;
  draw();
  isTouched = Boolean(draftValues);
  if (draftValues) fill(draftValues.form);
}

function list() {
  find("surveys").replaceChildren(
    ...surveys.map((survey) => {
      const row = document.getElementById("survey-row").content.firstElementChild.cloneNode(true);
      row.querySelector("[data-say=title]").textContent = survey.titles[language];
      row.querySelector("button").addEventListener("click", async () => show(survey, await draftOf(survey)));
      return row;
    }),
  );
  find("none").hidden = surveys.length > 0;
  if (!open) find("list").hidden = false;
}

/** The required questions without an answer, with what is said beside each. */
function unanswered() {
  const entered = new FormData(form);
  const names = [...entered.keys()].filter((name) => entered.get(name) !== "");
  /** @param {HTMLElement} box */
  const isMissing = (box) =>
    !box.hidden && !names.some((name) => name === box.dataset.q || name.startsWith(`${box.dataset.q}__`));
  return Object.fromEntries(
    [...form.querySelectorAll("[data-required]")]
      .filter(isMissing)
      .map((box) => [box.dataset.q, [say("interviewRequired")]]),
  );
}

/** @param {HTMLInputElement} options */
const isNumber = ({ value, dataset }) => {
  const written = value.trim().replace(",", ".");
  return (
    /^-?\d{1,9}(\.\d{1,3})?$/.test(written) &&
    Number(written) >= Number(dataset.least ?? -Infinity) &&
    Number(written) <= Number(dataset.most ?? Infinity)
  );
};

/** What was written where a number is asked, with what is said beside it while the person is there. */
function noNumbers() {
  /** @param {HTMLInputElement} field */
  const isWrong = (field) => !field.closest("[data-q]").hidden && field.value.trim() && !isNumber(field);
  return Object.fromEntries(
    [...form.querySelectorAll("input[data-number]")]
      .filter(isWrong)
      .map((field) => [field.name, [field.dataset.number]]),
  );
}

/** @param {string} text */
function tell(text) {
  find("refused").textContent = text;
  find("refused").hidden = !text;
  if (text) find("refused").focus();
}

const keep = oneAtATime(async () => {
  tell("");
  clearErrors(form);
  const { first } = showErrors(form, { ...unanswered(), ...noNumbers() });
  if (first) {
    first.focus();
    return false;
  }
  if (!isTouched) {
    tell(say("interviewEmpty"));
    return false;
  }
  const reference = await (mending ? queue.mend(mending, values()) : queue.add(values()));
  mending = null;
  await forgetDraft();
  show(open);
  scrollTo(0, 0);
  send(reference);
  return true;
});

/** @param {string} reference */
async function send(reference) {
  const outcome = await trySending();
  if ((await queue.entries()).some((entry) => entry.reference === reference && entry.state === "refused")) return; // it is told why
  toast(say(outcome === "done" ? "interviewSent" : "interviewKeptNow"), "success");
}

async function showKept() {
  const entries = (await queue.entries()).filter((entry) => entry.kind === "surveys");
  const waiting = entries.filter((entry) => entry.state === "waiting").length;
  find("kept").textContent = waiting ? say("interviewKept", { n: waiting }) : "";
  find("kept").hidden = !waiting;
  if (mending && !entries.some((entry) => entry.reference === mending)) mending = null; // thrown away
  if (mending || isTouched) return; // an interview is under way: a refused one waits
  for (const entry of entries.filter((candidate) => candidate.state === "refused")) {
    let inside;
    try {
      inside = await queue.read(entry, { ask: false });
    } catch {
      return;
    }
    const survey = surveys.find(
      (candidate) => candidate.id === inside.values.survey && candidate.version === inside.values.version,
    );
    if (!survey) {
      tell(
        Object.values(inside.errors ?? {})
          .flat()
          .join(" "),
      );
      continue;
    } // closed: nothing to mend here
    mending = entry.reference;
    show(survey, inside.values);
    tell([say("interviewRefused"), ...showErrors(form, inside.errors ?? {}).general].join(" "));
    return;
  }
}

// ---- what is being answered, sealed as it grows

/** @param {any} survey */
const slotOf = (survey) => drafts.slotOf(`${ORIGIN}-${survey.id}-${survey.version}`);

function saveSoon() {
  isTouched = true;
  clearTimeout(saving);
  saving = setTimeout(async () => {
    if (open && !mending)
      await drafts.keep({ slot: await slotOf(open), origin: ORIGIN, fields: [["values", values()]] });
  }, SAVE_MS);
}

/**
 * @param {any} survey
 * @returns {Promise<any>}
 */
async function draftOf(survey) {
  const stored = await drafts.newest(await slotOf(survey));
  return stored && !stored.isElsewhere ? stored.fields.get("values") : null;
}

async function forgetDraft() {
  clearTimeout(saving);
  await drafts.forget({ slot: await slotOf(open), origin: ORIGIN });
}

/** The interview that was under way when the page was closed. */
async function resume() {
  for (const survey of surveys) {
    const draft = await draftOf(survey);
    if (draft) {
      show(survey, draft);
      return;
    }
  }
}

/** A survey that was opened since this phone last took any along is listed, too, while there is a connection. */
async function takeNew() {
  await take("surveys", { force: true });
  surveys = (await queue.along("surveys")) ?? surveys;
  list();
}

async function begin() {
  if (await beginPage(root, "surveys")) {
    form.addEventListener("submit", keep);
    form.addEventListener("input", saveSoon);
    find("language").addEventListener("change", () => {
      const before = written();
      draw();
      fill(before);
    });
    find("back").addEventListener("click", () => {
      show(null);
      isTouched = false;
      list();
    });
    const carried = await queue.along("surveys");
    surveys = carried ?? [];
    await resume();
    if (carried || !isShell) list(); // what is sealed may hold surveys: it is not said that none is open
    queue.watch(showKept);
    await showKept();
    if (!isShell) takeNew();
  }
  root.dataset.interviews = "there";
}

begin();
