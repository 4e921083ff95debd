// One key, or the button: what was typed is gone, another page stands here, and the way back does not lead here.
// The pages before it are forgotten, too: what was typed into them, and the form that a receipt came from.
// Whoever then presses *back* is sent away from each of them: the tab remembers that it was left, and forgets it when
// its page is opened anew or the tab is closed.
import "./once.js";

const LEFT_AT = "left";
const away = () => {
  document.body.hidden = true;
  location.replace(document.querySelector("[data-leave]").href);
};

/** @param {any} event */
function leave(event) {
  event.preventDefault();
  for (const form of document.forms) form.reset();
  for (const field of document.querySelectorAll("textarea, input:not([type=hidden])")) field.value = "";
  sessionStorage.setItem(LEFT_AT, "");
  away();
}

if (/** @type {PerformanceNavigationTiming} */ (performance.getEntriesByType("navigation")[0])?.type === "navigate")
  sessionStorage.removeItem(LEFT_AT);
else if (sessionStorage.getItem(LEFT_AT) !== null) away();
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave(event);
});
for (const link of document.querySelectorAll("[data-leave]")) link.addEventListener("click", leave);
document.querySelector("[data-errors]")?.focus();
