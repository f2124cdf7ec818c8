/**
 * A message from the office to this phone: signed inside, sealed outside. Nothing is shown whose signature, phone or
 * rising number fails: anyone who can write into the server's tables could otherwise send a person somewhere.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{office: string, number: number, day: string, content: Record<string, any>}} Message
 */
import { Refusal, textOf, unb64u, utf8 } from "./bytes.js";
import { unpackStored } from "./deflate.js";
import { unseal } from "./keys.js";
import { verify } from "./signing.js";
import { readJson } from "./strict-json.js";

const BAD = "422.18";
const SIGNED =
  /^(intake-message\/1\n([^\n]+)\n([0-9a-f]{16})\n([1-9][0-9]{0,15})\n([0-9]{4}-[0-9]{2}-[0-9]{2})\n([\w-]+)\n)([\w-]{86})\n$/;

/** @param {Bytes} bytes @returns {RegExpExecArray} */
function read(bytes) {
  let text;
  try {
    text = textOf(bytes);
  } catch {
    throw new Refusal(BAD);
  }
  const found = SIGNED.exec(text);
  if (!found) throw new Refusal(BAD);
  return found;
}

/**
 * @param {object} task
 * @param {Bytes} task.sealed
 * @param {CryptoKey} task.messageKey of this phone, unlocked
 * @param {string} task.messageSignKey of the bundle, base64url
 * @param {string} task.office id of the office
 * @param {string} task.device key id of this phone's signing key
 * @param {number} task.number as the server numbers it
 * @param {number} task.last the highest number read so far
 * @returns {Promise<Message>}
 * @throws {Refusal} 422.12 not for this key, phone or number; 422.13 packed wrongly; 422.18 anything inside
 */
export async function openMessage({ sealed, messageKey, messageSignKey, office, device, number, last }) {
  const info = utf8(`intake-message/1\n${device}\n${number}\n`);
  const opened = unpackStored(await unseal(messageKey, info, sealed, "422.12"), "422.13");
  const [, text, from, to, its, day, json, signature] = read(opened);
  const right = await verify(unb64u(messageSignKey, BAD), unb64u(signature, BAD), utf8(text));
  if (!right || from !== office || to !== device || its !== String(number) || number <= last) throw new Refusal(BAD);
  const content = readJson(unb64u(json, BAD), BAD);
  if (typeof content !== "object" || content === null || Array.isArray(content)) throw new Refusal(BAD);
  return { office, number, day, content };
}
