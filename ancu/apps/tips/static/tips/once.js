// What is shown once is not shown again by the way back or by reloading: the browser forgets the form that it came from,
// and a page that it kept whole is asked for anew.
const form = document.querySelector("[data-once]");
history.replaceState(null, "", form?.dataset.once ?? location.href);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
