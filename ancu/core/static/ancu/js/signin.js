// The session ended while somebody was at work: one signs in where one is, in a dialog that draws the pages of sign-in,
// and goes on (`reach.js`).
import { exchange } from "./exchange.js";
import { herePath, NotSignedIn, setToken, whoIsHere } from "./reach.js";
import { text } from "./texts.js";

// ---- the dialog ---------------------------------------------------------------------------------------

/**
 * @param {string} name
 * @param {object} [properties]
 * @param {...Node | string} children
 * @returns {any}
 */
function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function buildDialog() {
  const title = element("h2", { id: "signin-title", textContent: text("signinTitle") });
  const place = element("div", { className: "stack" });
  const elsewhere = element("a", {
    className: "btn",
    href: "/accounts/login/",
    target: "_blank",
    textContent: text("signinElsewhere"),
  });
  const close = element("button", { className: "btn", type: "button", textContent: text("signinLater") });
  const body = element(
    "div",
    { className: "dialog-body" },
    title,
    element("p", { className: "mb-0", textContent: text("signinWords") }),
    place,
    element("div", { className: "form-actions" }, close, elsewhere),
  );
  const dialog = element("dialog", { className: "dialog" }, body);
  dialog.setAttribute("aria-labelledby", title.id);
  close.addEventListener("click", () => dialog.close());
  return { dialog, place };
}

/**
 * The form of an answered page, with what it says of errors; its address made whole, since it is drawn elsewhere.
 * @param {Document} page
 * @param {string} address
 */
function formOf(page, address) {
  const form = [...page.querySelectorAll("#main form")].find((candidate) =>
    candidate.querySelector("input:not([type=hidden])"),
  );
  if (!form) return null;
  form.setAttribute("action", new URL(form.getAttribute("action") || address, address).href);
  form.classList.remove("card", "pad");
  return document.importNode(form, true);
}

/**
 * @param {HTMLElement} place
 * @param {ExchangeAnswer} answer
 */
async function draw(place, answer) {
  const form = formOf(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.address);
  place.replaceChildren(form ?? element("p", { className: "mb-0", textContent: text("signinOnlyElsewhere") }));
  if (!form) return;
  document.dispatchEvent(new CustomEvent("ancu:added", { detail: form }));
  (form.querySelector("[data-errors]") ?? form.querySelector("input:not([type=hidden])")).focus();
}

/**
 * Goes through the pages of sign-in until they lead to `goal`.
 * @param {HTMLElement} place
 * @param {string} address
 * @param {string | null} goal
 * @param {(value?: any) => void} arrived
 */
async function goThrough(place, address, goal, arrived) {
  /**
   * @param {ExchangeAnswer} answer
   * @returns {Promise<void>}
   */
  const follow = async (answer) => {
    if (answer.location === null) return draw(place, answer);
    const next = new URL(answer.location, answer.address);
    return next.pathname === goal ? arrived() : follow(await exchange(next.href, { method: "GET" }));
  };
  const failed = () => {
    place.append(element("p", { className: "err", role: "alert", textContent: text("requestFailed") }));
  };
  place.addEventListener("submit", (/** @type {Targeted} */ event) => {
    event.preventDefault();
    const body = new URLSearchParams(/** @type {any} */ (new FormData(event.target)));
    exchange(event.target.action, { body }).then(follow).catch(failed);
  });
  try {
    await follow(await exchange(address, { method: "GET" }));
  } catch {
    failed();
  }
}

/** Signed in again: as somebody else the page is another's, and drawn anew. */
async function settle() {
  const who = await whoIsHere();
  setToken(who.token);
  if (String(who.user ?? "") !== (document.body.dataset.user ?? "")) {
    location.reload();
    return new Promise(() => {});
  }
  const { desk } = document.body.dataset;
  const body = new URLSearchParams({ csrfmiddlewaretoken: who.token, language: document.documentElement.lang });
  if (desk && desk !== who.desk) body.set("desk", desk);
  await exchange(herePath(), { body });
  return undefined;
}

/** @param {string} address */
async function ask(address) {
  const goal = new URL(address, location.href).searchParams.get("next");
  const { dialog, place } = buildDialog();
  document.body.append(dialog);
  dialog.showModal();
  const watch = new AbortController();
  try {
    await new Promise((/** @type {(value?: any) => void} */ arrived, gaveUp) => {
      dialog.addEventListener("close", () => gaveUp(new NotSignedIn()));
      goThrough(place, address, goal, arrived);
      document.addEventListener(
        "visibilitychange",
        async () => {
          // signed in in another tab
          if (!document.hidden && goal === herePath() && (await whoIsHere().catch(() => null))?.user) arrived();
        },
        { signal: watch.signal },
      );
    });
  } finally {
    watch.abort();
    dialog.remove();
  }
  await settle();
}

let running = null;

/**
 * Resolves when the person of this page is signed in again; rejects with NotSignedIn.
 * @param {string} address
 */
export function signIn(address) {
  running ??= ask(address).finally(() => {
    running = null;
  });
  return running;
}
