// form[data-puzzle]: finds the number that the server asks for (core/security/proof_of_work.py) while the form is filled in.
// Hashes here and not with crypto.subtle, which a page on plain http has not, and whose every call costs a turn.
const BITS = 16;
const SLICE = 12; // milliseconds of work before the page breathes

/** @type {number[]} */
const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
/** @param {number} x */
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const K = primes.map((p) => fraction(Math.cbrt(p)));
const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
/**
 * @param {number} x
 * @param {number} n
 */
const turn = (x, n) => (x >>> n) | (x << (32 - n));
const W = new Int32Array(64);

/**
 * @param {number[]} state
 * @param {ArrayLike<number>} words
 */
function block(state, words) {
  W.set(words);
  for (let i = 16; i < 64; i += 1) {
    const a = W[i - 15],
      b = W[i - 2];
    W[i] = W[i - 16] + W[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => (x + state[i]) | 0);
}

// The first 32 bits of SHA-256 of a short ASCII text.
/** @param {string} text */
export function firstWord(text) {
  const length = text.length,
    blocks = ((length + 8) >> 6) + 1;
  const words = new Int32Array(blocks * 16);
  for (let i = 0; i < length; i += 1) words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
  words[length >> 2] |= 0x80 << (24 - (length % 4) * 8);
  words[blocks * 16 - 1] = length * 8;
  let state = START;
  for (let i = 0; i < blocks; i += 1) state = block(state, words.subarray(i * 16, i * 16 + 16));
  return state[0] >>> 0;
}

/**
 * @param {string} puzzle
 * @param {(number: string) => void} done
 */
function solve(puzzle, done) {
  let number = 0;
  const work = () => {
    const until = performance.now() + SLICE;
    while (performance.now() < until) {
      for (let i = 0; i < 200; i += 1, number += 1) {
        if (firstWord(`${puzzle}.${number}`) >>> (32 - BITS) === 0) return done(String(number));
      }
    }
    setTimeout(work);
  };
  work();
}

/** @param {HTMLFormElement} form */
function enhance(form) {
  /** @type {HTMLElement | null} */
  let submitter = null;
  form.addEventListener("submit", (event) => {
    if (form.elements.solution.value) return;
    event.preventDefault(); // sent by itself in a moment
    submitter = event.submitter;
    if (submitter) submitter.setAttribute("aria-busy", "true");
  });
  solve(form.elements.puzzle.value, (number) => {
    form.elements.solution.value = number;
    if (submitter) form.requestSubmit(submitter);
  });
}

/** @param {ParentNode} root */
const enhanceAll = (root) => root.querySelectorAll("form[data-puzzle]").forEach(enhance);

enhanceAll(document);
document.addEventListener("ancu:added", (event) => enhanceAll(event.detail));
