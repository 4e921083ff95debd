// What an officer's phone takes along, and how it is sent: checklists of inspections, interviews of surveys, what is said in
// the room of a meeting, and signatures of those who received help; once each, by their reference.
import { signed } from "../community/handings.js";
import * as queue from "../stays/queue.js";

const FRESH_MS = 5 * 60_000;

/** By what the office calls it: where it is taken along and sent. */
/** @type {Record<string, string>} */
const PLACES = {
  visits: "/office/inspections/phone/",
  surveys: "/surveys/interviews/",
  rooms: "/office/meetings/phone/",
  handings: "/office/community/phone/",
};
export const ALONG = Object.keys(PLACES);
const MARKS = [
  ["survey", "surveys"],
  ["room", "rooms"],
  ["handed", "handings"],
]; // what only an entry of this kind holds
/**
 * @param {Values} values
 * @returns {string}
 */
export const kindOf = (values) => MARKS.find(([mark]) => mark in values)?.[1] ?? "visits";

queue.workOn({
  path: (values) => `${PLACES[kindOf(values)]}send/`,
  body: (entry, { words, ...values }) => ("handed" in values ? signed(entry, values) : values), // the words are for this phone
  sent: ({ reference, keyed, kind }, { inspection, item, undecided }) => ({
    reference,
    keyed,
    kind,
    state: "sent",
    sentAt: Date.now(),
    inspection,
    item,
    undecided,
  }),
  nameIn: aboutOf,
  kindOf,
  refresh: takeAll,
});

/**
 * What an entry is about: the lodging, survey, room or recipient, as far as the phone has it along.
 * @param {Values} values
 * @returns {Promise<string | undefined>}
 */
export async function aboutOf(values) {
  const kind = kindOf(values);
  const along = (await queue.along(kind)) ?? [];
  /** @type {Record<string, () => string | undefined>} */
  const names = {
    visits: () => along.find((visit) => visit.plan === values.plan)?.name,
    surveys: () => along.find((survey) => survey.id === values.survey)?.titles[document.documentElement.lang],
    rooms: () => along.find((room) => room.id === values.room)?.theme,
    handings: () => along.find((handing) => handing.id === values.handed)?.recipient,
  };
  return names[kind]();
}

/**
 * "done", or why it did not come; asks only for what is not fresh, unless it must.
 * @param {string} name
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<Outcome>}
 */
export async function take(name, { force = false } = {}) {
  const age = Date.now() - ((await queue.alongAt(name)) ?? 0);
  if (!force && age >= 0 && age < FRESH_MS) return "done";
  return (await queue.bring(name, `${PLACES[name]}take/`)).state;
}

/**
 * What was made since this phone last took any along is taken along, too, while there is a connection.
 * @param {string} name
 * @param {(record: any) => boolean} isIt
 */
export async function takeMissing(name, isIt) {
  if (!(await queue.along(name))?.some(isIt)) await take(name, { force: true });
}

/**
 * All at once, and each is sealed as it comes: what does not come keeps nothing else away.
 * @param {{ force?: boolean }} how
 */
async function takeAll(how) {
  const outcomes = await Promise.all(ALONG.map((name) => take(name, how)));
  return outcomes.find((outcome) => outcome !== "done") ?? "done";
}

/** The page of an entry of this kind, where it was written and can be mended. */
/** @type {Record<string, (values: Values) => string>} */
const PAGES = {
  visits: ({ plan }) => `/office/inspections/planned/${plan}/`,
  surveys: () => "/surveys/interviews/",
  rooms: ({ room }) => `/office/meetings/${room}/room/`,
  handings: ({ programme, handed }) => `/community/${programme}/entries/${handed}/sign/`,
};
/** @param {Values} values */
export const pageOf = (values) => PAGES[kindOf(values)](values);
