/**
 * Looking for a place that helps, as people type: with or without accents, in any form of the Arabic letters and digits.
 *
 * @typedef {import("./directory.js").Entry} Entry
 * @typedef {{id: string, name: string, parent: string | null}[]} Places
 */
import { latin } from "./words.js";

/** Signs that stand for one another when somebody looks for a word: forms of alef and yeh, and the Persian letters. */
const ALIKE = { "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ـ": "", "’": "'" };

/** A text as it is compared: small letters without accents, Arabic letters in one form, Latin digits. @param {string} text */
export function fold(text) {
  const plain = latin(text).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[ٱىیةکـ’]/g, (sign) => ALIKE[/** @type {keyof typeof ALIKE} */ (sign)]);
}

/** @param {Places} places @param {string} id @returns {string[]} the place and all that it lies in, the nearest first */
export function lineage(places, id) {
  /** @type {string[]} */
  const found = [];
  for (let at = places.find((one) => one.id === id); at && !found.includes(at.id); ) {
    found.push(at.id);
    const { parent } = at;
    at = places.find((one) => one.id === parent);
  }
  return found;
}

/**
 * Entries that fit, those of the place itself and within it before those of what it lies in.
 * @param {Entry[]} entries
 * @param {{place: string, kind: string, words: string}} wanted empty: any
 * @param {Places} places
 * @param {(entry: Entry) => string} said everything about an entry that may be looked for
 * @returns {Entry[]}
 */
export function search(entries, { place, kind, words }, places, said) {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  const around = lineage(places, place);
  const within = (/** @type {Entry} */ one) => !place || lineage(places, one.place).includes(place);
  const fits = (/** @type {Entry} */ one) => {
    if (kind && !(one.services || []).includes(kind)) return false;
    if (!within(one) && !around.includes(one.place)) return false;
    const text = fold(said(one));
    return wanted.every((word) => text.includes(word));
  };
  const found = entries.filter(fits);
  return found.filter(within).concat(found.filter((one) => !within(one)));
}

/** What is dialled. @param {string} number as it is written */
export function dialled(number) {
  const digits = latin(number).replace(/[^0-9]/g, "");
  return number.trim()[0] === "+" ? `+${digits}` : digits;
}
