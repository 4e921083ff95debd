// A recipient signs, with or without a connection: on a phone that is ready the signature is kept sealed and sent once. On any other
// the form goes to the office as forms do.
import { showErrors } from "../ancu/js/form_errors.js";
import { oneAtATime } from "../ancu/js/onetime.js";
import { toast } from "../ancu/js/toast.js";
import { beginPage, inWords } from "../oversight/officer_page.js";
import { takeMissing } from "../oversight/visits.js";
import { trySending } from "../stays/offline.js";
import * as queue from "../stays/queue.js";
import { say } from "../stays/words.js";

const root = document.querySelector("[data-handing]");
const isShell = "shell" in root.dataset;
/** @param {string} name */
const find = (name) => root.querySelector(`[data-part="${name}"]`);
const form = root.querySelector("form[data-signature]");
const [programme, handed] = (/\/community\/(\d+)\/entries\/(\d+)\//.exec(location.pathname) ?? []).slice(1).map(Number);

/** @param {string} text */
function tell(text) {
  find("why").textContent = text;
  find("refused").hidden = !text;
  if (text) find("refused").focus();
}

const keep = oneAtATime(async () => {
  const entered = new FormData(form);
  const values = Object.fromEntries(
    ["name", "standing", "strokes"].map((name) => [name, String(entered.get(name) ?? "").trim()]),
  );
  tell("");
  const missing = {
    name: !values.name && "handingName",
    standing: !values.standing && "handingStanding",
    strokes: values.strokes.length < 3 && "handingUnsigned",
  };
  const errors = Object.entries(missing)
    .filter(([, key]) => key)
    .map(([field, key]) => [field, [say(String(key))]]);
  const { first, count } = showErrors(form, Object.fromEntries(errors));
  if (count) {
    first?.focus();
    return false;
  }
  await queue.add({ handed, programme, form: new URLSearchParams(values).toString(), words: inWords(form) });
  form.hidden = true;
  send();
  return true;
});

async function send() {
  const outcome = await trySending();
  toast(say(outcome === "done" ? "handingSent" : "handingKept"), "success");
  if (outcome === "done" && !isShell && !(await ofThis()).length)
    location.assign(location.pathname.replace(/sign\/$/, ""));
}

/** What the phone keeps of this handing over and the office has not taken in, with what the office said of it. */
async function ofThis() {
  const results = [];
  for (const entry of await queue.entries()) {
    if (entry.state !== "waiting" && entry.state !== "refused") continue;
    let inside;
    try {
      inside = await queue.read(entry, { ask: false });
    } catch {
      continue;
    }
    if (inside.values.handed === handed) results.push({ ...entry, errors: inside.errors });
  }
  return results;
}

async function show() {
  const stored = await ofThis();
  const refused = stored.find((entry) => entry.state === "refused");
  find("kept").hidden = !stored.some((entry) => entry.state === "waiting");
  if (stored.length) form.hidden = true;
  if (!refused) return;
  tell([say("handingRefused"), ...Object.values(refused.errors ?? {}).flat()].join(" "));
  find("drop").hidden = false;
  find("drop").onclick = async () => {
    await queue.throwAway(refused.reference);
    location.reload();
  };
}

/** Without a connection the page knows what is handed over by what the phone took along. */
async function showHanding() {
  const handings = await queue.along("handings");
  const here = handings?.find((handing) => handing.id === handed);
  find("gone").hidden = !handings || Boolean(here);
  find("facts").hidden = form.hidden = !here;
  if (!here) return;
  for (const name of ["programme", "day", "recipient"]) find(name).textContent = here[name];
  find("amounts").replaceChildren(
    ...here.amounts.map((/** @type {string} */ text) =>
      Object.assign(document.createElement("div"), { textContent: text }),
    ),
  );
}

async function begin() {
  if (await beginPage(root, "handings")) {
    await (isShell ? showHanding() : takeMissing("handings", (handing) => handing.id === handed));
    form.addEventListener("submit", keep);
    queue.watch(show);
    await show();
  }
  root.dataset.handing = "there";
}

begin();
