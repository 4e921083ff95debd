// A paper by the phone's camera: the same field, opened on the camera instead of on the files.

for (const button of document.querySelectorAll("[data-camera]")) {
  const form = button.closest("form");
  const input = form.querySelector('input[type="file"]');
  if (!("capture" in input)) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    input.setAttribute("capture", button.dataset.camera);
    input.click();
    input.removeAttribute("capture");
  });
}

// Chosen is meant: when the last part has arrived (resumable.js), it is put in its place.
for (const form of document.querySelectorAll("[data-paper-form]")) {
  form.addEventListener("ancu:paper", () => form.requestSubmit(form.querySelector("[data-send]")));
  form.addEventListener("submit", () => form.classList.add("busy"));
}

const there = document.getElementById(location.hash.slice(1));
there?.focus();
