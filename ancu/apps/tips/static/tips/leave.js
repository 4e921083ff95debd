// One key, or the button: what was typed is gone, another page stands here, and the way back does not lead here.
// The pages before it are forgotten, too: what was typed into them, and the form that a receipt came from.
import "./once.js";

function leave(event) {
  event.preventDefault();
  for (const form of document.forms) form.reset();
  for (const field of document.querySelectorAll("textarea, input:not([type=hidden])")) field.value = "";
  document.body.hidden = true;
  location.replace(document.querySelector("[data-leave]").href);
}

document.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(event); });
for (const link of document.querySelectorAll("[data-leave]")) link.addEventListener("click", leave);
document.querySelector("[data-errors]")?.focus();
