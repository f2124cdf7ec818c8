/**
 * Drafts: what an officer has begun. Readable only under the unlocked key, and beside it, once she has agreed that
 * something is written down, a copy sealed to the office that nobody here can open and that outlives the passphrase.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./db.js").Database} Database
 * @typedef {{bytes: Bytes, digest: string, made: string, urgent: boolean, link?: Bytes, version: number}} Copy
 * @typedef {{
 *   id: string, compartment: string, version: number, secret: Bytes, agreed: boolean, copy: Copy | null,
 *   n: number | null, touched: number,
 * }} DraftRecord as it rests: `n` this report's number once reserved, `touched` our own milliseconds of the last change
 * @typedef {{
 *   form: string, formVersion: number, answers: Record<string, any>, page: number | string, languages: string[],
 *   word: string, colour: string, begun: string, own?: Record<string, any>, about?: import("./link.js").About | null,
 * }} Content what only the passphrase opens; `own` are settings of this draft alone, which its rules may read; `about` is
 *   the report that this one corrects or adds to, or whose event it shares
 * @typedef {{
 *   id: string, form: string, version: number, answers: Record<string, any>, page: number | string, languages: string[],
 *   settings: Record<string, any>,
 * }} Draft `settings`: the office's and the draft's own
 * @typedef {{
 *   id: string, word: string, colour: string, begun: string, form: string, page: number | string, agreed: boolean,
 *   link?: import("./link.js").Link,
 * }} DraftLine
 */
import { Refusal, textOf, utf8 } from "./bytes.js";
import { stands } from "./link.js";
import { decrypt, encrypt } from "./slots.js";

/** What the app tells drafts apart by: never a name. Each word has a key of the same spelling in the phone's words. */
export const WORDS = ["river", "lamp", "stone", "mango", "kite", "boat", "drum", "cloud", "basket", "star", "bridge", "leaf"];
export const COLOURS = ["blue", "green", "orange", "purple", "red", "teal", "brown", "grey"];
const AGREED = ["yes", "fact_only"];

/**
 * @param {Record<string, any>} answers
 * @returns {boolean} whether something may be written down and a sealed copy kept; a child who was asked and said no has
 *   the last word on the phone
 */
export function hasAgreed(answers) {
  return AGREED.includes(answers.may_write) && answers.child_agrees !== "no";
}

/** @param {string} id @param {number} version @returns {string} what the encryption is bound to */
function context(id, version) {
  return `intake-draft/1\n${id}\n${version}\n`;
}

/** What the rules of a draft may read. @param {Record<string, any>} office @param {Content} content */
export function settingsOf(office, content) {
  return { ...office, ...content.own };
}

/** @param {CryptoKey} key @param {string} id @param {number} version @param {Content} content @returns {Promise<Bytes>} */
function locked(key, id, version, content) {
  return encrypt(key, utf8(JSON.stringify(content)), context(id, version));
}

/**
 * @param {CryptoKey} key
 * @param {DraftRecord} record
 * @returns {Promise<Content>}
 * @throws {Refusal} phone.unreadable
 */
export async function openContent(key, record) {
  return JSON.parse(textOf(await decrypt(key, record.secret, context(record.id, record.version))));
}

/** @param {Database} db @param {string} id @returns {Promise<DraftRecord>} @throws {Refusal} phone.no_draft */
export async function load(db, id) {
  const record = await db.read(["drafts"], ({ drafts }) => drafts.get(id));
  if (!record) throw new Refusal("phone.no_draft");
  return record;
}

/** @param {Database} db @returns {Promise<DraftRecord[]>} of every compartment */
export function all(db) {
  return db.read(["drafts"], ({ drafts }) => drafts.all());
}

/**
 * @param {{id: string, compartment: string, key: CryptoKey, content: Content, own: number}} fresh
 * @returns {Promise<DraftRecord>} not kept yet
 */
export async function blank({ id, compartment, key, content, own }) {
  const secret = await locked(key, id, 1, content);
  return { id, compartment, version: 1, secret, agreed: false, copy: null, n: null, touched: own };
}

/**
 * @param {Database} db
 * @param {DraftRecord} fresh
 * @param {string} [earlier] the report it belongs to
 * @throws {Refusal} phone.taken_back when that one was taken back or is not here
 */
export function begin(db, fresh, earlier) {
  return db.write(["drafts", "outbox"], async ({ drafts, outbox }) => {
    if (earlier && !stands(await outbox.get(earlier), fresh.compartment)) throw new Refusal("phone.taken_back");
    await drafts.add(fresh);
  });
}

/**
 * @param {Database} db
 * @param {{id: string, base: number, key: CryptoKey, content: Content, own: number}} save `base`: the version this was
 *   written upon
 * @returns {Promise<number>} the new version
 * @throws {Refusal} phone.no_draft; phone.draft_elsewhere when another tab has written meanwhile
 */
export async function save(db, { id, base, key, content, own }) {
  const version = base + 1;
  const secret = await locked(key, id, version, content);
  const agreed = hasAgreed(content.answers);
  await db.write(["drafts"], async ({ drafts }) => {
    const held = await drafts.get(id);
    if (!held) throw new Refusal("phone.no_draft");
    if (held.version !== base) throw new Refusal("phone.draft_elsewhere");
    // agreement taken away takes its sealed copy away, in the same step
    await drafts.put({ ...held, version, secret, agreed, copy: agreed ? held.copy : null, touched: own });
  });
  return version;
}

/**
 * The number of this report among all of this phone: reserved once, at its first sealing.
 * @param {Database} db
 * @param {string} id
 * @returns {Promise<number>}
 */
export function reserve(db, id) {
  return db.write(["drafts", "compartments"], async ({ drafts, compartments }) => {
    const held = await drafts.get(id);
    if (!held) throw new Refusal("phone.no_draft");
    if (held.n !== null) return held.n;
    const compartment = await compartments.get(held.compartment);
    const n = next(compartment);
    await compartments.put(compartment);
    await drafts.put({ ...held, n });
    return n;
  });
}

/** @param {{n: number, free: number[]}} compartment changed here @returns {number} a returned number first: no gaps */
export function next(compartment) {
  const returned = compartment.free.shift();
  if (returned !== undefined) return returned;
  compartment.n += 1;
  return compartment.n;
}

/**
 * Keep a sealed unfinished copy beside the draft, unless the draft has moved on or agreement was taken back.
 * @param {Database} db
 * @param {string} id
 * @param {Copy} copy
 * @returns {Promise<boolean>} whether it was kept
 */
export function keepCopy(db, id, copy) {
  return db.write(["drafts"], async ({ drafts }) => {
    const held = await drafts.get(id);
    if (!held || held.version !== copy.version || !held.agreed) return false;
    await drafts.put({ ...held, copy });
    return true;
  });
}

/**
 * She does not want this sent: draft and sealed copy go together, and its number can be used again.
 * @param {Database} db
 * @param {string} id
 */
export function destroy(db, id) {
  return db.write(["drafts", "compartments"], async ({ drafts, compartments }) => {
    const held = await drafts.get(id);
    if (!held) return;
    await drafts.remove(id);
    const compartment = await compartments.get(held.compartment);
    if (held.n === null || !compartment) return;
    await compartments.put({ ...compartment, free: [...compartment.free, held.n] });
  });
}

/**
 * Which drafts have lain longer than their office allows.
 * @param {DraftRecord[]} records
 * @param {number} own
 * @param {(compartment: string) => number} patience milliseconds
 * @returns {DraftRecord[]}
 */
export function old(records, own, patience) {
  return records.filter((record) => own - record.touched >= patience(record.compartment));
}

/**
 * @template T
 * @param {T[]} choices
 * @param {T[]} taken
 * @param {number} chance 0 to 1
 * @returns {T}
 */
export function pick(choices, taken, chance) {
  const free = choices.filter((choice) => !taken.includes(choice));
  const from = free.length ? free : choices;
  return from[Math.floor(chance * from.length) % from.length];
}
