// Starts every part of the page that asks for one by its data- attributes, now and after each htmx swap.
import * as bulk from "./bulk.js";
import * as combobox from "./combobox.js";
import * as date from "./date.js";
import * as draft from "./draft.js";
import * as lookup from "./lookup.js";
import * as online from "./online.js";
import * as position from "./position.js";
import * as quick from "./quick.js";
import * as reveal from "./reveal.js";
import * as share from "./share.js";
import * as shortcuts from "./shortcuts.js";
import * as toast from "./toast.js";
import * as upload from "./upload.js";
import { fresh, text } from "./texts.js";

// Drafts last: what they bring back must reach the parts built before them.
const PARTS = [toast, date, combobox, lookup, upload, bulk, share, quick, reveal, position, draft];

function smallThings(root) {
  for (const button of fresh(root, "[data-print]", "Print")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  for (const button of fresh(root, "[data-copy]", "Copy")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast.toast(text("copied"), "success");
    });
  }
  for (const control of fresh(root, "[data-submit-on-change]", "Autosubmit")) {
    control.addEventListener("change", () => control.form?.requestSubmit());
  }
}

function boot(root) {
  for (const part of PARTS) part.enhance(root);
  smallThings(root);
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    const isEscape = event.type === "keydown" && event.key === "Escape";
    if (isEscape) { menu.open = false; menu.querySelector("summary").focus(); }
    else if (event.type === "click" && !menu.contains(event.target)) menu.open = false;
  }
}

for (const part of [toast, online, draft, shortcuts]) part.start();
boot(document.body);
document.body.addEventListener("htmx:load", (event) => boot(event.detail.elt));
document.addEventListener("ancu:fresh", (event) => boot(event.detail));
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
document.querySelector("[data-errors]")?.focus();
