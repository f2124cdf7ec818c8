/**
 * The office's signed bundle: its keys, forms, settings and words. Signed by the key pinned at enrolment, so that a
 * server cannot swap keys.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./envelope.js").OfficeKey} OfficeKey
 * @typedef {{payload: string, sign: string}} Bundle both base64url
 * @typedef {{id: string, name: string, keys: {report: OfficeKey, identity: OfficeKey}}} Other another office, for
 *   reports that the own one must not have
 * @typedef {{
 *   office: {id: string, name: string, sign_key: string},
 *   keys: {report: OfficeKey, identity: OfficeKey},
 *   receipt_key: string,
 *   message_sign_key: string,
 *   forms: {id: string, version: number}[],
 *   languages: string[],
 *   settings: Record<string, any>,
 *   words: Record<string, any>,
 *   sounds?: Record<string, Record<string, import("./sound.js").Sound>>,
 *   places: {id: string, name: string, parent: string | null}[],
 *   former_places?: {id: string, name: string, parent: string | null}[],
 *   offices?: Other[],
 *   services: {key: string, sealed: string} | null,
 *   next_sign_key?: string,
 *   shell: string,
 *   issued: string,
 *   serial: number,
 * }} Payload
 */
import { Refusal, concat, hex, same, sha256, unb64u, utf8 } from "./bytes.js";
import { isSignKey, keyId, verify } from "./signing.js";
import { readJson } from "./strict-json.js";

const BAD = "422.16";

/** @param {boolean} holds */
function demand(holds) {
  if (!holds) throw new Refusal(BAD);
}

/** @param {OfficeKey} entry @returns {Promise<void>} */
async function checkKey({ id, kem, key }) {
  const raw = unb64u(key, BAD);
  demand(kem === "0x647a" && raw.length === 1216 && (await keyId(raw)) === id);
}

/**
 * Offices have ids and keys of their own: what is for another one must never be sealed to this one.
 * @param {Other[]} offices the own one first
 */
async function checkRecipients([own, ...others]) {
  for (const { id, name } of others) demand([id, name].every((text) => typeof text === "string" && text !== ""));
  const all = [own, ...others];
  const keys = [...all.map((office) => office.keys.report), ...all.map((office) => office.keys.identity)];
  for (const key of keys) await checkKey(key);
  demand(new Set(all.map(({ id }) => id)).size === all.length && new Set(keys.map(({ key }) => key)).size === keys.length);
}

/**
 * Refuses a payload that lacks what sealing needs: without right keys the phone must save nothing.
 * @param {Payload} payload
 * @param {Bytes} pinned
 */
async function checkPayload({ office, keys, offices = [], serial, receipt_key, message_sign_key, next_sign_key }, pinned) {
  demand(Array.isArray(offices));
  demand(same(unb64u(office.sign_key, BAD), pinned) && typeof office.id === "string" && office.id !== "");
  await checkRecipients([{ ...office, keys }, ...offices]);
  const signKeys = [receipt_key, message_sign_key, ...(next_sign_key === undefined ? [] : [next_sign_key])];
  for (const key of signKeys) demand(await isSignKey(unb64u(key, BAD)));
  demand(Number.isSafeInteger(serial) && serial > 0);
}

/**
 * The payload of a bundle whose signature fits the pin and whose keys are what they say. Checked at each sealing.
 * @param {Bundle} bundle
 * @param {Bytes} pinnedSignKey the office's signing key, 65 bytes
 * @returns {Promise<Payload>}
 * @throws {Refusal} 422.16
 */
export async function readBundle(bundle, pinnedSignKey) {
  const payload = unb64u(bundle.payload, BAD);
  const covered = concat(utf8("intake-bundle/1\n"), payload);
  if (!(await verify(pinnedSignKey, unb64u(bundle.sign, BAD), covered))) throw new Refusal(BAD);
  const read = readJson(payload, BAD);
  try {
    await checkPayload(read, pinnedSignKey);
  } catch {
    throw new Refusal(BAD);
  }
  return read;
}

/**
 * Whether an offered bundle replaces the one held; both were read with `readBundle`.
 * @param {Bundle} held
 * @param {Bundle} offered
 * @returns {boolean} false when it is older or the very same
 * @throws {Refusal} 409.1 when it bears the same serial and other bytes: someone signed two truths
 */
export function newer(held, offered) {
  const [old, fresh] = [held, offered].map((bundle) => readJson(unb64u(bundle.payload, BAD), BAD).serial);
  if (old === fresh && offered.payload !== held.payload) throw new Refusal("409.1");
  return fresh > old;
}

/** @param {Bytes} signKey of an office @returns {Promise<string>} 32 hex digits, as in an invitation link */
export async function fingerprint(signKey) {
  return hex(await sha256(signKey)).slice(0, 32);
}

/**
 * Words two people compare: the key's SHA-256 cut in groups of 11 bits. Seven for an
 * office, six for a person and for a phone, whose signing key and message key stand one after the other.
 * @param {Bytes} publicKey raw
 * @param {number} count
 * @param {string[]} words the 2,048 English words of `lists/en.txt`
 * @returns {Promise<string[]>}
 */
export async function checkWords(publicKey, count, words) {
  const digest = await sha256(publicKey);
  const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: count }, (_, i) => words[parseInt(bits.slice(i * 11, i * 11 + 11), 2)]);
}
