// input[data-lookup data-source="/url"]: suggestions from the server; the picked one's code goes to the hidden
// field beside. Without script, or without network, the words alone are sent and the server finds the rest. The page
// draws the box around both (ui/lookup.html): a moved input loses its focus, and a person may type before this script comes.

import { listbox } from "./listbox.js";
import { text, unenhanced } from "./texts.js";

const WAIT_MS = 180;
const MIN_SIGNS = 2;

/** @param {HTMLInputElement} input */
function build(input) {
  const code = input.parentElement?.querySelector("[data-lookup-code]");
  /** @type {AbortController | null} */
  let waiting = null;
  /** @param {string} typed */
  async function find(typed) {
    const words = typed.trim();
    if (words.length < MIN_SIGNS) return text("typeMore");
    waiting?.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    await new Promise((resolve) => {
      setTimeout(resolve, WAIT_MS);
    });
    if (signal.aborted) return [];
    try {
      const url = new URL(String(input.dataset.source), location.href);
      url.searchParams.set("q", words);
      const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
      if (!answer.ok) return text("lookupFailed");
      return (await answer.json()).results;
    } catch {
      return signal.aborted ? [] : text("lookupFailed");
    }
  }
  listbox(input, {
    find,
    pick: (item) => {
      input.value = item.label;
      if (code) code.value = item.value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
  input.addEventListener("input", () => {
    if (code) code.value = "";
  });
  const isTypedIn = document.activeElement === input && input.value !== input.defaultValue;
  if (isTypedIn) input.dispatchEvent(new Event("input")); // before this script came: suggestions for it
}

/** @param {ParentNode} root */
export function enhance(root) {
  for (const input of unenhanced(root, "input[data-lookup]", "Lookup")) build(input);
}
