// form[data-photos]: the pictures of a group, each sent as soon as it is chosen, each with its own progress.
/**
 * @typedef {[HTMLElement, number, File]} Work its row, its place in the group, the picture
 * @typedef {{
 *   group: Promise<{ add: string; group: string }> | null, next: number, all: number, done: number, excess: number, pending: number,
 *   running: Promise<unknown> | null, waited: boolean,
 * }} PhotoState
 */
import { unenhanced } from "../ancu/js/texts.js";
import { acceptDrops, buttons, each, elements, post, smaller } from "./pictures.js";

/**
 * @param {HTMLFormElement} form
 * @returns {string}
 */
const token = (form) => form.elements.csrfmiddlewaretoken.value;
/**
 * @param {HTMLFormElement} form
 * @param {string} key
 * @param {Record<string, any>} values
 */
const phrase = (form, key, values) =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), form.dataset[key] ?? "");

/**
 * @param {number} position
 * @param {string} sentence
 */
function line(position, sentence) {
  const item = document.createElement("li");
  item.dataset.position = String(position);
  item.innerHTML =
    '<div class="row-item"><span class="muted num"></span><span class="grow" role="status"></span></div>';
  item.querySelector(".num").textContent = position;
  item.querySelector(".grow").textContent = sentence;
  return item;
}

/**
 * The group on the server, begun with its first picture.
 * @param {HTMLFormElement} form
 * @param {PhotoState} state
 * @returns {Promise<{ add: string; group: string }>}
 */
function begin(form, state) {
  state.group ??= form.dataset.add
    ? Promise.resolve({ add: form.dataset.add, group: String(form.dataset.then) })
    : post(String(form.dataset.start), token(form), null).then((answer) => JSON.parse(answer.text));
  state.group.catch(() => {
    state.group = null;
  });
  return state.group;
}

/**
 * @param {HTMLFormElement} form
 * @param {PhotoState} state
 * @param {HTMLElement} item
 * @param {number} position
 * @param {File} file
 */
async function send(form, state, item, position, file) {
  const words = item.querySelector(".grow");
  state.pending += 1;
  words.textContent = phrase(form, "sending", { n: position });
  try {
    const group = await begin(form, state);
    form.action = group.group;
    const picture = await smaller(file);
    words.textContent = phrase(form, "reading", { n: position });
    const answer = await post(group.add, token(form), picture, { position });
    if (!answer.ok) throw new Error(String(answer.status));
    item.replaceWith(...elements(`<ul>${answer.text}</ul>`).flatMap((list) => [...list.children]));
    state.done += 1;
  } catch {
    words.textContent = phrase(form, "broken", { n: position });
    const retryButton = document.createElement("button");
    Object.assign(retryButton, { type: "button", className: "btn", textContent: form.dataset.again });
    words.append(" ", retryButton);
    retryButton.addEventListener("click", () => run(form, state, [[item, position, file]]));
  }
  state.pending -= 1;
  tell(form, state);
}

/**
 * @param {HTMLFormElement} form
 * @param {PhotoState} state
 */
function tell(form, state) {
  const bar = form.querySelector("[data-photo-progress]");
  bar.hidden = false;
  Object.assign(bar, { max: state.all, value: state.done });
  const full = state.excess ? `. ${phrase(form, "full", { most: form.dataset.most })}` : "";
  form.querySelector("[data-photo-text]").textContent =
    phrase(form, "progress", { n: state.done, all: state.all }) + full;
}

/**
 * @param {HTMLFormElement} form
 * @param {PhotoState} state
 * @param {Work[]} work
 */
function run(form, state, work) {
  state.running = Promise.all([
    state.running,
    each(work, ([item, position, file]) => send(form, state, item, position, file)),
  ]);
  return state.running;
}

/**
 * @param {HTMLFormElement} form
 * @param {PhotoState} state
 * @param {File[]} files
 */
function take(form, state, files) {
  const rows = form.querySelector("[data-photo-rows]");
  const room = Number(form.dataset.most) - rows.children.length;
  state.excess = Math.max(0, files.length - room);
  const work = files.slice(0, Math.max(0, room)).map((file) => {
    const position = state.next++;
    const item = line(position, phrase(form, "sending", { n: position }));
    rows.append(item);
    return /** @type {Work} */ ([item, position, file]);
  });
  state.all += work.length;
  state.waited = false;
  tell(form, state);
  return run(form, state, work);
}

/** @param {HTMLFormElement} form */
function takePictures(form) {
  const zone = form.querySelector("[data-photo-zone]");
  const input = form.querySelector('input[type="file"]');
  /** @type {PhotoState} */
  const state = {
    group: null,
    next: Number(form.dataset.next),
    all: 0,
    done: 0,
    excess: 0,
    pending: 0,
    running: null,
    waited: false,
  };
  buttons(zone, input, (files) => take(form, state, files));
  acceptDrops(zone, (files) => take(form, state, files));
  form.addEventListener("submit", async (event) => {
    if (state.waited || (!state.pending && state.done === state.all)) return;
    event.preventDefault(); // what is on its way is waited for
    form.classList.add("busy");
    await state.running;
    form.classList.remove("busy");
    state.waited = true; // pressed again, it goes on without what did not arrive
    if (state.done < state.all) form.querySelector("[data-photo-rows] button")?.focus();
    else setTimeout(() => form.requestSubmit()); // not within the event, where the browser ignores it
  });
}

/** @param {ParentNode} root */
const enhance = (root) => unenhanced(root, "form[data-photos]", "Photos").forEach(takePictures);

enhance(document.body);
document.addEventListener("ancu:added", (event) => enhance(event.detail));
