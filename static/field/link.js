/**
 * How reports belong together. A report may correct or add to an earlier one, or be about another person in the same
 * event; which one it points at is sealed for the office inside it. For the officer's own list the same stands beside the
 * sealed report, where only the passphrase opens it. A report that points at none has one of the same size, so that
 * under the lock nobody can tell.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {{report: string, as: "corrects" | "adds_to" | "same_event"}} About as it is sealed for the office
 * @typedef {About & {since: string}} Link what a person is told: `since` is when the other report was saved, ISO minute
 */
import { textOf, utf8 } from "./bytes.js";
import { decrypt, encrypt } from "./slots.js";

/** Longer than any of them: JSON does not mind spaces at the end. */
const LENGTH = 96;

/** @param {string} report @returns {string} what the encryption is bound to */
function boundTo(report) {
  return `intake-link/1\n${report}\n`;
}

/** @param {CryptoKey} key @param {string} report @param {About | null} about @returns {Promise<Bytes>} */
export function lockLink(key, report, about) {
  return encrypt(key, utf8(JSON.stringify(about).padEnd(LENGTH)), boundTo(report));
}

/**
 * @param {CryptoKey} key
 * @param {{report: string, link?: Bytes}} item
 * @returns {Promise<About | null>} null also for what this passphrase does not open: it is sealed for the office all the same
 */
export async function openLink(key, { report, link }) {
  const opened = link && (await decrypt(key, link, boundTo(report)).catch(() => null));
  return opened ? JSON.parse(textOf(opened)) : null;
}

/**
 * @template T
 * @param {T} line
 * @param {About | null | undefined} about
 * @param {{report: string, since: string}[]} items everything sealed on this phone
 * @returns {T & {link?: Link}} the line, and what to say of the report it points at
 */
export function linked(line, about, items) {
  const found = items.find(({ report }) => about && report === about.report);
  return { ...line, ...(about && found ? { link: { ...about, since: found.since } } : {}) };
}

/**
 * What another report may point at, and what can be taken back.
 * @param {import("./outbox.js").Item | undefined} item
 * @param {string} compartment
 * @returns {boolean} false for what is not here, is another officer's, is a notice itself, or was taken back already
 */
export function stands(item, compartment) {
  return item !== undefined && item.compartment === compartment && !item.about && item.state !== "withdrawn";
}
