// A handing over that was just entered is on a phone that is ready before its officer leaves: this page comes after entering.
import { takeMissing } from "../oversight/visits.js";
import { begun } from "../stays/offline.js";
import { isReady } from "../stays/queue.js";

const root = document.querySelector("[data-handing-along]");

await begun;
if (await isReady()) await takeMissing("handings", (handing) => handing.id === Number(root.dataset.handingAlong));
root.dataset.taken = "there";
