/**
 * What the office says to whoever asks with a number. Finding and opening it takes the number, stretched, and the key
 * that only confirmed phones have: the server can do neither (SPEC.md 5.2). The twin is
 * `intake/envelope/own_answers.py`.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{day: string, first: string, said: Record<string, string>}} Said one sentence, by language, hers `first`
 * @typedef {{answer?: Said, code?: string, wait?: number | null}} Heard an answer; or why there is none, in which case
 *   `code` "no_key" is our own; nothing at all: ask again later
 */
import { readAnswer } from "./answer.js";
import { Refusal, b64u, concat, sha256, textOf, unb64u, utf8 } from "./bytes.js";
import { LEAST, derive } from "./kdf.js";
import { importSecret, unlock } from "./slots.js";

const KIND = "intake-own-answer/1";
/** A deposit that is made anew while it is asked is met again, but not for ever. */
const TURNS = 3;

/** @param {{code: string, office: string, address: import("./kdf.js").ScriptAddress}} given @returns {Promise<Bytes>} */
export async function stretch({ code, office, address }) {
  const salt = (await sha256(utf8(`${KIND}\n${office}\n`))).slice(0, 16);
  return derive({ passphrase: code, salt, cost: LEAST, address });
}

/**
 * @param {Bytes} key @param {"locator" | "key"} use @param {Bytes} stretched @param {string} office @param {string} deposit
 * @returns {Promise<Bytes>}
 */
async function derived(key, use, stretched, office, deposit) {
  const own = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", own, concat(utf8(`${KIND} ${use}\n${office}\n${deposit}\n`), stretched)));
}

/** @param {Bytes} key @param {Bytes} stretched @param {string} office @param {string} deposit @returns {Promise<string>} */
export async function locator(key, stretched, office, deposit) {
  return b64u(await derived(key, "locator", stretched, office, deposit));
}

/**
 * @param {Bytes} key @param {Bytes} stretched @param {Bytes} sealed @param {string} office @param {string} deposit
 * @returns {Promise<Said>} @throws {Refusal} 422.12 another number, key, office or deposit
 */
export async function openAnswer(key, stretched, sealed, office, deposit) {
  const own = await importSecret(await derived(key, "key", stretched, office, deposit));
  const data = await unlock(own, sealed, utf8(`${KIND}\n${office}\n${deposit}\n`));
  if (data === null) throw new Refusal("422.12");
  return JSON.parse(textOf(data));
}

/**
 * @param {(body: object) => Promise<Response>} post to the server
 * @param {{keys: Record<string, string>, stretched: Bytes, office: string}} given the directory keys of this phone, by id
 * @returns {Promise<Heard>}
 */
export async function askServer(post, { keys, stretched, office }) {
  let deposit = "";
  for (let turn = 0; turn < TURNS; turn += 1) {
    const key = deposit === "" ? null : keys[deposit.split(".")[0]];
    if (key === undefined) return { code: "no_key" };
    const at = key && (await locator(unb64u(key), stretched, office, deposit));
    const { status, code, body, retryAfter } = await readAnswer(await post({ deposit, locator: at }));
    if (code) return { code, wait: retryAfter };
    if (status !== 200 || !body || typeof body.deposit !== "string") return {};
    if (key && body.deposit === deposit && typeof body.sealed === "string") {
      return { answer: await openAnswer(unb64u(key), stretched, unb64u(body.sealed), office, deposit) };
    }
    deposit = body.deposit;
  }
  return {};
}
