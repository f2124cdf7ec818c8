/**
 * Bytes, and the one error class of the phone. Nothing here knows what the bytes mean.
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 */

/** A named refusal: `code` is a number of the catalogue ("422.3") or a word key of the phone ("phone.full"). */
export class Refusal extends Error {
  /**
   * @param {string} code
   * @param {Record<string, string | number>} [params] values a sentence may show, never content
   */
  constructor(code, params = {}) {
    super(code);
    this.name = "Refusal";
    this.code = code;
    this.params = params;
  }
}

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {string} text @returns {Bytes} */
export function utf8(text) {
  return /** @type {Bytes} */ (encoder.encode(text));
}

/**
 * The text of UTF-8 bytes; a byte-order mark stays a character.
 * @param {Uint8Array} bytes
 * @returns {string}
 * @throws {TypeError} when the bytes are not UTF-8
 */
export function textOf(bytes) {
  return strict.decode(bytes);
}

/** @param {Uint8Array} bytes @returns {string} */
export function hex(bytes) {
  let text = "";
  for (const byte of bytes) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** Base64url without padding. @param {Uint8Array} bytes @returns {string} */
export function b64u(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/**
 * Bytes of canonical base64url: no padding, no spare bits, no other alphabet, so one text is one value.
 * @param {unknown} text
 * @param {string} [code] the refusal to throw
 * @returns {Bytes}
 */
export function unb64u(text, code = "422.15") {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new Refusal(code);
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  if (b64u(bytes) !== text) throw new Refusal(code);
  return bytes;
}

/** @param {...Uint8Array} pieces @returns {Bytes} */
export function concat(...pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** @param {Uint8Array} a @param {Uint8Array} b @returns {boolean} */
export function same(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** @param {Bytes} bytes @returns {Promise<Bytes>} */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** @param {number} count @returns {Bytes} */
export function random(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** A new report id: UUID version 4, 122 random bits, lower case. @returns {string} */
export function uuid() {
  const bytes = random(16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
