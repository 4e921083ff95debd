// What an officer's phone takes along, and how it is sent: checklists of inspections, interviews of surveys, what is said in
// the room of a meeting, and signatures of those who received help; once each, by their reference.
import { SEND as SIGNATURES, signed, takeHandings } from "../community/handings.js";
import { SEND as ITEMS, takeRooms } from "../listening/rooms.js";
import { call } from "../stays/line.js";
import * as queue from "../stays/queue.js";
import { SEND as INTERVIEWS, takeSurveys } from "../surveys/interviews.js";

const FRESH_MS = 5 * 60_000;

const VISITS = "/office/inspections/phone/send/";

queue.workOn({
  path: (values) => ("survey" in values ? INTERVIEWS : "room" in values ? ITEMS : "handed" in values ? SIGNATURES : VISITS),
  body: (entry, values) => ("handed" in values ? signed(entry, values) : values),
  sent: ({ reference, keyed }, { inspection, item }) => ({ reference, keyed, state: "sent", sentAt: Date.now(), inspection, item }),
  refresh: take,
});

async function take({ force = false } = {}) {
  const age = Date.now() - ((await queue.guestsAt()) ?? 0);
  if (!force && age >= 0 && age < FRESH_MS) return "done";
  const { state, answer } = await call("/office/inspections/phone/take/", { device: await queue.deviceId() });
  if (state === "conflict" && answer.code === "cut_off") await queue.lostKeys();
  if (state !== "ok") return state;
  for (const more of [takeSurveys, takeRooms, takeHandings]) {
    const said = await more();
    if (said !== "done") return said;
  }
  return queue.takeAlong(answer.visits);
}
