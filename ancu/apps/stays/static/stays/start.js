// On every page of a lodging, and small: a browser that never kept anything has nothing to load.
import { forgetAlong, isInUse, leave } from "./store.js";

/**
 * On signing out what was taken along, the lock and the key go; what is not sent yet stays, sealed until its person is back.
 * @param {HTMLFormElement} form
 */
function onLogout(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      leave();
      await forgetAlong();
      await (await import("./worker_key.js")).forget();
    } finally {
      form.submit();
    }
  });
}

if (isInUse()) {
  document.querySelectorAll("form[data-logout]").forEach(onLogout);
  import(document.getElementById("phone")?.dataset.begin ?? "./offline.js");
}
