// Lists by keyboard: "/" to the search box, j and k through [data-row], x picks, Enter opens.

/** @param {any} target */
const typing = (target) =>
  target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog");

function rows() {
  return [...document.querySelectorAll("[data-rows] [data-row]")].filter((row) => row.offsetParent !== null);
}

/** @param {number} step */
function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, now < 0 ? 0 : now + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** @param {Targeted<KeyboardEvent>} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const row = event.target.closest?.("[data-row]");
  if (event.key === "/") {
    const search = [...document.querySelectorAll("[data-shortcut-search]")].find((box) => box.offsetParent !== null);
    if (search) {
      event.preventDefault();
      search.focus();
      search.select?.();
    }
  } else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && row) row.querySelector("[data-select]")?.click();
  else if (event.key === "Enter" && row === event.target && !row.matches("a, button"))
    row.querySelector("[data-open]")?.click();
}

export function start() {
  document.addEventListener("keydown", press);
}
