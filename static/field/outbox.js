/**
 * The outbox: sealed reports and where each one stands. This is the only module that writes a state.
 *
 *     draft → sealed → received → only the receipt's line
 *     received → sealed   when the server no longer has it and the bytes are still here
 *     sealed ⇄ refused    refused is tried once more after each update of the app
 *     any of them → withdrawn
 *
 * *Sending* is not a state: after a killed tab the report is `sealed` and is sent again, which the server answers as
 * the first time. No function here drops bytes for age, for retries or for an error nobody knows.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./db.js").Database} Database
 * @typedef {import("./db.js").Tables} Tables
 * @typedef {import("./receipt.js").Receipt} Receipt
 * @typedef {"sealed" | "received" | "refused" | "withdrawn"} State
 * @typedef {"later" | "told" | "daily" | "invitation"} Wait
 * @typedef {{
 *   report: string, compartment: string, digest: string, made: string, urgent: boolean,
 *   state: State, aside: boolean, code: string | null, since: string, order: number,
 *   tries: number, wait: Wait | null, next: number, receipt: Receipt | null, arrived: number | null,
 *   kept: boolean, shells: string[], about: string | null, link?: Bytes, elsewhere?: string | null,
 * }} Item
 *   `since` wall-clock ISO minute, for people only; `order`, `next` and `arrived` in our own milliseconds (`tick`);
 *   `wait` why it is not tried before `next`: *told* by the server with Retry-After, else what `answer.js` decided;
 *   `kept` whether the bytes are here; `shells` versions of the app under which it was refused; `about` the report a
 *   notice takes back, or ANSWER; `link` which report this one belongs to, under the passphrase (`link.js`); `elsewhere` the other
 *   office it was sealed to (null: the own one).
 * @typedef {{
 *   report: string, compartment: string, digest: string, made: string, urgent: boolean, about?: string, link?: Bytes,
 *   elsewhere: string | null,
 * }} Fresh
 */
import { Refusal, same } from "./bytes.js";
import { meantFor } from "./drafts.js";
import { stands } from "./link.js";
import { take } from "./numbers.js";

/** What may become what. @type {Record<State, State[]>} */
const MOVES = {
  sealed: ["received", "refused", "withdrawn"],
  refused: ["sealed", "received", "withdrawn"],
  received: ["sealed", "withdrawn"],
  withdrawn: [],
};
/**
 * The compartment of practice. It is no key's id: a server that got an envelope of practice all the same would not know
 * the phone, nor the keys it is sealed to.
 */
export const PRACTICE = "0".repeat(16);
/** What an item that answers a message is about, in place of a report: the phone remembers no more of it. */
export const ANSWER = "message";
/** No wait is longer, in our own milliseconds; what says otherwise was written by a confused clock. */
const LONGEST_WAIT = 25 * 3600 * 1000;

/** @param {Fresh} fresh @param {number} own @param {string} since @returns {Item} */
function sealedItem(fresh, own, since) {
  return {
    about: null,
    ...fresh,
    state: "sealed",
    aside: false,
    code: null,
    since,
    order: own,
    tries: 0,
    wait: null,
    next: 0,
    receipt: null,
    arrived: null,
    kept: true,
    shells: [],
  };
}

/**
 * Add, never put: bytes that are here are never written over. Read back before anything else happens.
 * @param {Tables} at @param {Item} item @param {Bytes} bytes
 */
async function addSealed(at, item, bytes) {
  await at.outbox.add(item);
  await at.sealed.add({ report: item.report, bytes });
  const back = await at.sealed.get(item.report);
  if (!back || !same(back.bytes, bytes)) throw new Refusal("phone.storage_broken");
}

/**
 * The draft becomes a sealed report, in one transaction: whoever kills the tab finds the one or the other. With it, in
 * the same step, begins the report of another person in the same event.
 *
 * @param {Database} db
 * @param {{
 *   draft: string, version: number, fresh: Fresh, bytes: Bytes, own: number, since: string,
 *   another?: import("./drafts.js").DraftRecord | null,
 * }} work `version`: of the draft that was sealed
 * @throws {Refusal} `phone.draft_changed` when the draft is gone or is no longer the one that was sealed
 */
export async function finish(db, { draft, version, fresh, bytes, own, since, another = null }) {
  const item = sealedItem(fresh, own, since);
  const held = await db.write(["drafts", "outbox", "sealed"], async (at) => {
    const record = await at.drafts.get(draft);
    const unchanged = record && record.version === version && meantFor(record) === fresh.elsewhere;
    if (!unchanged) throw new Refusal("phone.draft_changed");
    await addSealed(at, item, bytes);
    await at.drafts.remove(draft);
    if (another) await at.drafts.add(another);
    return record;
  });
  const back = await db.read(["sealed"], ({ sealed }) => sealed.get(item.report));
  if (back && same(back.bytes, bytes)) return item;
  // what cannot be read back can never go out, and would stand in the way of the next try
  await db.write(["drafts", "outbox", "sealed"], async ({ drafts, outbox, sealed }) => {
    await drafts.put(held);
    if (another) await drafts.remove(another.id);
    await outbox.remove(item.report);
    await sealed.remove(item.report);
  });
  throw new Refusal("phone.storage_broken");
}

/**
 * A draft that grew old, or whose passphrase is forgotten: its sealed unfinished copy takes its place.
 *
 * @param {Database} db
 * @param {string} draft
 * @param {{own: number, since: string}} when
 * @returns {Promise<boolean>} false when the draft is gone or has no copy; then nothing was changed
 */
export function handOver(db, draft, { own, since }) {
  return db.write(["drafts", "outbox", "sealed"], async (at) => {
    const record = await at.drafts.get(draft);
    if (!record || !record.copy) return false;
    const { bytes, digest, made, urgent, link } = record.copy;
    const fresh = { report: record.id, compartment: record.compartment, digest, made, urgent, link, elsewhere: meantFor(record) };
    await addSealed(at, sealedItem(fresh, own, since), bytes);
    await at.drafts.remove(draft);
    return true;
  });
}

/**
 * Change one item in one transaction; an item that is gone stays gone.
 * @param {Database} db
 * @param {string} report
 * @param {(item: Item) => Item | null} change null leaves it as it is
 * @returns {Promise<Item | null>} as it is now
 */
function change(db, report, change) {
  return db.write(["outbox"], async ({ outbox }) => {
    const item = await outbox.get(report);
    if (!item) return null;
    const after = change(item);
    if (after) await outbox.put(after);
    return after || item;
  });
}

/** @param {Item} item @param {State} state @param {Partial<Item>} more @returns {Item | null} null: no such move */
function moved(item, state, more) {
  const known = item.state === state || MOVES[item.state].includes(state);
  return known ? { ...item, ...more, state } : null;
}

/**
 * A verified receipt has come: receipt and state in one transaction. A report that was taken back while it travelled
 * stays taken back, and keeps the receipt.
 *
 * @param {Database} db
 * @param {Receipt} receipt verified by the caller against the bundle
 * @param {{own: number, aside: boolean, code?: string | null}} how `code`: "409.1" when the office has other content too
 */
export function received(db, receipt, { own, aside, code = null }) {
  return change(db, receipt.report, (item) => {
    if (item.digest !== receipt.digest) return null;
    if (item.state === "withdrawn") return { ...item, receipt };
    const arrived = item.arrived === null ? own : item.arrived;
    return moved(item, "received", { receipt, aside, code, arrived, wait: null, next: 0, tries: 0 });
  });
}

/**
 * @param {Database} db
 * @param {string} report
 * @param {{code: string, shell: string}} why `shell`: the version of the app that was refused
 */
export function refused(db, report, { code, shell }) {
  return change(db, report, (item) => {
    const shells = item.shells.includes(shell) ? item.shells : [...item.shells, shell];
    return item.state === "received" ? null : moved(item, "refused", { code, shells, wait: null, next: 0 });
  });
}

/**
 * It could not go out now: when to try again, and why. Only a sealed report waits.
 * @param {Database} db
 * @param {string} report
 * @param {{wait: Wait, next: number, code: string | null}} until
 */
export function postponed(db, report, { wait, next, code }) {
  return change(db, report, (item) =>
    item.state === "sealed" ? { ...item, wait, next, code, tries: item.tries + 1 } : null,
  );
}

/**
 * The server has lost it: what is still here waits again, for nothing but the next sending.
 * @param {Database} db
 * @param {string} report
 * @param {boolean} other the server has other content under this id; one that was put aside already stays aside
 */
export function lostThere(db, report, other) {
  return change(db, report, (item) => {
    if (item.state !== "received" || !item.kept || (other && item.aside)) return null;
    return moved(item, "sealed", { aside: false, code: null, wait: null, next: 0 });
  });
}

/**
 * After an update of the app what was refused is tried once more, once for each version.
 * @param {Database} db
 * @param {string} shell
 */
export function tryRefusedAgain(db, shell) {
  return db.write(["outbox"], async ({ outbox }) => {
    for (const item of /** @type {Item[]} */ (await outbox.all())) {
      if (item.state !== "refused" || item.shells.includes(shell)) continue;
      await outbox.put({ ...item, state: "sealed", wait: null, next: 0 });
    }
  });
}

/**
 * A new invitation was used: what waited for one is tried at once.
 * @param {Database} db
 * @param {string} compartment
 */
export function invitedAgain(db, compartment) {
  return db.write(["outbox"], async ({ outbox }) => {
    for (const item of /** @type {Item[]} */ (await outbox.all())) {
      if (item.compartment !== compartment || item.state !== "sealed") continue;
      await outbox.put({ ...item, wait: null, next: 0, code: null });
    }
  });
}

/**
 * Taking back, in one transaction: the bytes are destroyed and a sealed notice, with an id of its own, waits to go. Its
 * number is used up in the same step, so that a killed tab leaves no gap for the office to wonder about.
 *
 * @param {Database} db
 * @param {string} report
 * @param {{fresh: Fresh, bytes: Bytes, n: number, own: number, since: string}} notice
 * @throws {Refusal} `phone.not_here` when it cannot be taken back; `phone.draft_changed` when another window has used the
 *   number
 */
export function takeBack(db, report, { fresh, bytes, n, own, since }) {
  return db.write(["outbox", "sealed", "compartments"], async (at) => {
    const item = await at.outbox.get(report);
    if (!stands(item, fresh.compartment)) throw new Refusal("phone.not_here");
    const compartment = await at.compartments.get(fresh.compartment);
    if (take(compartment, fresh.elsewhere) !== n) throw new Refusal("phone.draft_changed");
    await at.compartments.put(compartment);
    const after = /** @type {Item} */ (moved(item, "withdrawn", {}));
    await at.sealed.remove(report);
    await at.outbox.put({ ...after, kept: false, wait: null, next: 0, code: null });
    await addSealed(at, sealedItem({ ...fresh, about: report }, own, since), bytes);
  });
}

/**
 * Answering, in one transaction: the sealed answer waits to go and the message is no more. What stays of it is its
 * number, so that nobody can send it again and nothing seems to be missing. *Later* keeps the message.
 *
 * @param {Database} db
 * @param {number} number of the message
 * @param {{fresh: Fresh, bytes: Bytes, n: number, own: number, since: string, keep: boolean}} answer
 * @throws {Refusal} `phone.not_here` when it was answered in another window; `phone.draft_changed` when that one has used
 *   the number of this answer
 */
export function answer(db, number, { fresh, bytes, n, own, since, keep }) {
  return db.write(["outbox", "sealed", "compartments", "messages"], async (at) => {
    const message = await at.messages.get([fresh.compartment, number]);
    if (!message || !message.sealed) throw new Refusal("phone.not_here");
    const compartment = await at.compartments.get(fresh.compartment);
    if (take(compartment, null) !== n) throw new Refusal("phone.draft_changed");
    await at.compartments.put(compartment);
    if (!keep) await at.messages.put(spent(message));
    await addSealed(at, sealedItem({ ...fresh, about: ANSWER }, own, since), bytes);
  });
}

/** What stays of a message that is no more. @param {any} message @returns {any} */
export function spent({ compartment, id, shown, told }) {
  // the office hears of one that was shown, and of no other
  return { compartment, id, shown: true, told: told || !shown };
}

/**
 * Kept copies of what arrived long ago give way; the receipt's line stays.
 * @param {Database} db
 * @param {number} own
 * @param {(compartment: string) => number} keep how long a compartment's office wants copies kept, milliseconds
 */
export function letGo(db, own, keep) {
  return db.write(["outbox", "sealed"], async (at) => {
    for (const item of /** @type {Item[]} */ (await at.outbox.all())) {
      if (item.state !== "received" || !item.kept || item.arrived === null || !item.receipt) continue;
      if (own - item.arrived < keep(item.compartment)) continue;
      await at.sealed.remove(item.report);
      await at.outbox.put({ ...item, kept: false });
    }
  });
}

/**
 * What should go out now, urgent first and then the oldest. Of practice never anything.
 * @param {Item[]} items
 * @param {number} own
 * @param {Wait[]} impatient waits that are not respected this time
 * @returns {Item[]}
 */
export function due(items, own, impatient) {
  return items
    .filter(({ state, compartment }) => state === "sealed" && compartment !== PRACTICE)
    .filter(({ wait, next }) => {
      if (wait === null || impatient.includes(wait)) return true;
      return next <= own || next > own + LONGEST_WAIT;
    })
    .sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.order - b.order);
}

/** @param {Database} db @returns {Promise<Item[]>} */
export function items(db) {
  return db.read(["outbox"], ({ outbox }) => outbox.all());
}

/** @param {Database} db @param {string} report @returns {Promise<Bytes | null>} null when they are not here any more */
export async function sealedBytes(db, report) {
  const found = await db.read(["sealed"], ({ sealed }) => sealed.get(report));
  return found ? found.bytes : null;
}
