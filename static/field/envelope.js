/**
 * One report as it travels: header lines, the parts sealed to the office, the phone's signature. The format and its
 * refusals are `intake/envelope/SPEC.md`; the vectors in `tests/vectors` hold this file and its Python twin together.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{id: string, kem: string, key: string}} OfficeKey as a bundle names it; key: raw X-Wing key, base64url
 * @typedef {{name: string, keyId: string, body: Bytes}} Part
 * @typedef {{report: string, device: string, made: string, urgent: boolean}} Head
 * @typedef {Head & {parts: Part[], sign: Bytes, signed: Bytes, raw: Bytes}} Envelope `signed`: the covered bytes
 */
import { Refusal, concat, hex, sha256, unb64u, utf8, b64u } from "./bytes.js";
import { pack } from "./deflate.js";
import { OVERHEAD, seal } from "./keys.js";
import { keyId, sign, verify } from "./signing.js";
import { readJson, writeJson } from "./strict-json.js";

/** In bytes: the header up to and with its empty line, one part and the least of one, the envelope, a part's JSON. */
export const LIMITS = {
  header: 1024,
  partLeast: OVERHEAD + 5,
  part: 256 * 1024,
  envelope: 513 * 1024,
  inflated: 2 * 1024 * 1024,
};

const REPORT = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const KEY_ID = /^[0-9a-f]{16}$/;
const DAY = /^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$/;
const LENGTH = /^[1-9][0-9]{0,6}$/;
const NAMES = ["report", "identity"];
/** The words that may begin the lines after the first, with one part or two. */
const WORDS = ["report device made urgent part sign ", "report device made urgent part part sign "];
const FIRST_LINE = "intake-envelope/1\n";
const TOO_LARGE = "413.1";

/** @param {Head} head @returns {string} the four lines every part is bound to */
function headLines({ report, device, made, urgent }) {
  return `report ${report}\ndevice ${device}\nmade ${made}\nurgent ${urgent ? "yes" : "no"}\n`;
}

/**
 * What a part is sealed under, so that it fits no other report, phone, day or role.
 * @param {Head} head
 * @param {string} name "report" or "identity"
 * @returns {Bytes}
 */
export function partInfo(head, name) {
  return utf8(`intake-envelope/1 ${name}\n${headLines(head)}`);
}

/**
 * JSON the office will be able to read: nothing is sealed that could not be opened again.
 * @param {string} json
 * @returns {Bytes}
 */
function plainJson(json) {
  const data = utf8(writeJson(readLoose(json)));
  const value = readJson(data);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Refusal("422.14");
  return data;
}

/** @param {string} json @returns {unknown} half characters, which `writeJson` mends, and all */
function readLoose(json) {
  try {
    return JSON.parse(json);
  } catch {
    throw new Refusal("422.14");
  }
}

/**
 * @param {Head} head
 * @param {string} name
 * @param {OfficeKey | undefined} key
 * @param {string} json
 * @returns {Promise<Part>}
 */
async function sealPart(head, name, key, json) {
  if (!key) throw new Refusal("phone.no_key");
  const publicKey = unb64u(key.key, "422.15");
  if ((await keyId(publicKey)) !== key.id) throw new Refusal("422.15");
  const data = plainJson(json);
  if (data.length > LIMITS.inflated) throw new Refusal(TOO_LARGE);
  const packed = await pack(data);
  if (packed.length + OVERHEAD > LIMITS.part) throw new Refusal(TOO_LARGE);
  return { name, keyId: key.id, body: await seal(publicKey, partInfo(head, name), packed) };
}

/**
 * Seals and signs one report. Nothing is returned unless all of it worked: no key, no envelope.
 * @param {object} content
 * @param {string} content.report UUIDv4, lower case
 * @param {string} content.made day, "2026-11-22"
 * @param {boolean} content.urgent
 * @param {string} content.reportJson JSON text of the part `report`
 * @param {string} content.identityJson JSON text of the part `identity`
 * @param {{report: OfficeKey, identity: OfficeKey}} content.keys of a bundle whose signature was just checked
 * @param {string} content.device key id of the signing key
 * @param {CryptoKey} content.signKey
 * @returns {Promise<{bytes: Bytes, digest: string}>} digest: "sha-256:" and 64 hex digits
 * @throws {Refusal} 413.1 too large; 422.4 to 422.6 a bad head; 422.14 bad JSON; 422.15 a wrong key; phone.no_key
 */
export async function sealEnvelope({ reportJson, identityJson, keys, signKey, ...head }) {
  checkHead(head.report, head.device, head.made);
  const parts = [
    await sealPart(head, "report", keys.report, reportJson),
    await sealPart(head, "identity", keys.identity, identityJson),
  ];
  const partLines = parts.map(({ name, keyId: id, body }) => `part ${name} ${id} ${body.length}\n`);
  const lines = utf8(`${FIRST_LINE}${headLines(head)}${partLines.join("")}`);
  const bodies = parts.map((part) => part.body);
  const signed = concat(lines, ...bodies);
  const signLine = utf8(`sign ${b64u(await sign(signKey, signed))}\n\n`);
  const bytes = concat(lines, signLine, ...bodies);
  if (bytes.length > LIMITS.envelope) throw new Refusal(TOO_LARGE);
  return { bytes, digest: `sha-256:${hex(await sha256(signed))}` };
}

/** @param {string} text @returns {boolean} whether it is a day of the calendar, "2026-11-22" */
function isDay(text) {
  if (!DAY.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** @param {string} report @param {string} device @param {string} made */
function checkHead(report, device, made) {
  if (!REPORT.test(report)) throw new Refusal("422.4");
  if (!KEY_ID.test(device)) throw new Refusal("422.5");
  if (!isDay(made)) throw new Refusal("422.6");
}

/**
 * The values of the header's lines after the first, if their words come in order.
 * @param {Bytes} raw
 * @returns {{values: string[], covered: number, end: number}} `covered`: where the line `sign` begins; `end`: where
 *   the parts begin
 */
function readHeader(raw) {
  let text = "";
  for (const byte of raw.subarray(0, LIMITS.header)) text += String.fromCharCode(byte);
  if (!text.startsWith(FIRST_LINE)) throw new Refusal("422.1");
  const found = text.indexOf("\n\n");
  if (found < 0 || /[^\n\x20-\x7e]/.test(text.slice(0, found))) throw new Refusal("422.2");
  const lines = text.slice(FIRST_LINE.length, found).split("\n");
  const words = lines.map((line) => line.slice(0, line.indexOf(" ") + 1));
  if (!WORDS.includes(words.join(""))) throw new Refusal("422.3");
  const values = lines.map((line, i) => line.slice(words[i].length));
  return { values, covered: found - lines[lines.length - 1].length, end: found + 2 };
}

/**
 * @param {string} value of a line `part`
 * @param {string} name the part it must name
 * @returns {{name: string, keyId: string, length: number}}
 */
function readPart(value, name) {
  const [found, id = "", spelled = "", ...more] = value.split(" ");
  if (more.length > 0 || found !== name || !KEY_ID.test(id)) throw new Refusal("422.8");
  const length = Number(spelled);
  if (!LENGTH.test(spelled) || length < LIMITS.partLeast || length > LIMITS.part) throw new Refusal("422.9");
  return { name, keyId: id, length };
}

/** @param {string} text @returns {Bytes} */
function readSignature(text) {
  if (text.length !== 86) throw new Refusal("422.10");
  return unb64u(text, "422.10");
}

/**
 * Reads an envelope strictly, in the order of SPEC.md: the first rule that is broken names the refusal.
 * @param {Bytes} raw
 * @returns {Envelope}
 * @throws {Refusal} 413.1, 422.1 to 422.11
 */
export function parseEnvelope(raw) {
  if (raw.length > LIMITS.envelope) throw new Refusal(TOO_LARGE);
  const { values, covered, end } = readHeader(raw);
  const [report, device, made, urgent, ...described] = values;
  checkHead(report, device, made);
  if (urgent !== "yes" && urgent !== "no") throw new Refusal("422.7");
  const spelled = described.pop() || "";
  const promised = described.map((value, i) => readPart(value, NAMES[i]));
  const signature = readSignature(spelled);
  let at = end;
  const parts = promised.map(({ name, keyId: id, length }) => {
    at += length;
    return { name, keyId: id, body: raw.slice(at - length, at) };
  });
  if (at !== raw.length) throw new Refusal("422.11");
  const signed = concat(raw.subarray(0, covered), raw.subarray(end));
  return { report, device, made, urgent: urgent === "yes", parts, sign: signature, signed, raw };
}

/**
 * The digest an envelope is known by: it covers all but the signature, so a respelled signature changes nothing.
 * @param {Envelope} envelope
 * @returns {Promise<string>} "sha-256:" and 64 hex digits
 */
export async function digestOf(envelope) {
  return `sha-256:${hex(await sha256(envelope.signed))}`;
}

/**
 * @param {Envelope} envelope
 * @param {Bytes} publicKey of the phone, 65 bytes
 * @throws {Refusal} 403.2
 */
export async function verifyEnvelope(envelope, publicKey) {
  const ours = (await keyId(publicKey)) === envelope.device;
  if (!ours || !(await verify(publicKey, envelope.sign, envelope.signed))) throw new Refusal("403.2");
}
