// What a phone makes by itself in the room of a meeting.
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
