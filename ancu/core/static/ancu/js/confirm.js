// Dialogs: [data-dialog="id"] opens one; a submit button [data-confirm="id"] asks in one before it goes on.
import { fresh } from "./texts.js";

function ask(button) {
  const dialog = document.getElementById(button.dataset.confirm);
  if (!dialog?.showModal) return;
  button.addEventListener("click", (event) => {
    if (button.dataset.confirmed) { delete button.dataset.confirmed; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      button.focus();
      if (dialog.returnValue !== "yes") return;
      button.dataset.confirmed = "1";
      button.click();
    }, { once: true });
  }, { capture: true });
}

export function enhance(root) {
  for (const opener of fresh(root, "[data-dialog]", "Dialog")) {
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog?.showModal) return;
      event.preventDefault();
      dialog.showModal();
    });
  }
  for (const button of fresh(root, "[data-confirm]", "Confirm")) ask(button);
  for (const button of fresh(root, "[data-close-dialog]", "Close")) {
    button.addEventListener("click", () => button.closest("dialog")?.close(""));
  }
}
