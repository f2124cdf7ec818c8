/**
 * One report as it travels: header lines, the parts sealed to the office, the phone's signature. The format and its
 * refusals are `intake/envelope/SPEC.md`; the vectors in `tests/vectors` hold this file and its Python twin together.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{id: string, key: string}} OfficeKey as a bundle names it: key id, raw X-Wing key in base64url
 * @typedef {{name: string, keyId: string, body: Bytes}} Part
 * @typedef {{report: string, device: string, made: string, urgent: boolean}} Head
 * @typedef {Head & {parts: Part[], sign: Bytes, signed: Bytes, raw: Bytes}} Envelope `signed`: the covered bytes
 */
import { Refusal, concat, hex, sha256, unb64u, utf8, b64u } from "./bytes.js";
import { pack } from "./deflate.js";
import { OVERHEAD, keyId, seal, sign, verify } from "./keys.js";

/** In bytes: the header up to and with its empty line, one sealed part, the whole envelope. */
export const LIMITS = { header: 1024, part: 256 * 1024, envelope: 513 * 1024 };

const REPORT = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const KEY_ID = /^[0-9a-f]{16}$/;
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
  const packed = await pack(utf8(json));
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
 * @throws {Refusal} 413.1 too large; 422.4–422.7 a bad head; 422.15 a key that is not what it says; phone.no_key
 */
export async function sealEnvelope({ reportJson, identityJson, keys, signKey, ...head }) {
  checkHead(head.report, head.device, head.made);
  const parts = [
    await sealPart(head, "report", keys.report, reportJson),
    await sealPart(head, "identity", keys.identity, identityJson),
  ];
  const partLines = parts.map(({ name, keyId: id, body }) => `part ${name} ${id} ${body.length}\n`);
  const lines = utf8(`intake-envelope/1\n${headLines(head)}${partLines.join("")}`);
  const bodies = parts.map((part) => part.body);
  const signed = concat(lines, ...bodies);
  const signLine = utf8(`sign ${b64u(await sign(signKey, signed))}\n\n`);
  const bytes = concat(lines, signLine, ...bodies);
  if (bytes.length > LIMITS.envelope) throw new Refusal(TOO_LARGE);
  return { bytes, digest: `sha-256:${hex(await sha256(signed))}` };
}

/** @param {string} text @returns {boolean} whether it is a day of the calendar, "2026-11-22" */
function isDay(text) {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
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
 * The header's lines, without the empty one.
 * @param {Bytes} raw
 * @returns {{lines: string[], size: number}} `size` counts the empty line too
 */
function headerLines(raw) {
  let text = "";
  for (const byte of raw.subarray(0, LIMITS.header)) text += String.fromCharCode(byte);
  if (!text.startsWith("intake-envelope/1\n")) throw new Refusal("422.1");
  const end = text.indexOf("\n\n");
  if (end < 0 || /[^\n\x20-\x7e]/.test(text.slice(0, end))) throw new Refusal("422.2");
  return { lines: text.slice(0, end).split("\n"), size: end + 2 };
}

/** @param {string | undefined} line @param {string} word @returns {string} what follows the word and one space */
function valueOf(line, word) {
  if (line === undefined || !line.startsWith(`${word} `)) throw new Refusal("422.3");
  return line.slice(word.length + 1);
}

/**
 * @param {string} line
 * @param {string} name the part this line must name
 * @returns {{name: string, keyId: string, length: number}}
 */
function partLine(line, name) {
  const [found, id, length, ...rest] = valueOf(line, "part").split(" ");
  if (found !== name || !KEY_ID.test(id || "") || rest.length) throw new Refusal("422.8");
  if (!/^[1-9][0-9]{0,6}$/.test(length || "")) throw new Refusal("422.9");
  const size = Number(length);
  if (size > LIMITS.part || size <= OVERHEAD) throw new Refusal("422.9");
  return { name, keyId: id, length: size };
}

/** @param {string} text @returns {Bytes} */
function signatureOf(text) {
  const bytes = unb64u(text, "422.10");
  if (bytes.length !== 64) throw new Refusal("422.10");
  return bytes;
}

/**
 * Reads an envelope strictly: exactly the lines of the format in their order, exactly the bytes they promise.
 * @param {Bytes} raw
 * @returns {Envelope}
 * @throws {Refusal} 413.1, 422.1 to 422.11
 */
export function parseEnvelope(raw) {
  if (raw.length > LIMITS.envelope) throw new Refusal(TOO_LARGE);
  const { lines, size } = headerLines(raw);
  const [, reportLine, deviceLine, madeLine, urgentLine, ...rest] = lines;
  const report = valueOf(reportLine, "report");
  const device = valueOf(deviceLine, "device");
  const made = valueOf(madeLine, "made");
  const urgent = valueOf(urgentLine, "urgent");
  checkHead(report, device, made);
  if (urgent !== "yes" && urgent !== "no") throw new Refusal("422.7");
  const signature = signatureOf(valueOf(rest.pop(), "sign"));
  if (rest.length < 1 || rest.length > 2) throw new Refusal("422.3");
  const promised = rest.map((line, i) => partLine(line, i === 0 ? "report" : "identity"));
  let at = size;
  const parts = promised.map(({ name, keyId: id, length }) => {
    at += length;
    return { name, keyId: id, body: raw.slice(at - length, at) };
  });
  if (at !== raw.length) throw new Refusal("422.11");
  const covered = lines.slice(0, -1).join("\n") + "\n";
  const signed = concat(utf8(covered), raw.subarray(size));
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
