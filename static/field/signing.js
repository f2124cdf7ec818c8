/**
 * Signatures: ECDSA P-256 with SHA-256, `r || s`. Apart from `keys.js`, so that whoever only verifies (the worker that
 * sends under the lock) does not carry the library that seals.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 */
import { hex, sha256 } from "./bytes.js";

export const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ECDSA = { name: "ECDSA", hash: "SHA-256" };

/**
 * The key id that finds a key; verification always uses the whole key.
 * @param {Bytes} publicKey raw
 * @returns {Promise<string>} 16 hex digits
 */
export async function keyId(publicKey) {
  return hex(await sha256(publicKey)).slice(0, 16);
}

/** @param {CryptoKey} key @param {Bytes} data @returns {Promise<Bytes>} `r || s`, 64 bytes */
export async function sign(key, data) {
  return new Uint8Array(await crypto.subtle.sign(ECDSA, key, data));
}

/**
 * @param {Bytes} publicKey
 * @returns {Promise<CryptoKey | null>} null unless it is an uncompressed point of the curve, 65 bytes
 */
async function point(publicKey) {
  if (publicKey.length !== 65 || publicKey[0] !== 4) return null;
  return crypto.subtle.importKey("raw", publicKey, P256, false, ["verify"]).catch(() => null);
}

/**
 * @param {Bytes} publicKey uncompressed point, 65 bytes
 * @param {Bytes} signature 64 bytes
 * @param {Bytes} data
 * @returns {Promise<boolean>} false also when the key is not a point of the curve
 */
export async function verify(publicKey, signature, data) {
  const key = await point(publicKey);
  return key !== null && crypto.subtle.verify(ECDSA, key, signature, data);
}

/** @param {Bytes} publicKey @returns {Promise<boolean>} whether it is an uncompressed point of the curve */
export async function isSignKey(publicKey) {
  return (await point(publicKey)) !== null;
}
