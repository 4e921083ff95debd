// On every page of a lodging: how much this phone keeps, and sending it when there is a connection.
import { toast } from "../ancu/js/toast.js";
import { beat, enrol, entries, isReady, sync, watch } from "./queue.js";
import { forgetAlong, keeper, setKeeper } from "./store.js";
import { say } from "./words.js";
import { forget, stay } from "./worker_key.js";

const TRY_MS = 20_000;
const BEAT_MS = 60_000;
const part = document.getElementById("phone");
let last = "";

/** @param {string} outcome */
const isToBeTried = (outcome) => outcome === "noline" || outcome === "later";

/** "done", or why sending stopped: signin, noline, later, conflict, unknown. */
export const standing = () => last;

/** Sends what waits; tells the page when the standing changed. */
export async function trySending() {
  const before = last;
  try {
    last = await sync();
  } catch {
    last = "later";
  }
  if (last !== before) dispatchEvent(new Event("ancu:queue"));
  return last;
}

export async function showBadge() {
  const badge = document.getElementById("queue-badge");
  if (!badge) return;
  const stored = await entries();
  const waiting = stored.filter((entry) => entry.state === "waiting").length;
  const wrong = stored.filter((entry) => entry.state === "refused" || entry.state === "lost").length;
  badge.hidden = !waiting && !wrong;
  badge.classList.toggle("alert-danger", wrong > 0);
  badge.classList.toggle("alert-warning", wrong === 0);
  const sentences = [waiting ? say("badgeWaiting", { n: waiting }) : "", wrong ? say("badgeWrong", { n: wrong }) : ""];
  badge.querySelector("span").textContent = sentences.filter(Boolean).join(" · ");
}

/** Whose phone it is now: another person, or the same for another business, finds nothing of the former's. */
async function takeOver() {
  const who = { keeper: part.dataset.keeper, user: part.dataset.user };
  if (keeper()?.keeper !== who.keeper) {
    setKeeper(who);
    await forget();
    await forgetAlong({ except: who.keeper });
  }
}

/** The worker keeps what a page without a connection is made of; asked for once the page itself is there. */
async function startWorker() {
  if (!("serviceWorker" in navigator)) return false;
  await navigator.serviceWorker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ type: "language", language: document.documentElement.lang });
  return true;
}

/**
 * This phone keeps work from now on. The page is drawn again once it is ready.
 * @param {HTMLButtonElement} button
 */
export async function makeReady(button) {
  button.disabled = true;
  const { keeper: whose, user } = part.dataset;
  const { platform, brands } = navigator.userAgentData ?? {};
  const name = [platform, brands?.at(-1)?.brand].filter(Boolean).join(" · ") || navigator.platform;
  const ready = (await enrol({ keeper: whose, user }, name)) && (await startWorker());
  if (ready) {
    await trySending();
    location.reload();
    return;
  } // the key is in the worker's memory before the page goes
  button.disabled = false;
  toast(say("notReady"), "danger");
}

/**
 * Without a connection the page that works without one goes on with what was typed, where this phone is ready for it.
 * @param {any} event
 */
function onNoLine(event) {
  if (event.target.dataset.draft !== "declare") return;
  event.preventDefault();
  location.assign("/stays/declare/");
}

async function begin() {
  if (part) await takeOver();
  watch(showBadge);
  if (!(await isReady())) {
    await showBadge();
    return;
  }
  await beat();
  await showBadge();
  setInterval(stay, TRY_MS);
  setInterval(beat, BEAT_MS);
  document.addEventListener("visibilitychange", beat);
  addEventListener("online", trySending);
  document.addEventListener("ancu:noline", onNoLine);
  navigator.serviceWorker?.addEventListener("controllerchange", trySending); // a new worker holds no key yet
  setInterval(async () => {
    if (isToBeTried(last) || (await entries()).some((entry) => entry.state === "waiting")) trySending();
  }, TRY_MS);
  if (document.readyState !== "complete")
    await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  await startWorker();
  await trySending();
}

export const begun = window.indexedDB && navigator.locks && window.crypto?.subtle ? begin() : Promise.resolve();
