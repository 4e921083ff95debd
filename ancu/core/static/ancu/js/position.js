// A box for a point with a button[data-locate] beside it: the device says where it is, if its owner lets it.
import { text, unenhanced } from "./texts.js";

const DIGITS = 5; // about a metre
const PATIENCE = 20_000;

/** @param {ParentNode} root */
export function enhance(root) {
  if (!navigator.geolocation) return;
  for (const button of unenhanced(root, "[data-locate]", "Locate")) {
    const input = button.parentElement.querySelector("input");
    const output = button.closest(".field").querySelector("[data-located]");
    const say = (/** @type {string} */ key, values = {}) => {
      output.textContent = text(key, values);
      button.disabled = false;
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      say("positionSeeking");
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          input.value = `${coords.latitude.toFixed(DIGITS)}, ${coords.longitude.toFixed(DIGITS)}`;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          say("positionFound", { n: Math.ceil(coords.accuracy) });
        },
        (problem) => say(problem.code === problem.PERMISSION_DENIED ? "positionRefused" : "positionFailed"),
        { enableHighAccuracy: true, timeout: PATIENCE },
      );
    });
  }
}
