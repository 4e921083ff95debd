// An answer that is a page takes the place of the page, in the place of a navigation: the line may have gone since, and
// what was answered once need not be asked for again.
import { keyOf } from "./formkey.js";
import { text } from "./texts.js";

const PARTS = ["#main", ".areas", ".subs", ".nav-top", ".tabbar"];

/**
 * @param {Document} page
 * @param {string} selector
 * @param {string} name
 * @returns {any[]}
 */
const missingFrom = (page, selector, name) =>
  [...page.querySelectorAll(selector)].filter(
    (element) => ![...document.querySelectorAll(selector)].some((here) => here[name] === element[name]),
  );

/**
 * Scripts and styles of the new page that this one has not loaded; those it has enhance what is fresh.
 * @param {Document} page
 */
export async function load(page) {
  for (const sheet of missingFrom(page, "link[rel=stylesheet]", "href"))
    document.head.append(document.importNode(sheet));
  await Promise.all(
    missingFrom(page, "script[src]", "src").map((script) =>
      script.type === "module" ? import(script.src) : classic(script.src),
    ),
  );
}

/** @param {string} address */
function classic(address) {
  return new Promise((loaded, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: loaded, onerror: failed });
    document.head.append(script);
  });
}

/**
 * Puts the files of `input` into the same field of the new page, without those it says are wrong.
 * @param {FileInput} input
 * @param {any} there
 */
function putBack(input, there) {
  const wrong = JSON.parse(there.dataset.wrongFiles ?? "null");
  if (there.getAttribute("aria-invalid") === "true" && !wrong) return; // wrong together
  const right = new DataTransfer();
  for (const file of input.files) if (!wrong?.includes(file.name)) right.items.add(file);
  there.files = right.files;
  const note = there.closest(".field")?.querySelector("[data-files-lost]");
  const names = [...right.files].map((file) => file.name).join(", ");
  if (note && names) note.textContent = text("filesStillChosen", { names });
}

/**
 * Files chosen in `form` stay chosen in the same form of the new page, but those it says are wrong.
 * @param {HTMLFormElement} form
 * @param {ParentNode} main
 */
function keepFiles(form, main) {
  const newForm = [...main.querySelectorAll("form")].find((element) => keyOf(element) === keyOf(form));
  for (const field of form.querySelectorAll("input[type=file][name]")) {
    const input = /** @type {FileInput} */ (field);
    const there = input.files.length && newForm?.elements[input.name];
    if (there) putBack(input, there);
  }
}

/**
 * The same for a form that htmx sent, when the answer draws it again with errors: `place` is what was put into the page.
 * @param {HTMLFormElement} form
 * @param {ParentNode} place
 */
export function keepFilesOf(form, place) {
  if (place.querySelector("form[data-bound]")) keepFiles(form, place);
}

/**
 * Whether the page says that something of what was sent is not in order.
 * @param {Document} page
 * @param {HTMLFormElement} form
 */
export function isRefusal(page, form) {
  const isRedrawn = [...page.querySelectorAll("#main form")].some(
    (element) => "bound" in element.dataset && keyOf(element) === keyOf(form),
  );
  return (
    isRedrawn || page.querySelector("#main [data-errors], #main [aria-invalid=true], #messages .alert-danger") !== null
  );
}

/**
 * What a page of an error says, without its page; null for any other.
 * @param {Document} page
 */
export function errorWords(page) {
  const section = page.querySelector("#main [data-error-page], main [data-error-page]");
  if (!section) return null;
  return [...section.querySelectorAll("h1, p:not(.duty-phone)")]
    .map((element) => element.textContent.trim().replace(/\s+/g, " "))
    .join(". ")
    .replace("..", ".");
}

/**
 * @param {Document} page
 * @param {HTMLFormElement} form
 */
export async function show(page, form) {
  const main = document.adoptNode(page.getElementById("main"));
  keepFiles(form, main);
  document.title = page.title;
  for (const selector of PARTS) {
    const now = selector === "#main" ? main : page.querySelector(selector);
    if (now) document.querySelector(selector)?.replaceWith(document.adoptNode(now));
  }
  await load(page);
  window.htmx?.process(main);
  document.dispatchEvent(new CustomEvent("ancu:added", { detail: main }));
  history.replaceState(history.state, "", location.href);
  scrollTo(0, 0);
  (main.querySelector("[data-errors]") ?? main).focus();
}
