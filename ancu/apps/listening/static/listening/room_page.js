// In the room, with or without a connection: what is said is kept sealed on a phone that is ready, and sent once. On any other
// phone or laptop the form goes to the office as forms do.
import { clear } from "../ancu/js/draft.js";
import { clearErrors, showErrors } from "../ancu/js/form_errors.js";
import { oneAtATime } from "../ancu/js/onetime.js";
import { text } from "../ancu/js/texts.js";
import { toast } from "../ancu/js/toast.js";
import { beginDraft, beginPage, inWords } from "../oversight/officer_page.js";
import { takeMissing } from "../oversight/visits.js";
import { trySending } from "../stays/offline.js";
import * as queue from "../stays/queue.js";
import { say } from "../stays/words.js";
import { newCode } from "./rooms.js";

const WIDEST = 1600; // of a photo: a page of paper is read well
const QUALITY = 0.8;
const root = document.querySelector("[data-room]");
const isShell = "shell" in root.dataset;
/**
 * @param {string} name
 * @returns {any}
 */
const find = (name) => root.querySelector(`[data-part="${name}"]`);
const form = root.querySelector("form[data-room-form]");
const language = document.documentElement.lang === "en" ? "en" : "vi";
const room = Number(/\/meetings\/(\d+)\//.exec(location.pathname)?.[1] ?? 0);
/** @type {{ reference?: string; room: number; code: string; photos: unknown[] } | null} */
let mending = null;

const fields = () =>
  [...form.elements].filter(
    (field) => field.name && field.type !== "file" && field.name !== "csrfmiddlewaretoken" && field.name !== "key",
  );
const written = () =>
  new URLSearchParams(
    fields()
      .filter((field) => field.value)
      .map((field) => [field.name, field.value]),
  ).toString();

/** @param {string} text */
function fill(text) {
  const params = new URLSearchParams(text);
  for (const field of fields()) {
    const value = params.get(field.name) ?? "";
    if (field.value === value || (field.tagName === "SELECT" && !value)) continue;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/**
 * As a JPEG of a size that fits a bad line; where it was taken is gone with it. Null for what is no picture.
 * @param {File} file
 */
async function smaller(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null;
  }
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const bytes = new Uint8Array(
    await (await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY })).arrayBuffer(),
  );
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { name: `${file.name.replace(/\.\w+$/, "")}.jpg`, data: btoa(text) };
}

/** @param {string} text */
function tell(text) {
  find("refused").textContent = text;
  find("refused").hidden = !text;
  if (text) find("refused").focus();
}

/** The answers that are missing, as sentences by field. The server checks the same. */
function findMissing() {
  const { body, name, category, about, about_person: person } = form.elements;
  /** @param {string | undefined} codes */
  const isOneOf = (codes) => (codes ?? "").split(" ").includes(category.value);
  const missing = {
    body: !body.value.trim() && "roomEmpty",
    name: isOneOf(category.dataset.named) && !name.value.trim() && "roomName",
    about: !about.value && "roomUnit",
    about_person: isOneOf(category.dataset.accused) && about.value === "none" && !person.value.trim() && "roomAbout",
  };
  return Object.fromEntries(
    Object.entries(missing)
      .filter(([, key]) => key)
      .map(([field, key]) => [field, [say(String(key))]]),
  );
}

/**
 * What is wrong with the files of which `photos` were made; the good ones stay chosen.
 * @param {FileInput} input
 * @param {unknown[]} photos
 */
function findStrange(input, photos) {
  const files = [...input.files];
  /** @param {File[]} some */
  const names = (some) => some.map((file) => file.name).join(", ");
  const strange = files.filter((_, at) => !photos[at]);
  if (!strange.length) return {};
  const good = new DataTransfer();
  for (const file of files) if (!strange.includes(file)) good.items.add(file);
  input.files = good.files;
  const sentences = [say("roomPictures", { names: names(strange) })];
  if (good.files.length) sentences.push(text("filesStillChosen", { names: names([...good.files]) }));
  return { [input.name]: sentences };
}

const keep = oneAtATime(async () => {
  tell("");
  clearErrors(form);
  const photos = await Promise.all([...form.elements.attached.files].map(smaller));
  const { first } = showErrors(form, { ...findMissing(), ...findStrange(form.elements.attached, photos) });
  if (first) {
    first.focus();
    return false;
  }
  const code = mending?.code ?? newCode();
  const values = {
    room: mending?.room ?? room,
    code,
    language,
    form: written(),
    words: inWords(form),
    photos: photos.length ? photos : (mending?.photos ?? []),
  };
  const reference = await (mending ? queue.mend(mending.reference ?? "", values) : queue.add(values));
  mending = null;
  await clear(form);
  form.reset();
  for (const field of fields()) field.dispatchEvent(new Event("change", { bubbles: true }));
  find("told").hidden = false;
  find("code").textContent = code;
  scrollTo(0, 0);
  form.elements.name.focus();
  send(reference);
  return true;
});

/** @param {string} reference */
async function send(reference) {
  const outcome = await trySending();
  if ((await queue.entries()).some((entry) => entry.reference === reference && entry.state === "refused")) return; // it is told why
  toast(say(outcome === "done" ? "roomSent" : "roomKeptNow"), "success");
  if (outcome === "done" && !isShell) await showRaised();
}

/** The list below the form, as the office has it now. */
async function showRaised() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const raised = new DOMParser()
    .parseFromString(await answer.text(), "text/html")
    .querySelector('[data-part="raised"]');
  if (raised) find("raised").replaceWith(raised);
}

async function showKept() {
  const entries = (await queue.entries()).filter((entry) => entry.kind === "rooms");
  const waiting = entries.filter((entry) => entry.state === "waiting");
  find("kept").textContent = waiting.length
    ? [say("roomKept", { n: waiting.length }), ...waiting.map((entry) => entry.note ?? "")].join(" ")
    : "";
  find("kept").hidden = !waiting.length;
  if (mending && !entries.some((entry) => entry.reference === mending?.reference)) mending = null; // thrown away
  if (mending || form.elements.body.value.trim()) return; // somebody is speaking: a refused one waits
  for (const entry of entries.filter((candidate) => candidate.state === "refused")) {
    let inside;
    try {
      inside = await queue.read(entry, { ask: false });
    } catch {
      return;
    }
    if (inside.values.room !== room) continue;
    const { code, photos } = inside.values;
    mending = { reference: entry.reference, room, code, photos };
    fill(inside.values.form);
    tell([say("roomRefused"), ...showErrors(form, inside.errors ?? {}).general].join(" "));
    return;
  }
}

/** Without a connection the page knows its meeting by what the phone took along, and leads to the day's other ones. */
async function showRoom() {
  const meetings = await queue.along("rooms");
  const here = meetings?.find((candidate) => candidate.id === room);
  showOthers(meetings?.filter((candidate) => candidate !== here) ?? []);
  find("gone").hidden = !meetings || Boolean(here);
  form.hidden = !here;
  if (!here) return;
  find("theme").textContent = here.theme;
  find("place").textContent = `${here.place} · ${here.begins}`;
}

/** @param {{ id: number; theme: string; place: string; begins: string }[]} otherMeetings */
function showOthers(otherMeetings) {
  const list = find("others").querySelector("ul");
  list.replaceChildren(
    ...otherMeetings.map((candidate) => {
      const row = find("other").content.cloneNode(true);
      row.querySelector("a").href = `/office/meetings/${candidate.id}/room/`;
      row.querySelector("b").textContent = candidate.theme;
      row.querySelector(".second").textContent = `${candidate.place} · ${candidate.begins}`;
      return row;
    }),
  );
  find("others").hidden = !otherMeetings.length;
}

async function begin() {
  if (await beginPage(root, "rooms")) {
    await (isShell ? showRoom() : takeMissing("rooms", (candidate) => candidate.id === room));
    form.addEventListener("submit", keep);
    if (isShell) beginDraft(form, `room-${room}`);
    queue.watch(showKept);
    await showKept();
  }
  root.dataset.room = "there";
}

begin();
