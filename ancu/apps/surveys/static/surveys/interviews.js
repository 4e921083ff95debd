// The surveys that an officer's phone takes along. Interviews wait in the phone's one queue, beside what else it keeps.
import { call } from "../stays/line.js";
import * as queue from "../stays/queue.js";

export const SEND = "/surveys/interviews/send/";
export const TAKEN = "surveys";

/** Seals the open surveys, to be read without a line; "done", or why not. */
export async function takeSurveys() {
  const { state, answer } = await call("/surveys/interviews/take/", { device: await queue.deviceId() });
  if (state === "conflict" && answer.code === "cut_off") await queue.lostKeys();
  if (state !== "ok") return state;
  await queue.keepDraft(TAKEN, answer.surveys);
  return "done";
}
