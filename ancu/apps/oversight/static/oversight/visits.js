// What an officer's phone takes along, and how it is sent: checklists of inspections, and interviews of surveys; once each,
// by their reference.
import { call } from "../stays/line.js";
import * as queue from "../stays/queue.js";
import { SEND as INTERVIEWS, takeSurveys } from "../surveys/interviews.js";

const FRESH_MS = 5 * 60_000;

queue.workOn({
  path: (values) => ("survey" in values ? INTERVIEWS : "/office/inspections/phone/send/"),
  body: (entry, values) => values,
  sent: ({ reference, keyed }, { inspection }) => ({ reference, keyed, state: "sent", sentAt: Date.now(), inspection }),
  refresh: take,
});

async function take({ force = false } = {}) {
  const age = Date.now() - ((await queue.guestsAt()) ?? 0);
  if (!force && age >= 0 && age < FRESH_MS) return "done";
  const { state, answer } = await call("/office/inspections/phone/take/", { device: await queue.deviceId() });
  if (state === "conflict" && answer.code === "cut_off") await queue.lostKeys();
  if (state !== "ok") return state;
  const surveys = await takeSurveys();
  return surveys === "done" ? queue.takeAlong(answer.visits) : surveys;
}
