// form[data-upload]: drop a file on it, watch it go. Without script it is an ordinary form.
import { fresh, text } from "./texts.js";
import { toast } from "./toast.js";

const MEGABYTE = 1e6;

function tooLarge(form, input) {
  const limit = Number(form.dataset.maxBytes || Infinity);
  if (![...input.files].some((file) => file.size > limit)) return false;
  toast(text("uploadTooLarge", { n: Math.round(limit / MEGABYTE) }), "danger");
  return true;
}

// The answer is the page after the redirect, or the same form again with its errors. It is put in place as it
// came: to ask for it a second time would lose the message that it carries.
function finish(form, request) {
  const here = new URL(form.action || location.href, location.href).href;
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = page.getElementById("main");
  if (!main) { location.assign(request.responseURL || here); return; }
  if (request.responseURL && request.responseURL !== location.href) history.pushState({ sent: true }, "", request.responseURL);
  document.title = page.title;
  for (const part of ["#main", ".nav-top", ".tabbar"]) {
    const old = document.querySelector(part);
    const now = page.querySelector(part);
    if (old && now) old.replaceWith(document.adoptNode(now));
  }
  window.htmx?.process(main);
  document.dispatchEvent(new CustomEvent("ancu:fresh", { detail: main }));
  (main.querySelector("[data-errors]") ?? main).focus();
  scrollTo(0, 0);
  addEventListener("popstate", () => location.reload(), { once: true });
}

function send(form) {
  const bar = form.querySelector("[data-upload-progress]");
  const words = form.querySelector("[data-upload-text]");
  const request = new XMLHttpRequest();
  const say = (sentence) => { if (words) words.textContent = sentence; };
  const data = new FormData(form);
  form.classList.add("busy");
  form.setAttribute("aria-busy", "true");
  if (bar) bar.hidden = false;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const done = Math.round((100 * event.loaded) / event.total);
    if (bar) bar.value = done;
    say(done < 100 ? text("uploading", { n: done }) : text("uploadReading"));
  });
  const rest = () => { form.classList.remove("busy"); form.removeAttribute("aria-busy"); };
  request.addEventListener("load", () => { rest(); if (request.status >= 500) fail(); else finish(form, request); });
  const fail = () => { rest(); if (bar) bar.hidden = true; say(text("uploadFailed")); };
  request.addEventListener("error", fail);
  request.addEventListener("abort", fail);
  request.open("POST", form.action || location.href);
  request.send(data);
}

function acceptDrops(zone, input, form) {
  const over = (event) => { event.preventDefault(); zone.classList.add("over"); };
  const out = () => zone.classList.remove("over");
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", out);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    out();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if ("uploadNow" in form.dataset) form.requestSubmit();
  });
}

export function enhance(root) {
  for (const form of fresh(root, "form[data-upload]", "Upload")) {
    const input = form.querySelector('input[type="file"]');
    if (!input) continue;
    const zone = form.querySelector("[data-drop]");
    if (zone) acceptDrops(zone, input, form);
    input.addEventListener("change", () => tooLarge(form, input));
    form.addEventListener("submit", (event) => {
      if (!input.files.length) return;
      event.preventDefault();
      if (!form.classList.contains("busy") && !tooLarge(form, input)) send(form);
    });
  }
}
