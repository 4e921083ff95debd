// The worker that is woken by an empty push message: it asks the house what kind of thing is new and shows that word.
// Its scope is /notifications/ alone; it keeps nothing and answers no request of any page.
const worker = /** @type {ServiceWorkerOfPages} */ (/** @type {unknown} */ (self));
const LIST = "/notifications/";
const UNKNOWN = { text: "Có điều mới · Something is new" }; // signed out, or without a connection

async function news() {
  try {
    const answer = await fetch(`${LIST}newest/`, { credentials: "same-origin", redirect: "error", cache: "no-store" });
    return answer.ok ? await answer.json() : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("push", (event) => {
  event.waitUntil(
    news().then(({ text }) =>
      worker.registration.showNotification("An Cư", { body: text, tag: "ancu", icon: "/static/stays/icon-192.png" }),
    ),
  );
});
worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(LIST));
});
