// A survey's form: questions that hang on an answer beside them come and go; whether what was answered is kept is said.

/**
 * Does so for one form, now and whenever it tells "survey:fill".
 * @param {HTMLFormElement} form
 */
export function enhance(form) {
  const hanging = [...form.querySelectorAll("[data-only-if]")];
  /** @param {string} name */
  const chosen = (name) =>
    [...form.querySelectorAll(`[name="${name}"]:checked`)]
      .filter((field) => !field.closest("[data-q]").hidden)
      .map((field) => field.value);

  const show = () => {
    for (const box of hanging) {
      const [on, options] = box.dataset.onlyIf.split(":");
      const values = options.split(",");
      box.hidden = !chosen(on).some((value) => values.includes(value));
      box.querySelector(".survey-condition").hidden = true;
    }
  };
  /**
   * "None" takes the other answers back, and each of them takes "none" back.
   * @param {{ target: any }} options
   */
  const exclude = ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    for (const checkbox of form.querySelectorAll(`[type=checkbox][name="${target.name}"]:checked`)) {
      if (checkbox !== target && ("alone" in target.dataset || "alone" in checkbox.dataset)) checkbox.checked = false;
    }
  };
  if (!form.dataset.excludes) {
    // a phone draws the questions anew in the same form
    form.dataset.excludes = "on";
    form.addEventListener("change", exclude);
  }
  form.addEventListener("change", show);
  form.addEventListener("survey:fill", show);
  show();

  const savedNote = form.querySelector("[data-saved]");
  savedNote?.addEventListener("htmx:afterRequest", (/** @type {CustomEvent} */ event) => {
    savedNote.textContent = event.detail.successful ? savedNote.dataset.savedText : savedNote.dataset.failedText;
  });
  // It is told here: a note at the edge, one more with each answer, would lie over the button that sends.
  for (const failed of ["htmx:sendError", "htmx:responseError"])
    savedNote?.addEventListener(failed, (/** @type {Targeted} */ event) => event.stopPropagation());
}

/** @param {ParentNode} root */
const enhanceAll = (root) => root.querySelectorAll("form[data-survey]").forEach(enhance);

enhanceAll(document);
document.addEventListener("ancu:added", (event) => enhanceAll(event.detail));
