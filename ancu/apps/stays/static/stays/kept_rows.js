// The rows of what a phone keeps: a lodging's declarations, an officer's checklists, interviews and the rest.
import * as queue from "./queue.js";
import { say, when } from "./words.js";

/** @type {Record<string, string>} */
const CHIPS = { sent: "chip-ok", waiting: "chip-warn" };
const STATES = { sent: "stateSent", lost: "stateLost", waiting: "stateWaiting", refused: "stateRefused" };
/** @type {Record<string, string>} */
const WHY = {
  signin: "whySignin",
  noline: "whyNoline",
  later: "whyLater",
  unknown: "whyLater",
  conflict: "whyLater",
  gone: "whyGone",
};
const FIRST = { refused: 0, lost: 1, waiting: 2, sent: 3 };

/**
 * What needs somebody first, then the newest.
 * @param {Entry[]} entries
 */
export const inOrder = (entries) => entries.sort((a, b) => FIRST[a.state] - FIRST[b.state] || b.keyed - a.keyed);

/**
 * @param {ParentNode} row
 * @param {string} name
 * @param {string} words
 */
export function put(row, name, words) {
  const place = row.querySelector(`[data-say="${name}"]`);
  place.textContent = words;
  place.hidden = !words;
}

/**
 * What stands in an entry, null while it is locked.
 * @param {Entry} entry
 * @returns {Promise<EntryContent | null>}
 */
export async function inside(entry) {
  if (!entry.sealed) return null;
  try {
    return await queue.read(entry, { ask: false });
  } catch {
    return null;
  }
}

/**
 * What the office said of each field: what is wrong, or odd.
 * @param {{ errors?: Errors; oddities?: Oddity[] }} options
 */
export function sentencesOf({ errors = {}, oddities = [] }) {
  const sentences = { ...errors };
  for (const { field, text } of oddities) sentences[field] = [...(sentences[field] ?? []), text];
  return sentences;
}

/** @param {EntryContent | null} content */
export const errorsOf = (content) =>
  content?.errors ? Object.values(sentencesOf(content)).flat().join(" ") : say("refusedLocked");

/**
 * One row: `name`, `about` and what its state is called, with the buttons that fit; `mend` and `confirm` are acts.
 * @param {Entry} entry
 * @param {RowOptions} options
 */
export function rowOf(
  entry,
  { name, about, state = say(STATES[entry.state]), receipt = "", mend = null, confirm = null },
) {
  const row = document.getElementById("kept-row").content.firstElementChild.cloneNode(true);
  row.dataset.state = entry.state;
  put(row, "name", name);
  put(row, "keyed", say("keyedAt", { when: when(entry.keyed) }));
  put(row, "about", about);
  const chip = row.querySelector("[data-state-chip]");
  chip.textContent = state;
  chip.classList.add(CHIPS[entry.state] ?? "chip-bad");
  const [open, sure, fix, drop] = ["open", "confirm", "mend", "drop"].map((act) =>
    row.querySelector(`[data-act="${act}"]`),
  );
  if (receipt) {
    open.href = receipt;
    open.hidden = false;
  }
  if (confirm) {
    sure.hidden = false;
    sure.addEventListener("click", confirm);
  }
  if (mend) {
    fix.hidden = false;
    fix.addEventListener("click", () => mend(row));
  }
  if (isDismissible(entry)) {
    drop.hidden = false;
    drop.addEventListener("click", () => {
      if (drop.dataset.sure) queue.throwAway(entry.reference);
      else makeSure(drop);
    });
  }
  return row;
}

/**
 * Refused, unreadable, or waiting for what the office says will not come: nobody is left with it for ever.
 * @param {Entry} entry
 */
const isDismissible = (entry) =>
  entry.state === "refused" || entry.state === "lost" || (entry.state === "waiting" && Boolean(entry.isStuck));

/**
 * The second tap throws away.
 * @param {HTMLButtonElement} button
 */
function makeSure(button) {
  button.dataset.sure = "1";
  button.textContent = say("dropSure");
  button.classList.add("btn-danger");
}

/**
 * Why what waits is not sent, and what to do about it.
 * @param {Find} find
 * @param {Entry[]} entries
 * @param {string} standing
 */
export function showStanding(find, entries, standing) {
  const waiting = entries.some((entry) => entry.state === "waiting");
  find("standing").textContent = waiting && WHY[standing] ? say(WHY[standing]) : "";
  find("standing").hidden = !find("standing").textContent;
  find("signin").hidden = !(waiting && standing === "signin");
  find("again").hidden = !waiting;
}
