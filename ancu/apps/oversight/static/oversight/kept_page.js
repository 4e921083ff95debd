// Everything an officer's phone keeps, whatever it was written on: what became of it, where it is mended, and how it is let go.

import { toast } from "../ancu/js/toast.js";
import { errorsOf, inOrder, inside, put, rowOf, showStanding } from "../stays/kept_rows.js";
import { standing, trySending } from "../stays/offline.js";
import * as queue from "../stays/queue.js";
import { say } from "../stays/words.js";
import { beginPage } from "./officer_page.js";
import { aboutOf, pageOf } from "./visits.js";

const root = document.querySelector("[data-kept-page]");
const section = root.querySelector('[data-part="phone"]');
/**
 * @param {string} name
 * @returns {any}
 */
const find = (name) => section.querySelector(`[data-part="${name}"]`);
/**
 * Of one that was sent the phone keeps the name alone.
 * @param {Entry} entry
 * @param {string} kind
 * @param {EntryContent | null} content
 */
async function nameOf(entry, kind, content) {
  const about = entry.state === "sent" ? content?.values.full_name : content && (await aboutOf(content.values));
  return [say(`kind${kind[0].toUpperCase()}${kind.slice(1)}`), about].filter(Boolean).join(" · ");
}

/** @param {Entry} entry */
async function entryRow(entry) {
  const content = await inside(entry);
  const kind = entry.kind || "visits";
  const about = {
    sent: entry.undecided ? say("visitUndecided") : "",
    lost: say("lostEntry"),
    waiting: entry.note ?? "",
    refused: errorsOf(content),
  }[entry.state];
  const name = await nameOf(entry, kind, content);
  const mend =
    entry.state === "refused" && !entry.isGone && content ? () => location.assign(pageOf(content.values)) : null;
  const row = rowOf(entry, {
    name: content || entry.state !== "refused" ? name : `${name} · ${say("sealedEntry")}`,
    about,
    mend,
  });
  showInspection(row.querySelector('[data-act="inspection"]'), entry);
  const words = content && entry.state !== "sent" ? (content.values.words ?? "") : "";
  put(row, "words", words);
  row.querySelector("[data-say-words]").hidden = !words;
  showCopy(row.querySelector('[data-act="copy"]'), words);
  return row;
}

/**
 * What a sent checklist became.
 * @param {HTMLAnchorElement} link
 * @param {Entry} options
 */
function showInspection(link, { inspection }) {
  link.hidden = !inspection;
  if (inspection) link.href = `/office/inspections/${inspection}/`;
}

/**
 * What is refused for good can still be put down elsewhere.
 * @param {HTMLButtonElement} button
 * @param {string} words
 */
function showCopy(button, words) {
  button.hidden = !words || !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(words);
    toast(say("copiedWords"), "success");
  });
}

async function show() {
  const entries = inOrder(await queue.entries());
  find("kept-card").hidden = !entries.length;
  find("nothing").hidden = entries.length > 0;
  section.querySelector("[data-rows-here]").replaceChildren(...(await Promise.all(entries.map(entryRow))));
  showStanding(find, entries, standing());
}

async function begin() {
  if (await beginPage(root, "visits")) {
    section.hidden = false;
    find("again").addEventListener("click", trySending);
    queue.watch(show);
    await show();
  }
  root.dataset.keptPage = "there";
}

if (location.pathname.endsWith("/phone/")) begin();
