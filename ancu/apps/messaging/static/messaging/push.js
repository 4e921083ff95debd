// "Tell me on this device": asks the browser for leave, subscribes with the office's key, and gives us the address.
const box = document.querySelector("[data-push]");
/** @param {string} name */
const say = (name) => {
  box.querySelector("[data-push-said]").textContent = box.dataset[name];
};

/** @param {string} text */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const worker = await navigator.serviceWorker.register(box.dataset.worker, {
    scope: box.dataset.scope,
    updateViaCache: "none",
  });
  const old = await worker.pushManager.getSubscription();
  await old?.unsubscribe(); // made with an older key, perhaps
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(box.dataset.push),
  });
  const body = new URLSearchParams({ endpoint: subscription.endpoint });
  const headers = { "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] };
  const answer = await fetch(box.dataset.register, { method: "POST", body, headers });
  if (answer.ok) location.reload();
  else say("failed");
}

if (box && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  const button = box.querySelector("button");
  button.hidden = false;
  say("offer");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await subscribe();
    } catch {
      say("failed");
    } finally {
      button.disabled = false;
    }
  });
}
