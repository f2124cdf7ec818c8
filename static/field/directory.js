/**
 * Where help can be found: the office's list, which comes sealed inside the bundle, and whose key comes as a message.
 * The key rests only wrapped; the list is opened for whoever asks and kept by nobody.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./enrolment.js").Compartment} Compartment
 * @typedef {{key: string, sealed: string, serial: number}} Listed a sealed list, and the bundle it stood in
 * @typedef {{
 *   name: string, services: string[], place: string, hours: string, serves: string, landmark: string,
 *   telephone: string[], cost: string, languages: string[], notes: string, checked: string,
 * }} Entry
 * @typedef {{day: string, entries: Entry[]}} Content
 * @typedef {{state: "none" | "missing" | "unreadable" | "here" | "older", day: string, entries: Entry[]}} Directory
 *   "none": the office has no list; "missing": its key has not come; "older": the one before the newest
 */
import { Refusal, concat, hex, sha256, textOf, unb64u, utf8 } from "./bytes.js";
import { unpackStored } from "./deflate.js";
import { decrypt, encrypt, importSecret, unlock } from "./slots.js";
import { readJson } from "./strict-json.js";

/** @param {Bytes} key 32 bytes @returns {Promise<string>} 16 hex digits @throws {Refusal} 422.15 */
export async function directoryKeyId(key) {
  if (key.length !== 32) throw new Refusal("422.15");
  return hex(await sha256(concat(utf8("intake-directory-key/1\n"), key))).slice(0, 16);
}

/**
 * @param {{sealed: Bytes, key: Bytes, office: string, serial: number}} given
 * @returns {Promise<Content>}
 * @throws {Refusal} 422.12 another key, office or bundle; 422.13 packed wrongly; 422.14 another content
 */
export async function openDirectory({ sealed, key, office, serial }) {
  const context = utf8(`intake-directory/1\n${office}\n${await directoryKeyId(key)}\n${serial}\n`);
  const packed = await unlock(await importSecret(key), sealed, context);
  if (packed === null) throw new Refusal("422.12");
  const content = readJson(unpackStored(packed, "422.13"));
  const { day, entries } = content || {};
  const whole = typeof day === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) && Array.isArray(entries);
  if (!whole || !entries.every(isObject)) throw new Refusal("422.14");
  return content;
}

/** @param {any} one */
const isObject = (one) => typeof one === "object" && one !== null && !Array.isArray(one);

// ---- what this phone holds

/** @param {string} id of the compartment */
const wrapped = (id) => `intake-directory-keys/1\n${id}\n`;

/** The keys that came so far, by id. @param {Compartment} compartment @param {CryptoKey} own @returns {Promise<Record<string, string>>} */
export async function keysOf({ id, directory }, own) {
  return directory ? JSON.parse(textOf(await decrypt(own, directory.keys, wrapped(id)))) : {};
}

/**
 * The directory keys among messages of the office, the newest last.
 * @param {import("./message.js").Message[]} messages @returns {Promise<Record<string, string>>}
 */
export async function keysIn(messages) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const { content } of messages) {
    if (!isKey(content)) continue;
    const { key } = content.params || {};
    // one that is written wrongly keeps no other from coming
    const id = await Promise.resolve(key).then((text) => directoryKeyId(unb64u(text))).catch(() => "");
    if (id) found[id] = key;
  }
  return found;
}

/** Whether a message brings a key: it is for the phone and nothing to show. @param {Record<string, any>} content */
export function isKey(content) {
  return content.kind === "directory_key";
}

/** @param {string} id of the compartment @param {CryptoKey} own @param {Record<string, string>} keys @param {Listed | null} last */
export async function wrap(id, own, keys, last) {
  return { keys: await encrypt(own, utf8(JSON.stringify(keys)), wrapped(id)), last };
}

/**
 * The list of the bundle, or, while its key has not come, the last one that could be opened.
 * @param {{payload: import("./bundle.js").Payload, last: Listed | null, keys: Record<string, string>}} held
 * @returns {Promise<{directory: Directory, listed: Listed | null}>} `listed`: the sealed list to keep as the last one
 */
export async function openHeld({ payload, last, keys }) {
  const { services, office, serial } = payload;
  /** @param {Directory["state"]} state @param {Content} [content] */
  const said = (state, content = { day: "", entries: [] }) => ({ state, day: content.day, entries: content.entries });
  if (!services) return { directory: said("none"), listed: last };
  /** @param {Listed} listed */
  const tried = async (listed) => {
    if (!keys[listed.key]) return null;
    const task = { office: office.id, serial: listed.serial, key: unb64u(keys[listed.key]) };
    return Promise.resolve(listed.sealed).then((text) => openDirectory({ ...task, sealed: unb64u(text) })).catch(() => null);
  };
  const newest = { key: services.key, sealed: services.sealed, serial };
  const content = await tried(newest);
  if (content) return { directory: said("here", content), listed: last && last.serial === serial ? last : newest };
  const older = last && (await tried(last));
  if (older) return { directory: said("older", older), listed: last };
  return { directory: said(keys[services.key] ? "unreadable" : "missing"), listed: last };
}
