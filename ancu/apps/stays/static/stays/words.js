// What the scripts of a phone may say: the attributes of these templates, already in the reader's language.

const SOURCES = ["phone-words", "kept-words", "along-words", "phone"];

/**
 * The text named `key`, with {names} filled in from `values`.
 * @param {string} key
 * @param {Record<string, any>} [values]
 */
export function say(key, values = {}) {
  const sentence =
    SOURCES.map((id) => document.getElementById(id)?.dataset[key]).find((text) => text !== undefined) ?? "";
  return sentence.replace(
    /\{(\w+)\}/g,
    (/** @type {string} */ match, /** @type {string} */ name) => values[name] ?? match,
  );
}

// In Vietnam's time, as the office reads what is keyed, wherever the phone thinks it is.
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
/** @param {Date} moment */
const clockParts = (moment) => Object.fromEntries(CLOCK.formatToParts(moment).map(({ type, value }) => [type, value]));

/**
 * dd/mm/yyyy, as everywhere in the house.
 * @param {Date} moment
 */
export const day = (moment) => {
  const at = clockParts(moment);
  return `${at.day}/${at.month}/${at.year}`;
};
/** @param {Date} moment */
export const time = (moment) => {
  const at = clockParts(moment);
  return `${at.hour}:${at.minute}`;
};
/** @param {number} milliseconds */
export const when = (milliseconds) => `${day(new Date(milliseconds))} ${time(new Date(milliseconds))}`;
