// What the scripts may say: the attributes of <template id="js-texts">, already in the reader's language.

const source = () => document.getElementById("js-texts")?.dataset ?? {};

/**
 * The text named `key`, with {names} filled in from `values`.
 * @param {string} key
 * @param {Record<string, any>} [values]
 */
export function text(key, values = {}) {
  const sentence = source()[key] ?? "";
  return sentence.replace(
    /\{(\w+)\}/g,
    (/** @type {string} */ match, /** @type {string} */ name) => values[name] ?? match,
  );
}

/**
 * Lower case without accents, so that "duc" finds "Đức".
 * @param {string} words
 */
export function fold(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().trim();
}

/**
 * Every element under `root` (itself included) that matches and was not met before under this name.
 * @template {string} S
 * @param {any} root
 * @param {S} selector
 * @param {string} name
 * @returns {Selected<S>[]}
 */
export function unenhanced(root, selector, name) {
  const all = [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  const met = `met${name}`;
  return all.filter((/** @type {HTMLElement} */ element) => {
    if (element.dataset[met]) return false;
    element.dataset[met] = "1";
    return true;
  });
}
