// [data-bulk]: when rows are picked, the bar with what can be done to them appears.
import { text, unenhanced } from "./texts.js";

/** @param {HTMLElement} place */
function watch(place) {
  const bar = place.querySelector("[data-bulk-bar]");
  const all = place.querySelector("[data-select-all]");
  const boxes = () => [...place.querySelectorAll("[data-select]")];
  function show() {
    const every = boxes();
    const picked = every.filter((box) => box.checked);
    for (const box of every) box.closest("[data-row]")?.classList.toggle("chosen", box.checked);
    if (bar) bar.hidden = !picked.length;
    const counted = place.querySelector("[data-bulk-count]");
    const words = counted?.dataset.bulkCount; // what is counted, where it has a name
    if (counted) counted.textContent = words?.replace("{n}", picked.length) || text("selected", { n: picked.length });
    if (all) {
      all.checked = picked.length > 0 && picked.length === every.length;
      all.indeterminate = picked.length > 0 && picked.length < every.length;
    }
  }
  place.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    show();
  });
  place.addEventListener("htmx:afterSettle", show);
  show();
}

/** @param {ParentNode} root */
export function enhance(root) {
  for (const place of unenhanced(root, "[data-bulk]", "Bulk")) watch(place);
}
