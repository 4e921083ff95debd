// form[data-upload]: drop a file on it; [data-upload-now] sends it as soon as it is chosen. Without script it is an
// ordinary form, and every form is sent with its progress (sending.js).
import { unenhanced } from "./texts.js";

/**
 * @param {WithData} zone
 * @param {HTMLInputElement} input
 * @param {HTMLFormElement} form
 */
function acceptDrops(zone, input, form) {
  /** @param {Event} event */
  const over = (event) => {
    event.preventDefault();
    zone.classList.add("over");
  };
  const out = () => zone.classList.remove("over");
  zone.addEventListener("dragenter", over);
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", out);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    out();
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if ("uploadNow" in form.dataset) form.requestSubmit();
  });
}

/** @param {ParentNode} root */
export function enhance(root) {
  for (const form of unenhanced(root, "form[data-upload]", "Upload")) {
    const input = form.querySelector('input[type="file"]');
    const zone = form.querySelector("[data-drop]");
    if (input && zone) acceptDrops(zone, input, form);
  }
}
