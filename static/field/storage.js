/**
 * The defence of what the phone keeps: asking the browser to keep it, a meter in plain words, a probe before anything
 * is called saved, an alarm when the database has gone, and a clock of our own that cannot jump.
 *
 * @typedef {import("./db.js").Database} Database
 * @typedef {"fine" | "low" | "full"} Level
 * @typedef {{
 *   waiting: number, arrived: number, refused: number, drafts: number, contact: string | null,
 *   known?: import("./loss.js").Trace[], gone?: import("./loss.js").Gone | null,
 * }} Stamp
 */
import { Refusal, concat, random, same } from "./bytes.js";

/** Where the stamp lives: outside IndexedDB, so that it tells of a database that was lost. */
const STAMP = "fieldbook.stamp";
/** The longest step of the wall clock that is believed, in milliseconds. */
const LONGEST_STEP = 24 * 3600 * 1000;
/** Free space, in bytes, below which a person is asked to make room, and below which nothing is promised any more. */
const LOW = 20 * 1024 * 1024;
const FULL = 2 * 1024 * 1024;
/** A probe is as large as the largest envelope (513 KiB) and a draft beside it. */
const PROBE = 640 * 1024;
/** What browsers give at once of random bytes. */
const PIECE = 64 * 1024;

/**
 * Our own time: it advances with the wall clock, never backwards, and at most a day between two looks. All ages and
 * waits are measured with it, so a clock that is wrong by years neither ends a draft, nor drops a kept copy, nor
 * silences the outbox.
 *
 * @param {Database} db
 * @param {number} wall milliseconds since 1970, as the phone believes
 * @returns {Promise<number>} milliseconds of our own
 */
export async function tick(db, wall) {
  let own = 0;
  const noted = db.write(["phone"], async ({ phone }) => {
    const before = (await phone.get("clock")) || { wall, own: 0 };
    own = before.own + Math.min(Math.max(wall - before.wall, 0), LONGEST_STEP);
    await phone.put({ wall, own }, "clock");
  });
  await unlessFull(noted);
  return own;
}

/**
 * For notes that may be missed: on a full phone what waits must still go out.
 * @param {Promise<unknown>} written
 * @returns {Promise<boolean>} false when there was no room
 */
export function unlessFull(written) {
  return written.then(
    () => true,
    (error) => {
      if (error instanceof Refusal && error.code === "phone.storage_full") return false;
      throw error;
    },
  );
}

/**
 * Ask the browser to keep what we store. Older browsers do not know the question.
 * @returns {Promise<boolean>}
 */
export async function askToPersist() {
  const { storage } = navigator;
  if (!storage || !storage.persist) return false;
  return (await storage.persisted()) || storage.persist();
}

/** @param {number} used @param {number} quota bytes @returns {Level} */
export function level(used, quota) {
  if (!quota) return "fine";
  const free = quota - used;
  if (free < FULL) return "full";
  return free < LOW ? "low" : "fine";
}

/**
 * @returns {Promise<{persisted: boolean, used: number, quota: number, level: Level}>} bytes; a quota of 0 is unknown
 */
export async function meter() {
  const { storage } = navigator;
  if (!storage || !storage.estimate) return { persisted: false, used: 0, quota: 0, level: "fine" };
  const { usage = 0, quota = 0 } = await storage.estimate();
  const persisted = storage.persisted ? await storage.persisted() : false;
  return { persisted, used: usage, quota, level: level(usage, quota) };
}

/**
 * Write, read back and remove as many bytes as the next saving could need.
 * @param {Database} db
 * @throws {Refusal} `phone.storage_full`, or `phone.storage_broken` when the browser gives back something else
 */
export async function probe(db) {
  // random to the last byte: browsers pack what they store, and sealed bytes cannot be packed
  const bytes = concat(...Array.from({ length: PROBE / PIECE }, () => random(PIECE)));
  await db.write(["phone"], ({ phone }) => phone.put(bytes, "probe"));
  const back = await db.read(["phone"], ({ phone }) => phone.get("probe"));
  await db.write(["phone"], ({ phone }) => phone.remove("probe"));
  if (!(back instanceof Uint8Array) || !same(back, bytes)) throw new Refusal("phone.storage_broken");
}

/**
 * Leave word outside the database that one exists. Other tabs hear of it when it says something new, and only then:
 * the same state must give the same words, or two tabs would call to each other for ever.
 * @param {Stamp} what counts, and what to ask the office for, so that a loss can be told
 */
export function stamp(what) {
  const text = JSON.stringify(what);
  try {
    if (localStorage.getItem(STAMP) !== text) localStorage.setItem(STAMP, text);
  } catch {
    // without localStorage there is no alarm; nothing else depends on it
  }
}

/** @returns {Stamp | null} what the last stamp said */
export function readStamp() {
  try {
    return JSON.parse(localStorage.getItem(STAMP) || "null");
  } catch {
    return null;
  }
}

/** @param {() => void} heard called when another tab left a stamp @returns {() => void} stop listening */
export function onStamp(heard) {
  /** @param {StorageEvent} event */
  const listen = (event) => {
    if (event.key === STAMP) heard();
  };
  addEventListener("storage", listen);
  return () => removeEventListener("storage", listen);
}
