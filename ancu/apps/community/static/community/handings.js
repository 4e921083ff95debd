// What an officer's phone takes along of programmes of help: handings over that nobody confirmed yet. Signatures wait in the
// phone's one queue, beside what else it keeps.
import { call } from "../stays/line.js";
import * as queue from "../stays/queue.js";

export const SEND = "/office/community/phone/send/";
export const TAKEN = "handings";

/** Seals them, to be read without a line; "done", or why not. Whoever keeps no ledger has none. */
export async function takeHandings() {
  const { state, answer } = await call("/office/community/phone/take/", { device: await queue.deviceId() });
  if (state === "conflict" && answer.code === "cut_off") await queue.lostKeys();
  if (state !== "ok") return state;
  await queue.keepDraft(TAKEN, answer.handings);
  return "done";
}

/** What is sent of one: the phone's own time of signing goes with it. */
export const signed = (entry, values) => ({ ...values, signed_at: new Date(entry.keyed).toISOString() });
