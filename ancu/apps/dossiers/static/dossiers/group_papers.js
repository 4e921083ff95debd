// form[data-each]: the chosen files are sent one after the other, and each gets its row: whose it is, or why it was not
// stored. A file whose connection broke can be sent again. Without script the form sends all of them together.
import { NotSignedIn, reach } from "../ancu/js/reach.js";
import { unenhanced } from "../ancu/js/texts.js";

/**
 * @param {string} name
 * @param {string} sentence
 */
function row(name, sentence) {
  const item = document.createElement("li");
  item.innerHTML =
    '<div class="row-item"><span class="grow"><b class="break"></b><span class="line"></span></span></div>';
  item.querySelector("b").textContent = name;
  item.querySelector(".line").textContent = sentence;
  return item;
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} item
 * @param {File} file
 */
async function send(form, item, file) {
  const body = new FormData(form);
  body.set("papers", file);
  item.querySelector(".line").textContent = form.dataset.sending ?? "";
  try {
    const answer = await reach(form.action, { body, headers: { "HX-Request": "true" } });
    if (!answer.isPage || answer.status !== 200) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    item.replaceWith(...page.body.querySelectorAll("li"));
  } catch (error) {
    item.querySelector(".line").textContent = form.dataset.broken ?? "";
    if (!(error instanceof NotSignedIn)) offerAgain(form, item, file);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} item
 * @param {File} file
 */
function offerAgain(form, item, file) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "btn", textContent: form.dataset.again });
  button.addEventListener("click", () => {
    button.remove();
    send(form, item, file);
  });
  item.querySelector(".row-item").append(button);
}

/** The numbers of stored papers, as the server counts them now. */
async function recount() {
  const answer = await reach(location.href, { method: "GET" });
  if (answer.status !== 200) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const section of document.querySelectorAll("section.paper"))
    section.querySelector("[data-each-count]").replaceWith(page.querySelector(`#${section.id} [data-each-count]`));
}

for (const form of unenhanced(document.body, "form[data-each]", "Each")) {
  form.addEventListener("submit", async (/** @type {SubmitEvent} */ event) => {
    const input = form.querySelector('input[type="file"]');
    const files = [...(input.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.value = "";
    const rows = form.nextElementSibling;
    const items = files.map((file) => row(file.name, ""));
    rows?.prepend(...items);
    for (const [place, file] of files.entries()) await send(form, items[place], file);
    await recount().catch(() => {});
  });
}
