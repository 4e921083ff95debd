// The rooms that an officer's phone takes along: meetings that are going on. What is said waits in the phone's one queue.
import { call } from "../stays/line.js";
import * as queue from "../stays/queue.js";

export const SEND = "/office/meetings/phone/send/";
export const TAKEN = "rooms";

/** Seals the open rooms, to be read without a line; "done", or why not. */
export async function takeRooms() {
  const { state, answer } = await call("/office/meetings/phone/take/", { device: await queue.deviceId() });
  if (state === "conflict" && answer.code === "cut_off") await queue.lostKeys();
  if (state !== "ok") return state;
  await queue.keepDraft(TAKEN, answer.rooms);
  return "done";
}

// As core/numbers.py makes them: eleven random signs, and one by which a wrong sign is found out.
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXY";
const RANDOM_SIGNS = 11;
const FAIR = 256 - (256 % SIGNS.length);

function drawn() {
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < FAIR) return byte % SIGNS.length;
  }
}

/** The secret code that the speaker takes home, made here, since no line is needed for it. */
export function newCode() {
  const places = Array.from({ length: RANDOM_SIGNS }, drawn);
  const check = places.reduce((sum, value, place) => sum + (place + 1) * value, 0) % SIGNS.length;
  const signs = [...places, check].map((place) => SIGNS[place]).join("");
  return `MS-${signs.slice(0, 4)}-${signs.slice(4, 8)}-${signs.slice(8)}`;
}
