// A paper by keyboard: arrows turn its pages, p and n go to the paper before and after, + and - make it larger.

/** @param {any} target */
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog");
/** @type {Record<string, string>} */
const WAYS = {
  ArrowRight: "[data-next-page]",
  ArrowLeft: "[data-previous-page]",
  n: "[data-next-paper]",
  p: "[data-previous-paper]",
};

/** @param {number} step */
function zoom(step) {
  const frame = document.querySelector("[data-viewer-frame]");
  if (!frame) return;
  const next = Math.min(2, Math.max(0, Number(frame.dataset.zoom || 0) + step));
  frame.dataset.zoom = String(next);
  const image = frame.querySelector("img");
  if (next && image && !image.dataset.wide) {
    // small print needs more than a magnified small picture
    image.dataset.wide = "1";
    image.src = `${image.src}?wide`;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "+" || event.key === "=") zoom(1);
  else if (event.key === "-") zoom(-1);
  else if (WAYS[event.key]) {
    const way = document.querySelector(`#papers ${WAYS[event.key]}`);
    if (!way) return;
    event.preventDefault();
    way.click();
  }
});

document.addEventListener("click", (/** @type {Targeted} */ event) => {
  const button = event.target.closest?.("[data-zoom-in], [data-zoom-out]");
  if (button) zoom(button.hasAttribute("data-zoom-in") ? 1 : -1);
});

const show = () => {
  for (const button of document.querySelectorAll("[data-zoom-in], [data-zoom-out]")) button.hidden = false;
};
document.addEventListener("htmx:afterSettle", show);
show();
