// Which option a text names, and which it may mean. `exactOption` and `exact_value` (core/forms/choices.py) are one rule.
import { fold } from "./texts.js";

/** @param {string} text */
const tidy = (text) => text.normalize("NFKC").trim().replace(/\s+/g, " ");
/** @param {string} text */
const compact = (text) => fold(text).replace(/[^\p{L}\p{N}]/gu, "");
/** @param {string} text */
const wordsOf = (text) => fold(text).split(/[\s\-(,]+/);

/**
 * An option with everything it is called, made ready for comparing.
 * @param {{ value: string; label: string; aliases?: string[]; codes?: string[] }} options
 * @returns {NamedOption}
 */
export function named({ value, label, aliases = [], codes = [] }) {
  const names = [label, ...aliases];
  return {
    value,
    label,
    aliases,
    codes,
    spelt: names.map((name) => tidy(name).toLowerCase()),
    keys: names.map(compact),
  };
}

/**
 * The one option that `text` names; null when none or several are meant.
 * @param {NamedOption[]} options
 * @param {string} text
 */
export function exactOption(options, text) {
  const exactMatches = meantBy(options, text);
  return exactMatches.length === 1 ? exactMatches[0] : null;
}

/**
 * Names are compared with their accents first, then without. A code counts when it is written in capitals, or when no name
 * begins with it: "nga" is Russia (Nga), "NGA" may also be Nigeria.
 * @param {NamedOption[]} options
 * @param {string} text
 */
function meantBy(options, text) {
  const typed = tidy(text);
  const short = compact(text);
  if (!short) return [];
  const spelt = options.filter((option) =>
    option.spelt.some((name, at) => name === typed.toLowerCase() && option.keys[at] === short),
  );
  const same = spelt.length ? spelt : options.filter((option) => option.keys.includes(short));
  const isCapitals = typed.toLowerCase().toUpperCase() === typed;
  const isBegun = options.some((option) => option.keys.some((key) => key.startsWith(short)));
  const coded = isCapitals || !isBegun ? options.filter((option) => option.codes.includes(typed.toUpperCase())) : [];
  return [...new Set([...same, ...coded])];
}

/**
 * 0 is best; null when the text is nowhere in the option. A text with accents means the names that bear them: "Ấn".
 * @param {NamedOption} option
 * @param {string} words
 * @param {string} typed
 * @param {NamedOption[]} exactMatches
 */
function rank(option, words, typed, exactMatches) {
  if (exactMatches.includes(option)) return 0;
  if (fold(typed) !== typed && option.spelt.some((name) => name.startsWith(typed))) return 0.5;
  if (fold(option.label).startsWith(words) || option.codes.includes(words.toUpperCase())) return 1;
  if (option.aliases.some((name) => fold(name).startsWith(words))) return 2;
  if (wordsOf(option.label).some((word) => word.startsWith(words))) return 3;
  if (option.aliases.some((name) => wordsOf(name).some((word) => word.startsWith(words)))) return 4;
  if (option.codes.some((code) => fold(code).startsWith(words))) return 5;
  return [option.label, ...option.aliases].some((name) => fold(name).includes(words)) ? 6 : null;
}

const SHORT = 3; // letters; a syllable such as "Hàn" begins many a word that is no country ("thông hành")
const BEGINS = 2; // the rank up to which an option begins with the text

/**
 * Where some option begins with a short text, the others need it as a word of their own.
 * @param {[number | null, NamedOption]} options
 * @param {string} words
 * @param {boolean} isBegun
 */
function isMeant([score, option], words, isBegun) {
  if (score === null || score <= BEGINS || !isBegun || words.length > SHORT) return score !== null;
  return [option.label, ...option.aliases].some((name) => wordsOf(name).includes(words));
}

/**
 * The options that `text` may mean, best first; among equals in their own order. All of them for no text.
 * @param {NamedOption[]} options
 * @param {string} text
 * @returns {NamedOption[]}
 */
export function matching(options, text) {
  const words = fold(text);
  if (!words) return options;
  const exactMatches = meantBy(options, text);
  const ranked = options.map(
    (option) =>
      /** @type {[number | null, NamedOption]} */ ([
        rank(option, words, tidy(text).toLowerCase(), exactMatches),
        option,
      ]),
  );
  const isBegun = ranked.some(([score]) => score !== null && score <= BEGINS);
  return ranked
    .filter((entry) => isMeant(entry, words, isBegun))
    .sort((a, b) => Number(a[0]) - Number(b[0]))
    .map(([, option]) => option);
}

/**
 * The other name by which `text` found the option, where its label does not show why.
 * @param {NamedOption} option
 * @param {string} text
 */
export function otherName(option, text) {
  const words = fold(text);
  if (!words || fold(option.label).includes(words)) return "";
  return (
    option.aliases.find((name) => fold(name).startsWith(words)) ??
    option.aliases.find((name) => fold(name).includes(words)) ??
    ""
  );
}
