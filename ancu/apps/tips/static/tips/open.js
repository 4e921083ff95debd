// What stands open on a handler's screen goes when he does: after a quarter of an hour without a key or a touch the page
// gives way to the one that asks for the passphrase. While he reads or writes, tips stay unlocked.
import "./once.js";

const MINUTE = 60_000;
const IDLE = 15 * MINUTE; // as services/unlocking.py has it
const ASK = 5 * MINUTE;
const { keys, unlock } = document.querySelector("[data-open-tips]").dataset;
let touched = Date.now();
let renewedAt = touched;

for (const kind of ["keydown", "pointerdown", "scroll", "input"]) {
  addEventListener(
    kind,
    () => {
      touched = Date.now();
    },
    { passive: true, capture: true },
  );
}

/** Which page is asked for does not matter: any that looks at the key lengthens its time. This one leaves no record. */
function stay() {
  renewedAt = Date.now();
  fetch(keys, { method: "HEAD" }).catch(() => null);
}

setInterval(() => {
  const now = Date.now();
  if (now - touched >= IDLE) location.replace(`${unlock}?next=${encodeURIComponent(location.pathname)}`);
  else if (touched > renewedAt && now - renewedAt >= ASK) stay();
}, MINUTE / 4);
