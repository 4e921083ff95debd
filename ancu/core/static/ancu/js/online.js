// The network chip in the head, and a sentence when the line comes or goes.
import { text } from "./texts.js";
import { toast } from "./toast.js";

function show() {
  document.documentElement.classList.toggle("offline", !navigator.onLine);
}

export function start() {
  show();
  addEventListener("offline", () => { show(); toast(text("goneOffline"), "warning"); });
  addEventListener("online", () => { show(); toast(text("backOnline"), "success"); });
}
