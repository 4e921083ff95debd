// Ready reasons above the reason of a decision: a press, or Alt and a digit, writes one into the fields below.

/** @param {ParentNode} root */
function show(root) {
  for (const list of root.querySelectorAll("[data-ready]")) list.hidden = false;
}

/**
 * Writes a ready reason on a line of its own, once, and its article where the officer has not written one.
 * @param {any} button
 */
function write(button) {
  const form = button.closest("form");
  const reason = form?.querySelector("textarea[name=reason]");
  if (!reason) return;
  /** @type {string[]} */
  const written = reason.value.split("\n");
  const lines = written.filter((line) => line.trim() !== "");
  if (!lines.includes(button.dataset.readyText)) lines.push(button.dataset.readyText);
  reason.value = lines.join("\n");
  const article = form.querySelector("input[name=article]");
  const isOwn = article && ![article.defaultValue, article.dataset.ready ?? ""].includes(article.value);
  if (article && !isOwn) {
    article.value = button.dataset.readyArticle;
    article.dataset.ready = article.value;
    article.dispatchEvent(new Event("input", { bubbles: true }));
  }
  reason.dispatchEvent(new Event("input", { bubbles: true }));
  reason.focus();
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
