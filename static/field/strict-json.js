/**
 * JSON as the protocol allows it: UTF-8, no name twice in one object, depth at most 16, whole numbers up to 2^53 - 1,
 * no lone surrogate. `JSON.parse` takes the last of two equal names silently, and two readers would then differ.
 */
import { Refusal, textOf } from "./bytes.js";

const DEPTH = 16;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/**
 * Checks the tokens of a text that `JSON.parse` has already accepted.
 * @param {string} text
 * @returns {boolean}
 */
function isStrict(text) {
  /** @type {(Set<string> | null)[]} the names of each open object; null stands for a list */
  const open = [];
  const tokens = text.match(TOKEN) || [];
  for (const [i, token] of tokens.entries()) {
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : null);
    else if (token === "}" || token === "]") open.pop();
    else if (token[0] === '"') {
      if (!isSound(token, tokens[i + 1] === ":" ? open[open.length - 1] : null)) return false;
    } else if (/^[-0-9]/.test(token) && !isWhole(token)) return false;
    if (open.length > DEPTH) return false;
  }
  return true;
}

/** @param {string} token a string @param {Set<string> | null} names of its object, when it is a name there */
function isSound(token, names) {
  const value = JSON.parse(token);
  if (names && names.has(value)) return false;
  if (names) names.add(value);
  return !/[\ud800-\udfff]/u.test(value);
}

/**
 * The JSON text of a value that is about to be sealed. Half a character, left where a keyboard or a length limit cut
 * an emoji in two, becomes U+FFFD: it has no UTF-8, and nobody may lose a report over it.
 * @param {unknown} value
 * @returns {string}
 */
export function writeJson(value) {
  return JSON.stringify(value, (_name, item) =>
    typeof item === "string" ? item.replace(/[\ud800-\udfff]/gu, "\ufffd") : item,
  );
}

/** @param {string} token a number */
function isWhole(token) {
  return /^-?[0-9]+$/.test(token) && Number.isSafeInteger(Number(token));
}

/**
 * @param {Uint8Array} bytes
 * @param {string} [code] the refusal to throw
 * @returns {any}
 */
export function readJson(bytes, code = "422.14") {
  let text, value;
  try {
    text = textOf(bytes);
    value = JSON.parse(text);
  } catch {
    throw new Refusal(code);
  }
  if (!isStrict(text)) throw new Refusal(code);
  return value;
}
