/**
 * Four slots of equal size, always. A passphrase opens the slot it fits; an empty slot is random bytes, and nothing
 * beside the four says which is which. One salt and one cost serve all four, so one derivation tries them all.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{memory: number, passes: number, lanes: number}} Cost of Argon2id; memory in KiB
 * @typedef {{salt: Bytes, cost: Cost, sealed: Bytes[]}} Slots as they rest on the phone
 */
import { Refusal, concat, random, textOf, utf8 } from "./bytes.js";
import { packStored, unpackStored } from "./deflate.js";

/** How many officers fit on one phone. */
export const COUNT = 4;
/** Bytes of a slot's content before sealing; the rest is zeros. */
const ROOM = 1024;
const NONCE = 12;
const TAG = 16;
const SLOT = utf8("intake-slot/1\n");
const BAD = "phone.unreadable";

/** @param {Bytes} raw 32 bytes @returns {Promise<CryptoKey>} for AES-256-GCM, non-extractable */
export function importSecret(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/**
 * AES-256-GCM of something that rests on this phone: `nonce || ciphertext`, padded so that its length tells little.
 * @param {CryptoKey} key
 * @param {Uint8Array} data
 * @param {string} context what it is and whose, so that one record cannot stand for another
 * @returns {Promise<Bytes>}
 */
export function encrypt(key, data, context) {
  return lock(key, packStored(data), utf8(context));
}

/**
 * @param {CryptoKey} key
 * @param {Bytes} blob
 * @param {string} context
 * @returns {Promise<Bytes>}
 * @throws {Refusal} phone.unreadable
 */
export async function decrypt(key, blob, context) {
  const packed = await unlock(key, blob, utf8(context));
  if (packed === null) throw new Refusal(BAD);
  return unpackStored(packed, BAD);
}

/** @param {CryptoKey} key @param {Bytes} data @param {Bytes} context @returns {Promise<Bytes>} */
async function lock(key, data, context) {
  const nonce = random(NONCE);
  const how = { name: "AES-GCM", iv: nonce, additionalData: context };
  return concat(nonce, new Uint8Array(await crypto.subtle.encrypt(how, key, data)));
}

/** @param {CryptoKey} key @param {Bytes} blob @param {Bytes} context @returns {Promise<Bytes | null>} null when it does not open */
export async function unlock(key, blob, context) {
  const how = { name: "AES-GCM", iv: blob.slice(0, NONCE), additionalData: context };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key, blob.slice(NONCE)));
  } catch {
    return null;
  }
}

/** @param {Cost} cost as calibrated on this phone @returns {Slots} four, none of which opens */
export function emptySlots(cost) {
  return { salt: random(16), cost, sealed: Array.from({ length: COUNT }, () => random(NONCE + ROOM + TAG)) };
}

/**
 * Puts a content into a slot, chosen at random among those not named as taken.
 * @param {Slots} slots
 * @param {Bytes} passphraseKey 32 bytes of `kdf.js`, derived with these slots' salt and cost
 * @param {object} content JSON, at most 1,024 bytes
 * @param {number[]} taken indices the phone must not overwrite; they are known from what rests in clear anyway
 * @returns {Promise<{slots: Slots, index: number}>}
 * @throws {Refusal} phone.passphrase_taken, phone.slots_full, phone.slot_small
 */
export async function fillSlot(slots, passphraseKey, content, taken = []) {
  if (await openSlot(slots, passphraseKey)) throw new Refusal("phone.passphrase_taken");
  const free = slots.sealed.map((_, i) => i).filter((i) => !taken.includes(i));
  if (free.length === 0) throw new Refusal("phone.slots_full");
  return writeSlot(slots, passphraseKey, content, free[random(1)[0] % free.length]);
}

/**
 * Writes a content over one slot: another content or, with another key, another passphrase.
 * @param {Slots} slots
 * @param {Bytes} passphraseKey
 * @param {object} content
 * @param {number} index
 * @returns {Promise<{slots: Slots, index: number}>}
 */
export async function writeSlot(slots, passphraseKey, content, index) {
  const data = utf8(JSON.stringify(content));
  if (data.length > ROOM) throw new Refusal("phone.slot_small");
  const room = new Uint8Array(ROOM);
  room.set(data);
  const blob = await lock(await importSecret(passphraseKey), room, SLOT);
  const sealed = slots.sealed.map((old, i) => (i === index ? blob : old));
  return { slots: { ...slots, sealed }, index };
}

/**
 * Empties one slot, for good.
 * @param {Slots} slots
 * @param {number} index
 * @returns {Slots}
 */
export function clearSlot(slots, index) {
  return { ...slots, sealed: slots.sealed.map((old, i) => (i === index ? random(old.length) : old)) };
}

/**
 * @param {Slots} slots
 * @param {Bytes} passphraseKey
 * @returns {Promise<{content: any, index: number} | null>} null when it opens none
 */
export async function openSlot(slots, passphraseKey) {
  const key = await importSecret(passphraseKey);
  const opened = await Promise.all(slots.sealed.map((blob) => unlock(key, blob, SLOT)));
  const index = opened.findIndex((room) => room !== null);
  const room = opened[index];
  if (!room) return null;
  return { content: JSON.parse(textOf(room).replace(/\0+$/, "")), index };
}
