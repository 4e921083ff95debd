// button[data-share="address"]: the phone's own way of sending a link, where there is one.
import { unenhanced } from "./texts.js";

/** @param {ParentNode} root */
export function enhance(root) {
  for (const button of unenhanced(root, "[data-share]", "Share")) {
    button.hidden = !navigator.share;
    button.addEventListener("click", () => {
      navigator.share({ title: button.dataset.shareTitle, url: button.dataset.share }).catch(() => {}); // closed again
    });
  }
}
