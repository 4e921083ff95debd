// Ready reasons above the reason of a decision: a press, or Alt and a digit, writes one into the fields below.

/** @param {ParentNode} root */
function show(root) {
  for (const list of root.querySelectorAll("[data-ready]")) list.hidden = false;
}

/**
 * Writes a ready reason on a line of its own, once, and its article beside those of other ready reasons. An article that
 * the officer wrote stays.
 * @param {any} button
 */
function write(button) {
  const form = button.closest("form");
  const reason = form?.querySelector("textarea[name=reason]");
  if (!reason) return;
  const { readyText, readyArticle } = button.dataset;
  /** @type {string[]} */
  const written = reason.value.split("\n");
  const lines = written.filter((line) => line.trim() !== "");
  if (!lines.includes(readyText)) reason.value = [...lines, readyText].join("\n");
  const article = form.querySelector("input[name=article]");
  if (article) writeArticle(article, readyArticle);
  reason.dispatchEvent(new Event("input", { bubbles: true }));
  reason.focus();
}

/**
 * @param {HTMLInputElement} field
 * @param {string} article
 */
function writeArticle(field, article) {
  const chosen = field.dataset.ready ?? "";
  if (![field.defaultValue, chosen].includes(field.value)) return;
  const articles = new Set([...(chosen && field.value === chosen ? chosen.split("; ") : []), article]);
  const joined = [...articles].join("; ");
  if (field.maxLength > 0 && joined.length > field.maxLength) return;
  field.value = field.dataset.ready = joined;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {any} event */
function click(event) {
  const button = event.target.closest?.("[data-ready-text]");
  if (button) write(button);
}

/** @param {any} event */
function press(event) {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (!event.altKey || event.ctrlKey || event.metaKey || !digit) return;
  const lists = [...document.querySelectorAll("[data-ready]")].filter((list) => list.offsetParent);
  const button = lists.at(-1)?.querySelectorAll("[data-ready-text]")[Number(digit) - 1];
  if (!button) return;
  event.preventDefault();
  write(button);
}

document.addEventListener("click", click);
document.addEventListener("keydown", press);
document.addEventListener("htmx:load", (/** @type {any} */ event) => show(event.target));
show(document);
