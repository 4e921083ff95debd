// input[type=password] with a button[data-reveal="word to hide it again"] beside it: what is typed can be looked at.
import { unenhanced } from "./texts.js";

/** @param {ParentNode} root */
export function enhance(root) {
  for (const button of unenhanced(root, "[data-reveal]", "Reveal")) {
    const input = button.parentElement.querySelector("input");
    const words = { password: button.textContent, text: button.dataset.reveal };
    /** @param {"password" | "text"} type */
    const show = (type) => {
      input.type = type;
      button.textContent = words[type];
    };
    button.hidden = false;
    button.setAttribute("aria-controls", input.id);
    button.addEventListener("click", () => show(input.type === "password" ? "text" : "password"));
    input.form?.addEventListener("submit", () => show("password")); // so that no browser keeps it as a text
  }
}
