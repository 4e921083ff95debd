// A paper by the phone's camera: the same field, opened on the camera instead of on the files. Chosen is meant: when the
// last part has arrived (resumable.js), it is put in its place.

/** @param {any} button */
function addCamera(button) {
  const input = button.closest("form").querySelector('input[type="file"]');
  if (!("capture" in input)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    input.setAttribute("capture", button.dataset.camera);
    input.click();
    input.removeAttribute("capture");
  });
}

// A file goes as soon as it is chosen: without one there is nothing to send.
/** @param {HTMLFormElement} form */
function offerSending(form) {
  const input = form.querySelector('input[type="file"]');
  const button = form.querySelector("[data-send]");
  const show = () => {
    button.hidden = !input.files?.length;
  };
  input.addEventListener("change", show);
  show();
}

/** @param {ParentNode} root */
function enhance(root) {
  root.querySelectorAll("[data-camera]").forEach(addCamera);
  for (const form of root.querySelectorAll("[data-paper-form]")) {
    offerSending(form);
    form.addEventListener("ancu:paper", () => form.requestSubmit(form.querySelector("[data-send]")));
  }
  document.getElementById(location.hash.slice(1))?.focus();
}

enhance(document);
document.addEventListener("ancu:added", (event) => enhance(event.detail));
