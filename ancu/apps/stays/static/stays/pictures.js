// A picture on its way: made smaller on the device, so that a bad line can carry it, and sent at once.

const LONG_SIDE = 2000;
const QUALITY = 0.85;
const SMALL = 700 * 1024; // sent as it is
const SECONDS = 60;

/**
 * A JPEG of at most 2000 pixels; what the browser cannot open is left to the server to judge.
 * @param {File} file
 * @returns {Promise<Blob>}
 */
export async function smaller(file) {
  if (file.size <= SMALL && file.type === "image/jpeg") return file;
  try {
    const picture = await createImageBitmap(file);
    const part = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * part);
    canvas.height = Math.round(picture.height * part);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file;
  }
}

/**
 * Posts one picture; the answer as {ok, status, text}. Throws when the connection broke.
 * @param {string} url
 * @param {string} token
 * @param {Blob | null} picture
 * @param {Record<string, any>} [more]
 * @returns {Promise<{ ok: boolean; status: number; text: string }>}
 */
export async function post(url, token, picture, more = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(more)) body.append(name, value);
  if (picture) body.append("picture", picture, "picture.jpg");
  const headers = { "X-CSRFToken": token, "X-Requested-With": "fetch" };
  const response = await fetch(url, {
    method: "POST",
    body,
    headers,
    credentials: "same-origin",
    signal: AbortSignal.timeout(SECONDS * 1000),
  });
  if (response.redirected) {
    location.assign(response.url);
    return new Promise(() => {});
  } // signed out meanwhile
  if (response.status >= 500) throw new Error(String(response.status));
  return { ok: response.ok, status: response.status, text: await response.text() };
}

/**
 * What the server drew, as elements; it is our own page's part, never anything a stranger wrote.
 * @param {string} html
 */
export function elements(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.children];
}

/**
 * Files dropped on `zone` go to `take`.
 * @param {WithData} zone
 * @param {(files: File[]) => void} take
 */
export function acceptDrops(zone, take) {
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer?.files.length) take([...event.dataTransfer.files]);
  });
}

/**
 * Two buttons in place of the field: the camera takes one picture, the other opens the pictures there are.
 * @param {WithData} zone
 * @param {HTMLInputElement} input
 * @param {(files: File[]) => void} take
 */
export function buttons(zone, input, take) {
  /** @param {boolean} camera */
  const open = (camera) => {
    input.toggleAttribute("multiple", !camera);
    if (camera) input.setAttribute("capture", "environment");
    else input.removeAttribute("capture");
    input.click();
  };
  zone.querySelector("[data-photo-camera]").addEventListener("click", () => open(true));
  zone.querySelector("[data-photo-choose]").addEventListener("click", () => open(false));
  zone.querySelector("[data-photo-buttons]").hidden = false;
  input.hidden = true;
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // the form is sent without it, and the same picture may be chosen again
    if (files.length) take(files);
  });
}

/**
 * Runs `work` for each of `items`, two at a time: while one is read the next is on its way.
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<unknown>} work
 */
export async function each(items, work) {
  const pending = [...items];
  const hand = async () => {
    while (pending.length) await work(/** @type {T} */ (pending.shift()));
  };
  await Promise.all([hand(), hand()]);
}
