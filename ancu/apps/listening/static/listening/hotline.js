// The operator's keys: Ctrl+Enter takes the call in, Alt+1…6 puts it to a petition that is here, Alt+N begins anew.
const form = document.querySelector("form[data-hotline]");
const to = form.elements.to;

function putTo(number) {
  to.value = number;
  form.requestSubmit();
}

form.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("data-hotline-send")) to.value = "";
});
document.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("[data-hotline-to]");
  if (chosen) putTo(chosen.dataset.hotlineTo);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-hotline-send]"));
  } else if (event.altKey && /^Digit[1-6]$/.test(event.code)) {
    const chosen = document.querySelectorAll("[data-hotline-to]")[Number(event.code.slice(5)) - 1];
    if (chosen) { event.preventDefault(); putTo(chosen.dataset.hotlineTo); }
  } else if (event.altKey && event.code === "KeyN") {
    event.preventDefault();
    form.reset();
    form.elements.phone.focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
if (!form.hasAttribute("data-bound")) form.elements.phone.focus();
