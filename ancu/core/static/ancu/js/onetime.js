// A double tap is one tap.
const GRACE_MS = 400; // the second tap of two

/** A handler that does `act` once, however often it is called while that runs and just after. */
export function oneAtATime(act) {
  let isRunning = false;
  return async (event) => {
    event.preventDefault();
    if (isRunning) return;
    isRunning = true;
    try { await act(event); } finally { setTimeout(() => { isRunning = false; }, GRACE_MS); }
  };
}
