// Asks the office for somebody who is at work: where the session is over he signs in where he is (`signin.js`, which comes
// when it is needed), where the form is older than its session it takes a new token.
import { exchange, NoAnswer } from "./exchange.js";

/** The person closed the dialog of sign-in: nothing was sent. */
export class NotSignedIn extends Error {}

export const herePath = () => String(document.body.dataset.here);

/** Who is signed in here: {user, desk, token}; `user` is null when nobody is. */
export async function whoIsHere() {
  return JSON.parse(await (await exchange(herePath(), { method: "GET" })).text());
}

// ---- the token of this page's forms -------------------------------------------------------------------

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

/** @param {string} value */
export function setToken(value) {
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = value;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": value }));
}

// ---- asking -------------------------------------------------------------------------------------------

/**
 * @param {ExchangeOptions} options
 * @returns {ExchangeOptions}
 */
function withToken(options) {
  options.body?.set?.("csrfmiddlewaretoken", token());
  return { ...options, headers: { ...options.headers, "X-CSRFToken": token() } };
}

/**
 * Resolves when the person of this page is signed in again; rejects with NotSignedIn.
 * @param {string} address
 */
export async function signIn(address) {
  const dialog = await import("./signin.js").catch(() => {
    throw new NoAnswer(address);
  });
  return dialog.signIn(address);
}

/** Of who is signed in; a stranger's holds for his part of the site alone, and stands in his page. */
async function newToken() {
  const { user, token: ours } = await whoIsHere();
  if (user) return ours;
  const page = new DOMParser().parseFromString(
    await (await exchange(location.href, { method: "GET" })).text(),
    "text/html",
  );
  return page.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? token();
}

/**
 * As `exchange`; where the session is over one signs in, where the form is older than its session it takes a new token.
 * @param {string} address
 * @param {ExchangeOptions} [options]
 */
export async function reach(address, options = {}) {
  let sent = options;
  for (let renewals = 0; ; ) {
    const answer = await exchange(address, sent);
    if (answer.signIn) await signIn(answer.signIn);
    else if (answer.isExpired && renewals++ === 0) setToken(await newToken());
    else return answer;
    sent = withToken(options);
  }
}

/**
 * htmx: what a person asked for is asked again after signing in; what a page asks by itself waits for the next page.
 * @param {CustomEvent<any>} event
 */
function afterHtmx(event) {
  const { xhr, elt, requestConfig } = event.detail;
  const address = xhr.status === 401 && xhr.getResponseHeader("X-Sign-In");
  if (!address) return;
  event.stopImmediatePropagation();
  const kind = requestConfig?.triggeringEvent?.type;
  if (!["submit", "click", "change"].includes(kind)) return;
  signIn(address).then(
    () => (elt.matches("form") ? elt.requestSubmit() : window.htmx?.trigger(elt, kind)),
    () => {},
  );
}

export function start() {
  document.body.addEventListener("htmx:responseError", afterHtmx, { capture: true });
}
