// Which form it is, on this page and when the server sends it back: by its own name, else by where it goes and which of
// those that go there it is.

/** @param {HTMLFormElement} form */
const goal = (form) => {
  const { pathname, search } = new URL(form.getAttribute("action") || location.href, location.href);
  return pathname + search;
};

/** @param {HTMLFormElement} form */
export function keyOf(form) {
  if (form.dataset.draft) return form.dataset.draft;
  const address = goal(form);
  const alike = [...(form.closest("#main") ?? document).querySelectorAll("form")].filter(
    (candidate) => goal(candidate) === address,
  );
  return `${address}#${alike.indexOf(form)}`;
}
