// The network chip in the head, and a sentence when the line comes or goes.
import { text } from "./texts.js";
import { toast } from "./toast.js";

function show() {
  document.documentElement.classList.toggle("offline", !navigator.onLine);
}

/** That what is typed is kept is said where it is so. */
const words = () => [text("goneOffline"), "keeps" in document.body.dataset ? text("keptFromNow") : ""].join(" ").trim();

export function start() {
  /** @type {HTMLElement | null} */
  let gone = null;
  show();
  addEventListener("offline", () => {
    show();
    gone?.remove();
    gone = toast(words(), "warning");
  });
  addEventListener("online", () => {
    show();
    gone?.remove();
    toast(text("backOnline"), "success");
  });
}
