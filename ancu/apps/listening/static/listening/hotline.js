// The operator's keys: Ctrl+Enter takes the call in, Alt+1…6 puts it to a petition that is here, Alt+N begins anew.
const formOfPage = () => document.querySelector("form[data-hotline]");

/** @param {string} number */
function putTo(number) {
  const form = formOfPage();
  form.elements.to.value = number;
  form.requestSubmit();
}

/** @param {HTMLFormElement} form */
function beginAnew(form) {
  form.reset();
  form.elements.phone.focus();
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function enhance() {
  const form = formOfPage();
  if (!form) return;
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-hotline-send")) form.elements.to.value = "";
  });
  if (!form.hasAttribute("data-bound")) form.elements.phone.focus();
}

document.addEventListener("click", (/** @type {Targeted} */ event) => {
  const choice = event.target.closest?.("[data-hotline-to]");
  if (choice) putTo(choice.dataset.hotlineTo);
});
document.addEventListener("keydown", (event) => {
  const form = formOfPage();
  if (!form) return;
  if (event.ctrlKey && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-hotline-send]"));
  } else if (event.altKey && /^Digit[1-6]$/.test(event.code)) {
    const choice = document.querySelectorAll("[data-hotline-to]")[Number(event.code.slice(5)) - 1];
    if (choice) {
      event.preventDefault();
      putTo(choice.dataset.hotlineTo);
    }
  } else if (event.altKey && event.code === "KeyN") {
    event.preventDefault();
    beginAnew(form);
  }
});
enhance();
document.addEventListener("ancu:added", (event) => {
  if (event.detail.querySelector("form[data-hotline]")) enhance();
});
