// Starts every part of the page that asks for one by its data- attributes, now and after each htmx swap.
import * as drafting from "./drafting.js";
import * as online from "./online.js";
import * as reach from "./reach.js";
import * as sending from "./sending.js";
import * as shortcuts from "./shortcuts.js";
import { text, unenhanced } from "./texts.js";
import * as toast from "./toast.js";

// What few pages have comes with those alone, so that a first visit weighs little.
/** @type {[string, () => Promise<any>][]} */
const PARTS = [
  ["input[data-date]", () => import("./date.js")],
  ["select[data-combobox]", () => import("./combobox.js")],
  ["input[data-lookup]", () => import("./lookup.js")],
  ["form[data-upload]", () => import("./upload.js")],
  ["input[type=file]", () => import("./filecheck.js")],
  ["[data-bulk]", () => import("./bulk.js")],
  ["[data-share]", () => import("./share.js")],
  ["form[data-enter-moves], [data-nights]", () => import("./quick.js")],
  [".decision", () => import("./decision.js")],
  ["[data-reveal]", () => import("./reveal.js")],
  ["[data-locate]", () => import("./position.js")],
];

/** @param {ParentNode} root */
function smallThings(root) {
  for (const button of unenhanced(root, "[data-print]", "Print")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const button of unenhanced(root, "[data-copy]", "Copy")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast.toast(text("copied"), "success");
    });
  }
  for (const control of unenhanced(root, "[data-submit-on-change]", "Autosubmit")) {
    control.addEventListener("change", () => control.form?.requestSubmit());
  }
}

/**
 * Drafts last: what they bring back must reach the parts built before them.
 * @param {HTMLElement} root
 */
async function boot(root) {
  toast.enhance(root);
  smallThings(root);
  const parts = PARTS.filter(([selector]) => root.matches(selector) || root.querySelector(selector)).map(([, load]) =>
    load(),
  );
  for (const part of await Promise.allSettled(parts)) if (part.status === "fulfilled") part.value.enhance(root);
  drafting.enhance(root);
}

/** @param {any} event */
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    const isEscape = event.type === "keydown" && event.key === "Escape";
    if (isEscape) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.type === "click" && !menu.contains(event.target)) menu.open = false;
  }
}

/**
 * A link to something folded opens it: browsers of before 2025 do not do so by themselves.
 * @param {any} event
 */
function unfold(event) {
  const link = event.target.closest?.("a[data-unfold]");
  const fold = link && document.getElementById(link.hash.slice(1))?.closest("details");
  if (fold) fold.open = true;
}

for (const part of [reach, toast, online, drafting, shortcuts, sending]) part.start();
boot(document.body);
document.body.addEventListener("htmx:load", (event) => boot(event.detail.elt));
document.addEventListener("ancu:added", (event) => boot(event.detail));
document.addEventListener("click", closeMenus);
document.addEventListener("click", unfold);
document.addEventListener("keydown", closeMenus);
document.querySelector("[data-errors]")?.focus();
