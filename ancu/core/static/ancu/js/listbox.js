// The list under a box one types in: the ARIA combobox pattern, shared by combobox.js and lookup.js.
import { text } from "./texts.js";

let count = 0;

/**
 * Makes `input` a combobox. `find(words)` gives (a promise of) [{value, label, note}] or a sentence to show;
 * `pick(item)` is told what was chosen.
 * @param {HTMLInputElement} input
 * @param {{ find: (words: string) => any; pick: (item: any) => void }} options
 */
export function listbox(input, { find, pick }) {
  const list = document.createElement("ul");
  list.className = "combo-list";
  list.id = `combo-${++count}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text("suggestions"));
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  input.parentElement?.append(list, spoken);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": list.id,
    "aria-autocomplete": "list",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  }))
    input.setAttribute(name, value);

  /** @type {ListItem[]} */
  let items = [];
  let at = -1;
  let lastRequest = 0;

  /** @param {number} next */
  function mark(next) {
    at = next;
    for (const [index, row] of [...list.children].entries())
      if (!row.hasAttribute("aria-disabled")) row.setAttribute("aria-selected", String(index === at));
    if (at >= 0) {
      input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }
  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }
  /** @param {number} index */
  function choose(index) {
    const item = items[index];
    close();
    if (item) pick(item);
  }
  /**
   * @param {ListItem} item
   * @param {number} index
   */
  function row(item, index) {
    const element = document.createElement("li");
    element.id = `${list.id}-${index}`;
    element.setAttribute("role", "option");
    if (item.isLast) element.className = "last-frequent";
    element.append(item.label);
    if (item.note) {
      const note = document.createElement("span");
      note.className = "note";
      note.textContent = item.note;
      element.append(" ", note);
    }
    element.addEventListener("pointerdown", (event) => event.preventDefault());
    element.addEventListener("click", () => choose(index));
    return element;
  }
  /** @param {string} words */
  function sentence(words) {
    const element = document.createElement("li");
    element.setAttribute("role", "option");
    element.setAttribute("aria-disabled", "true");
    element.textContent = words;
    return element;
  }
  async function open() {
    const mine = ++lastRequest;
    items = []; // what was listed for other words is not to be chosen any more
    mark(-1);
    const results = await find(input.value);
    if (mine !== lastRequest || document.activeElement !== input) return;
    items = Array.isArray(results) ? results : [];
    list.replaceChildren(
      ...(items.length ? items.map(row) : [sentence(Array.isArray(results) ? text("noMatch") : results)]),
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    spoken.textContent = items.length ? text("matches", { n: items.length }) : list.textContent;
    mark(items.length && input.value ? 0 : -1);
  }
  input.addEventListener("input", open);
  input.addEventListener("click", () => {
    if (list.hidden) open();
  });
  input.addEventListener("blur", () => {
    lastRequest++;
    close();
  });
  input.addEventListener("keydown", (event) => {
    // Tab only goes on: it chooses nothing
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        open();
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (items.length) mark((at + step + items.length) % items.length);
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      choose(at);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return { close };
}
