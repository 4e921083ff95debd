// Which forms have a draft: never those of passwords and codes. A form may give its draft a name (data-draft="key") or refuse
// it (data-draft="off"). What keeps drafts (`draft.js`) comes with the first form that has one: other pages weigh less.
import { unenhanced } from "./texts.js";

const TYPED = "input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=submit]), textarea, select";
const canKeep = Boolean(window.indexedDB && window.crypto?.subtle && window.BroadcastChannel);
/** @type {Promise<typeof import("./draft.js")> | null} */
let loading = null;

/** @param {HTMLFormElement} form */
function isKept(form) {
  const { draft } = form.dataset;
  const isPosted = form.getAttribute("method")?.toLowerCase() === "post";
  if (!canKeep || draft === "off" || (!isPosted && draft === undefined)) return false;
  if (
    form.matches("[role=search], [data-bulk]") ||
    form.querySelector("[type=password], [data-reveal], [data-submit-on-change]")
  )
    return false;
  if (draft === undefined && form.getAttribute("autocomplete") === "off") return false;
  return draft !== undefined || form.querySelector(TYPED) !== null;
}

function load() {
  loading ??= import("./draft.js").then((draft) => {
    draft.start();
    return draft;
  });
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

/** @param {ParentNode} root */
export function enhance(root) {
  const forms = unenhanced(root, "form:not([data-draft=off])", "Draft").filter(isKept);
  if (forms.length)
    load().then(
      (draft) => forms.filter((form) => form.isConnected).forEach(draft.begin),
      () => {},
    ); // offline: nothing is said to be kept
}

/** What was kept before is forgotten in time, whatever page is opened. */
export async function start() {
  const databases = canKeep ? await indexedDB.databases?.() : null;
  if (databases?.some(({ name }) => name === "ancu.drafts")) load().catch(() => {}); // the next page does it
}
