// The QR of a slip carries the code after "#", which no server sees: it is typed into the form, taken out of the
// address, and sent with it.

const form = document.querySelector("form[data-look-up]");
const code = decodeURIComponent(location.hash.slice(1));

if (form && code) {
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
}
