// Files are looked at before they are sent: how many, how large, of which kind, as the field's attributes say.
import { clearWrong, markWrong } from "./errors.js";
import { text, unenhanced } from "./texts.js";

const MEGABYTE = 1024 * 1024;

/**
 * @param {File} file
 * @param {string} accept
 */
function isKind(file, accept) {
  const name = file.name.toLowerCase();
  return accept
    .split(",")
    .map((type) => type.trim().toLowerCase())
    .some((type) =>
      type.startsWith(".")
        ? name.endsWith(type)
        : type.endsWith("/*")
          ? file.type.startsWith(type.slice(0, -1))
          : file.type === type,
    );
}

/** @type {Record<string, string>} */
const NAMES = { JPG: "JPEG", HEIF: "HEIC", TIF: "TIFF", HTM: "HTML" };
/** @type {Record<string, string[]>} */
const MEDIA = { "image/*": [".jpeg", ".png", ".heic"], "audio/*": [".mp3", ".m4a"], "video/*": [".mp4", ".mov"] }; // what these come to with us

/**
 * The kinds as people call them: "PDF, JPEG, PNG, HEIC". Media types stand beside their endings and say nothing more.
 * @param {string} accept
 */
function kindsOf(accept) {
  const endings = accept
    .split(",")
    .map((type) => type.trim())
    .flatMap((type) => MEDIA[type] ?? (type.startsWith(".") ? [type] : []));
  const kinds = endings.map((ending) => ending.slice(1).toUpperCase()).map((name) => NAMES[name] ?? name);
  return [...new Set(kinds)].join(", ") || accept;
}

/**
 * What is wrong with the files chosen in `input`, in words; "" when nothing is.
 * @param {FileInput} input
 */
export function wrongWith(input) {
  const files = [...input.files];
  const { most, maxBytes = input.form?.dataset.maxBytes, maxTotal } = input.dataset;
  if (most && files.length > Number(most)) return text("filesTooMany", { n: most });
  const large = files.find((file) => maxBytes && file.size > Number(maxBytes));
  if (large) return text("fileTooLarge", { name: large.name, n: Math.round(Number(maxBytes) / MEGABYTE) });
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (maxTotal && total > Number(maxTotal))
    return text("filesTooLarge", { n: Math.round(Number(maxTotal) / MEGABYTE) });
  const strange = input.accept && files.find((file) => file.name && !isKind(file, input.accept));
  return strange ? text("fileKind", { name: strange.name, kinds: kindsOf(input.accept) }) : "";
}

/**
 * Says so beside the field, or takes back what was said; whether the files may be sent.
 * @param {FileInput} input
 */
export function check(input) {
  const words = wrongWith(input);
  const box = input.closest(".field, .drop") ?? input.parentElement;
  const id = `${input.id || input.name}-files-error`;
  if (words) markWrong(box, input, id, words);
  else clearWrong(box, input, id);
  return !words;
}

/** @type {HTMLFormElement | null} */
let sent = null; // the form with files whose answer, which htmx got, takes a place in the page now

/** @param {CustomEvent<any>} options */
function onSwap({ detail }) {
  const form = detail.requestConfig?.elt?.closest("form");
  sent = [...(form?.querySelectorAll("input[type=file]") ?? [])].some((input) => input.files.length) ? form : null;
}

/** @param {CustomEvent<any>} options */
async function onSwapped({ detail }) {
  const form = sent;
  if (form) (await import("./page.js")).keepFilesOf(form, detail.elt);
}

let isListening = false;

function listen() {
  if (isListening) return;
  isListening = true;
  document.body.addEventListener("htmx:beforeSwap", onSwap);
  document.body.addEventListener("htmx:load", onSwapped);
}

/** @param {ParentNode} root */
export function enhance(root) {
  listen();
  for (const field of unenhanced(root, "input[type=file]", "Filecheck")) {
    const input = /** @type {FileInput} */ (field);
    input.addEventListener("change", () => check(input));
    if (input.files.length) check(input); // chosen before this script came
  }
}
