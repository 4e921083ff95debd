// A double tap is one tap.
const GRACE_MS = 400; // the second tap of two

/**
 * A handler that does `act` once, however often it is called while that runs and, once it was done (true), just after.
 * @param {(event: Event) => Promise<boolean>} act
 * @returns {(event: Event) => Promise<void>}
 */
export function oneAtATime(act) {
  let isRunning = false;
  return async (event) => {
    event.preventDefault();
    if (isRunning) return;
    isRunning = true;
    let isDone = false;
    try {
      isDone = await act(event);
    } finally {
      whenOver(isDone ? GRACE_MS : 0, () => {
        isRunning = false;
      });
    }
  };
}

/**
 * After the grace, or once something is typed: the next tap is then for that, and no second one.
 * @param {number} grace
 * @param {() => void} free
 */
function whenOver(grace, free) {
  const timer = setTimeout(end, grace);
  addEventListener("input", end, true);
  function end() {
    clearTimeout(timer);
    removeEventListener("input", end, true);
    free();
  }
}
