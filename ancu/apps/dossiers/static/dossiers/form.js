// A step of the form: conditional fields, rows of tables, and saving what is typed as it is typed.
import { rebase, snapshot } from "../ancu/js/draft.js";
import { exchange } from "../ancu/js/exchange.js";
import { NotSignedIn, signIn } from "../ancu/js/reach.js";

const WAIT = 700; // ms of quiet before it is saved
const RESEND_AFTER = 10_000; // ms until what did not arrive is sent again
const MOST_KEYS = 8;

// ---- the keys of this window's saves: one that arrives late, or whose answer is lost, is not another window's

const SAVES = "ancu.saves"; // in the tab: the page after this one may be drawn before the last save arrives
let saveKeys = storedKeys();

function storedKeys() {
  try {
    return JSON.parse(sessionStorage.getItem(SAVES) ?? "null") ?? [];
  } catch {
    return [];
  }
}

/** @param {{ isForNextPage?: boolean }} [options] */
function addSaveKey({ isForNextPage = true } = {}) {
  saveKeys = [crypto.randomUUID(), ...saveKeys].slice(0, MOST_KEYS);
  try {
    if (isForNextPage) sessionStorage.setItem(SAVES, JSON.stringify(saveKeys));
  } catch {
    /* barred: for this page alone */
  }
  return saveKeys.join(" ");
}

// ---- conditional fields: the rulebook's shown_if, {"field": ["value", …]}, "*" meaning anything

/**
 * @param {HTMLFormElement} form
 * @param {string} key
 * @returns {string}
 */
function answerOf(form, key) {
  const control = form.elements[key];
  if (!control) return JSON.parse(form.dataset.answers || "{}")[key] ?? "";
  if (control instanceof RadioNodeList) return control.value;
  return control.type === "checkbox" ? (control.checked ? "true" : "") : control.value;
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string[]>} condition
 * @param {Set<string>} hidden
 */
function holds(form, condition, hidden) {
  return Object.entries(condition).every(([key, values]) => {
    const value = hidden.has(key) ? "" : String(answerOf(form, key));
    return value !== "" && (values.includes("*") || values.includes(value));
  });
}

// In the order of the form: a field whose own question is hidden counts as empty for those after it.
/** @param {HTMLFormElement} form */
function showAndHide(form) {
  const hidden = new Set();
  for (const part of form.querySelectorAll("[data-shown-if]")) {
    const isShown = holds(form, JSON.parse(part.dataset.shownIf), hidden);
    part.hidden = !isShown;
    if (!isShown) hidden.add(part.id.replace(/^field-/, ""));
  }
}

// ---- tables

/** @param {HTMLElement} table */
function rowsOf(table) {
  return [...table.querySelectorAll("[data-table-row]")];
}

/** @param {HTMLElement} table */
function refresh(table) {
  table.querySelector("[data-row-add]").hidden = rowsOf(table).length >= Number(table.dataset.most);
  for (const button of table.querySelectorAll("[data-row-remove]")) button.hidden = false;
}

/** @param {HTMLElement} table */
function addRow(table) {
  const count = table.querySelector("[data-rows-count]");
  const blank = table.querySelector("[data-table-blank]");
  const holder = document.createElement("div");
  holder.innerHTML = blank.innerHTML.replaceAll("__row__", count.value); // our own template, numbered
  const row = /** @type {HTMLElement} */ (holder.firstElementChild);
  count.value = Number(count.value) + 1;
  table.querySelector("[data-table-rows]").append(row);
  document.dispatchEvent(new CustomEvent("ancu:added", { detail: row }));
  refresh(table);
  return row;
}

/**
 * The empty row after the filled ones is for those without script; here one is added with a button.
 * @param {HTMLElement} table
 */
function dropEmptyRow(table) {
  const rows = rowsOf(table);
  const last = rows.at(-1);
  const fields = [...(last?.querySelectorAll("input:not([type=hidden]), select, textarea") ?? [])];
  const isFilled = fields.some((field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked : field.value,
  );
  const isInUse = last?.querySelector(":focus, [aria-invalid=true]");
  if (rows.length > 1 && !isFilled && !isInUse) last.remove();
}

/**
 * A draft brings back fields of rows that are not there yet.
 * @param {HTMLFormElement} form
 * @param {string[]} names
 */
function addRowsFor(form, names) {
  for (const table of form.querySelectorAll("[data-table]")) {
    const numbers = names
      .map((name) => new RegExp(`^${table.dataset.table}-(\\d+)-`).exec(name)?.[1])
      .filter(Boolean)
      .map(Number);
    const count = table.querySelector("[data-rows-count]");
    while (Number(count.value) <= Math.max(-1, ...numbers) && !table.querySelector("[data-row-add]").hidden)
      addRow(table);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {() => void} changed
 */
function beginTables(form, changed) {
  for (const table of form.querySelectorAll("[data-table]")) {
    dropEmptyRow(table);
    refresh(table);
  }
  form.addEventListener("ancu:before-restore", (event) => addRowsFor(form, event.detail.names));
  form.addEventListener("click", (/** @type {Targeted} */ event) => {
    const add = event.target.closest("[data-row-add]");
    const remove = event.target.closest("[data-row-remove]");
    if (add) addRow(add.closest("[data-table]")).querySelector("input:not([type=hidden]), select, textarea")?.focus();
    if (!remove) return;
    const table = remove.closest("[data-table]");
    remove.closest("[data-table-row]").remove();
    refresh(table);
    table.querySelector("[data-row-add]").focus();
    changed();
  });
}

// ---- saving what is typed

/** Saves one form while it is typed in; one request at a time, so that a window never stands in its own way. */
class Autosave {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.address = String(form.dataset.autosave);
    this.revision = form.querySelector("[data-revision]");
    this.saveKeys = form.querySelector("[data-save-keys]");
    this.status = form.querySelector("[data-autosave-text]");
    this.timer = 0;
    this.isDirty = false;
    /** @type {Promise<void> | null} */
    this.running = null;
    this.isStopped = false; // another window saved since: this one must not
  }

  changed() {
    if (this.isStopped) return;
    this.isDirty = true;
    this.status.textContent = ""; // "saved" is not true of what is typed now
    this.later(WAIT);
  }

  /** @param {number} wait */
  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** @param {{ isForNextPage?: boolean }} options */
  body(options = {}) {
    this.saveKeys.value = addSaveKey(options);
    return new URLSearchParams(/** @type {any} */ (new FormData(this.form)));
  }

  async send() {
    const saved = snapshot(this.form);
    const answer = await exchange(this.address, { body: this.body() });
    if (answer.status === 409) {
      this.conflict();
      return;
    }
    if (answer.signIn) {
      this.offerSignIn(answer.signIn);
      throw new NotSignedIn();
    }
    if (answer.status !== 200) throw new Error(String(answer.status));
    const { revision, saved: words } = JSON.parse(await answer.text());
    this.revision.value = revision;
    rebase(this.form, saved);
    if (!this.isDirty) this.status.textContent = words;
  }

  async save() {
    if (this.running || !this.isDirty || this.isStopped) return;
    this.isDirty = false;
    /** @type {number | null} */
    let wait = WAIT;
    this.running = this.send()
      .catch((error) => {
        this.isDirty = true;
        wait = error instanceof NotSignedIn ? null : RESEND_AFTER;
      })
      .finally(() => {
        this.running = null;
      });
    await this.running;
    if (this.isDirty && wait !== null) this.later(wait);
  }

  /** The page goes. Only what the draft holds too may be written over by the next page, whose fields may be older. */
  saveAtLast() {
    clearTimeout(this.timer);
    if (!this.isDirty || this.isStopped) return;
    const body = this.body({ isForNextPage: "kept" in this.form.dataset });
    fetch(this.address, {
      method: "POST",
      body,
      keepalive: true,
      headers: { "X-Sent-By": "script" },
    }).catch(() => {});
  }

  conflict() {
    this.isStopped = true;
    this.status.textContent = "";
    const notice = this.form.querySelector("[data-autosave-conflict]");
    notice.hidden = false;
    notice.scrollIntoView({ block: "center" });
  }

  /**
   * Not asked for by the person: it is said, and opens when he wants.
   * @param {string} address
   */
  offerSignIn(address) {
    const notice = this.form.querySelector("[data-autosave-signin]");
    notice.hidden = false;
    notice.querySelector("button").onclick = async () => {
      try {
        await signIn(address);
      } catch {
        return;
      }
      notice.hidden = true;
      this.save();
    };
  }
}

/** @param {HTMLFormElement} form */
function enhance(form) {
  const autosave = new Autosave(form);
  const changed = () => {
    showAndHide(form);
    autosave.changed();
  };
  beginTables(form, changed);
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", async (event) => {
    clearTimeout(autosave.timer);
    if (!autosave.running) {
      autosave.isDirty = false;
      autosave.saveKeys.value = addSaveKey();
      return;
    }
    event.preventDefault();
    await autosave.running;
    autosave.isDirty = false;
    form.requestSubmit(event.submitter ?? undefined);
  });
  form.addEventListener("ancu:noline", () => {
    autosave.isDirty = true;
    autosave.later(RESEND_AFTER);
  });
  addEventListener("pagehide", () => autosave.saveAtLast());
  showAndHide(form);
}

/** Come from the check: the field itself takes the focus. */
function meet() {
  const part = document.getElementById(location.hash.slice(1));
  part?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

/** @param {ParentNode} root */
const enhanceAll = (root) => root.querySelectorAll("form[data-autosave]").forEach(enhance);

enhanceAll(document);
document.addEventListener("ancu:added", (event) => enhanceAll(event.detail));
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
meet();
// Once it has loaded, the browser goes to the address's fragment and takes the focus away.
addEventListener("load", () => setTimeout(() => document.activeElement === document.body && meet()));
