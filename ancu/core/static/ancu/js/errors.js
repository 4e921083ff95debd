// An error that a script finds, beside its field, as ui/field_notes.html draws the office's.

/**
 * Puts `words` under `control` in its `box`; the same `id` again takes the place of the former.
 * @param {HTMLElement} box
 * @param {HTMLElement} control
 * @param {string} id
 * @param {string} words
 */
export function markWrong(box, control, id, words) {
  clearWrong(box, control, id);
  const note = document.createElement("div");
  note.className = "err";
  note.id = id;
  note.textContent = words;
  box.append(note);
  box.classList.add("wrong");
  control.setAttribute("aria-invalid", "true");
  control.dataset.describedBefore ??= control.getAttribute("aria-describedby") ?? "";
  control.setAttribute("aria-describedby", `${id} ${control.dataset.describedBefore}`.trim());
}

/**
 * Takes it away; what the office wrote there stays until the form is sent again.
 * @param {HTMLElement} box
 * @param {HTMLElement} control
 * @param {string} id
 */
export function clearWrong(box, control, id) {
  const note = box.querySelector(`#${CSS.escape(id)}`);
  if (!note) return;
  note.remove();
  control.setAttribute("aria-describedby", control.dataset.describedBefore ?? "");
  if (box.querySelector(".err")) return;
  box.classList.remove("wrong");
  control.removeAttribute("aria-invalid");
}
