// A paper by the phone's camera: the same field, opened on the camera instead of on the files. Chosen is meant: when the
// last part has arrived (resumable.js), it is put in its place.

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

function enhance(root) {
  root.querySelectorAll("[data-camera]").forEach(addCamera);
  for (const form of root.querySelectorAll("[data-paper-form]")) {
    form.addEventListener("ancu:paper", () => form.requestSubmit(form.querySelector("[data-send]")));
  }
  document.getElementById(location.hash.slice(1))?.focus();
}

enhance(document);
document.addEventListener("ancu:fresh", (event) => enhance(event.detail));
