// A paper by keyboard: arrows turn its pages, o and p go to the paper before and after, + and - zoom, t turns, f fills the
// screen.

/** @param {any} target */
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog, [data-step]");
/** @type {Record<string, string>} */
const WAYS = {
  ArrowRight: "[data-next-page]",
  ArrowLeft: "[data-previous-page]",
  p: "[data-next-paper]",
  o: "[data-previous-paper]",
};
const TURNS = 4;

/** @returns {any} */
const frameOf = () => document.querySelector("[data-viewer-frame]");

/** @param {number} step */
function zoom(step) {
  const frame = frameOf();
  if (!frame) return;
  const next = Math.min(2, Math.max(0, Number(frame.dataset.zoom || 0) + step));
  frame.dataset.zoom = String(next);
  for (const image of next ? frame.querySelectorAll("img:not([data-wide])") : []) {
    // small print needs more than a magnified small picture
    image.dataset.wide = "1";
    image.src += image.src.includes("?") ? "&wide" : "?wide";
  }
}

function turn() {
  const frame = frameOf();
  if (frame) frame.dataset.turn = String((Number(frame.dataset.turn || 0) + 1) % TURNS);
}

/** @param {boolean} [isFull] */
function fill(isFull) {
  const papers = document.getElementById("papers");
  const button = papers?.querySelector("[data-full]");
  if (!papers || !button) return;
  const now = papers.classList.toggle("full", isFull);
  button.setAttribute("aria-pressed", String(now));
  if (now) frameOf().focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "+" || event.key === "=") zoom(1);
  else if (event.key === "-") zoom(-1);
  else if (event.key === "t") turn();
  else if (event.key === "f") fill();
  else if (event.key === "Escape") fill(false);
  else if (WAYS[event.key]) {
    if (event.key.startsWith("Arrow") && /** @type {any} */ (event.target).closest?.("[role=tablist]")) return;
    const way = document.querySelector(`#papers ${WAYS[event.key]}`);
    if (!way) return;
    event.preventDefault();
    way.click();
  }
});

document.addEventListener("click", (/** @type {Targeted} */ event) => {
  const button = event.target.closest?.("[data-zoom-in], [data-zoom-out], [data-turn], [data-full]");
  if (!button || button.matches("[data-viewer-frame]")) return;
  if (button.hasAttribute("data-turn")) turn();
  else if (button.hasAttribute("data-full")) fill();
  else zoom(button.hasAttribute("data-zoom-in") ? 1 : -1);
});

const show = () => {
  for (const button of document.querySelectorAll(".tools button")) button.hidden = false;
  const rail = document.querySelector("#papers .rail");
  const chosen = /** @type {any} */ (rail?.querySelector("[aria-current]"));
  if (rail && chosen) rail.scrollTop = chosen.offsetTop - (rail.clientHeight - chosen.offsetHeight) / 2;
};
document.addEventListener("htmx:afterSettle", show);
show();
