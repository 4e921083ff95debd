// What the scripts of a phone may say: the attributes of two templates, already in the reader's language.

/** The text named `key`, with {names} filled in from `values`. */
export function say(key, values = {}) {
  const found = document.getElementById("phone-words")?.dataset[key] ?? document.getElementById("phone")?.dataset[key] ?? "";
  return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const two = (number) => String(number).padStart(2, "0");

/** dd/mm/yyyy, as everywhere in the house. */
export const day = (moment) => `${two(moment.getDate())}/${two(moment.getMonth() + 1)}/${moment.getFullYear()}`;
export const time = (moment) => `${two(moment.getHours())}:${two(moment.getMinutes())}`;
export const when = (milliseconds) => `${day(new Date(milliseconds))} ${time(new Date(milliseconds))}`;
