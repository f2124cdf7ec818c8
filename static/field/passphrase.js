/**
 * What an officer types to unlock: four suggested words, or digits, or words of their own. Judged by what a
 * laboratory that copied the phone would have to try, and called what it is.
 *
 * @typedef {"refused" | "delays" | "fair" | "strong"} Level
 */

/** Bits each suggested word is worth: lists have 2,048. */
const WORD_BITS = 11;

/**
 * One spelling for what a person means: capitals, accents, spaces between words and the digits' script do not matter,
 * because the keyboard and not the person chooses them.
 * @param {string} typed
 * @returns {string}
 */
export function normalise(typed) {
  const text = typed
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .toLowerCase()
    .replace(/[\s-]+/g, " ")
    .trim();
  return /^[0-9 ]+$/.test(text) ? text.replace(/ /g, "") : text;
}

/**
 * A passphrase to suggest: four words of a reviewed list or, where a language has none, six groups of digits.
 * @param {string[] | null} list 2,048 words
 * @param {(count: number) => Uint8Array} randomBytes
 * @returns {string}
 */
export function suggest(list, randomBytes) {
  const count = list ? 4 : 6;
  const below = list ? list.length : 100;
  const picks = Array.from({ length: count }, () => pick(below, randomBytes));
  return picks.map((n) => (list ? list[n] : String(n).padStart(2, "0"))).join(" ");
}

/** @param {number} below at most 2^16 @param {(count: number) => Uint8Array} randomBytes @returns {number} unbiased */
function pick(below, randomBytes) {
  const fair = Math.floor(65536 / below) * below;
  for (;;) {
    const [high, low] = randomBytes(2);
    const n = high * 256 + low;
    if (n < fair) return n % below;
  }
}

/**
 * What stays of a text once runs ("aaaa", "1234", "8642") count as one character.
 * @param {string} text
 * @returns {number}
 */
function surprises(text) {
  const codes = Array.from(text, (char) => char.codePointAt(0) || 0);
  return codes.filter((code, i) => i < 2 || code - codes[i - 1] !== codes[i - 1] - codes[i - 2]).length;
}

/** @param {string} word @param {Set<string>} known @returns {number} bits */
function wordBits(word, known) {
  if (known.has(word)) return WORD_BITS;
  const each = /^[0-9]+$/.test(word) ? 3.3 : /^[a-z]+$/.test(word) ? 2.2 : 3.5;
  return surprises(word) * each;
}

/**
 * @param {string} typed
 * @param {string[]} [list] the words that were suggested, when the language has a list
 * @returns {{bits: number, digits: boolean, level: Level}} `refused`: fewer than six characters, or nearly one guess;
 *   `delays`: six digits and the like, a day for a laboratory
 */
export function strength(typed, list = []) {
  const text = normalise(typed);
  const known = new Set(list.map(normalise));
  const digits = /^[0-9]+$/.test(text);
  const bits = Math.floor(Array.from(new Set(text.split(" "))).reduce((sum, word) => sum + wordBits(word, known), 0));
  return { bits, digits, level: levelOf(text, bits) };
}

/** @param {string} text @param {number} bits @returns {Level} */
function levelOf(text, bits) {
  if (text.replace(/ /g, "").length < 6 || bits < 13) return "refused";
  if (bits < 28) return "delays";
  return bits < 40 ? "fair" : "strong";
}
