/**
 * Sending what waits, and hearing what the office says. Works under the lock and in the service worker: it needs sealed
 * bytes, tokens and bundles, and no passphrase.
 *
 * @typedef {import("./db.js").Database} Database
 * @typedef {import("./enrolment.js").Compartment} Compartment
 * @typedef {import("./outbox.js").Item} Item
 * @typedef {import("./outbox.js").Wait} Wait
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./answer.js").Verdict} Verdict
 * @typedef {import("./bundle.js").Payload} Payload
 * @typedef {"open" | "online" | "timer" | "background" | "saved" | "button"} Why
 * @typedef {{
 *   db: Database, fetch: typeof fetch, wall: () => number, chance: () => number, shell: () => string,
 *   step: (name: string) => Promise<void> | void, moved: () => void, locks: LockManager | undefined,
 * }} Tools
 *   `wall` milliseconds since 1970; `chance` 0 to 1; `step` is told where the work stands, so that tests can stop it there;
 *   `moved` is told that one report's state may have changed, while others are still on their way
 * @typedef {{
 *   own: number, contact: boolean, failures: number, fetched: Set<string>, strange: Set<string>, impatient: Wait[],
 *   trouble: string | null,
 * }} Run
 *   one run: `failures` in a row without any contact, `fetched` compartments whose bundle was fetched in this run,
 *   `strange` those of which the server said that it does not know them
 */
import { readAnswer, verdict } from "./answer.js";
import { b64u, random, unb64u } from "./bytes.js";
import { newer, readBundle } from "./bundle.js";
import * as drafts from "./drafts.js";
import * as outbox from "./outbox.js";
import { checkReceipt } from "./receipt.js";
import { tick, unlessFull } from "./storage.js";

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const IN_FLIGHT = 4;
const FIRST_WAIT = 15 * 1000;
const LONGEST_BACK_OFF = 2 * HOUR;
const DRAFT_HOURS = 72;
const KEEP_DAYS = 30;
/** So many ids a server is asked for at once. */
export const HAVE_AT_MOST = 500;
/** A request that has not ended after this is given up: the largest envelope needs a minute and a half on 2G. */
const PATIENCE = 5 * 60 * 1000;
const LEASE = 2 * 60 * 1000;
/** What a server says of a phone that it does not know. */
export const UNKNOWN = ["401.1", "403.1"];
const ENVELOPE = "application/vnd.intake.envelope";
export const JSON_BODY = { "Content-Type": "application/json" };

/** Which waits a reason to send does not respect. What the server asked for with Retry-After is always respected. @type {Record<Why, Wait[]>} */
const IMPATIENT = {
  open: ["later"],
  online: ["later"],
  saved: [],
  timer: [],
  background: ["later"],
  button: ["later", "daily", "invitation"],
};

/**
 * How long to wait after so many tries, with jitter, so that a thousand phones do not return in the same second.
 * @param {number} tries @param {number} chance 0 to 1 @returns {number} milliseconds
 */
export function backOff(tries, chance) {
  const most = Math.min(FIRST_WAIT * 2 ** Math.min(tries, 20), LONGEST_BACK_OFF);
  return Math.round(most / 2 + (most / 2) * chance);
}

/** @param {Compartment} compartment @returns {Promise<Payload | null>} null when its bundle is not what was pinned */
function payloadOf(compartment) {
  return readBundle(compartment.bundle, compartment.pin).catch(() => null);
}

/**
 * One tab or worker at a time. Where Web Locks are missing a lease in the database stands for them; it ends by itself
 * when its tab was killed.
 *
 * @template T
 * @param {Tools} tools
 * @param {() => Promise<T>} work
 * @returns {Promise<T | null>} null when another one is at it
 */
export async function exclusively(tools, work) {
  if (tools.locks) {
    return tools.locks.request("fieldbook-send", { ifAvailable: true }, (lock) => (lock ? work() : null));
  }
  const holder = b64u(random(9));
  if (!(await lease(tools, holder))) return null;
  const renewal = setInterval(() => lease(tools, holder).catch(() => {}), LEASE / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await tools.db.write(["phone"], ({ phone }) => phone.remove("lease"));
  }
}

/** @param {Tools} tools @param {string} holder @returns {Promise<boolean>} */
function lease({ db, wall }, holder) {
  const now = wall();
  return db.write(["phone"], async ({ phone }) => {
    const held = await phone.get("lease");
    const free = !held || held.holder === holder || held.until < now || held.until > now + 2 * LEASE;
    if (free) await phone.put({ holder, until: now + LEASE }, "lease");
    return free;
  });
}

/** @param {Database} db @returns {Promise<Compartment[]>} */
function compartmentsOf(db) {
  return db.read(["compartments"], ({ compartments }) => compartments.all());
}

/**
 * What time asks for, with nobody signed in: old drafts go out as their sealed unfinished copies, old kept copies of
 * what arrived give way.
 *
 * A draft to which she never agreed has no copy and may not have one; it ends. A draft with her agreement and without
 * a copy stays.
 *
 * @param {Tools} tools
 * @returns {Promise<number>} our own time
 */
export async function housekeeping({ db, wall }) {
  const own = await tick(db, wall());
  /** @type {Map<string, Payload["settings"]>} */
  const settings = new Map();
  for (const compartment of await compartmentsOf(db)) {
    const payload = await payloadOf(compartment);
    settings.set(compartment.id, payload ? payload.settings : {});
  }
  /** @param {string} id @param {string} name @param {number} otherwise */
  const setting = (id, name, otherwise) => Number((settings.get(id) || {})[name]) || otherwise;
  const since = minute(wall());
  for (const record of drafts.old(await drafts.all(db), own, (id) => setting(id, "draft_hours", DRAFT_HOURS) * HOUR)) {
    // one that cannot be handed over is no reason to hold up what waits
    if (record.copy) await outbox.handOver(db, record.id, { own, since }).catch(() => false);
    else if (!record.agreed) await drafts.destroy(db, record.id);
  }
  await outbox.letGo(db, own, (id) => setting(id, "keep_days", KEEP_DAYS) * DAY);
  return own;
}

/** @param {number} wall @returns {string} ISO minute, UTC */
export function minute(wall) {
  return new Date(wall).toISOString().slice(0, 16);
}

/**
 * @param {Tools} tools
 * @param {string} path
 * @param {RequestInit} more
 * @returns {Promise<Response>} rejects when there is no network
 */
export async function call(tools, path, more) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE);
  try {
    return await tools.fetch(`/sync/v1/${path}`, {
      credentials: "omit",
      redirect: "manual",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: giveUp.signal,
      ...more,
    });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Who calls, and with which version of the app: whoever helps officers sees which phones need an update.
 * @param {Tools} tools @param {Compartment} compartment @returns {Record<string, string>}
 */
export function bearer({ shell }, { token }) {
  return { Authorization: `Bearer ${token}`, ...(shell() ? { "Intake-Shell": shell() } : {}) };
}

/**
 * @param {unknown} receipt
 * @param {Compartment} compartment
 * @param {{report: string, digest: string}} held
 * @returns {Promise<import("./receipt.js").Receipt | null>}
 */
async function verified(receipt, compartment, held) {
  const payload = await payloadOf(compartment);
  if (!payload || !receipt) return null;
  return checkReceipt(receipt, payload.receipt_key, held).catch(() => null);
}

/**
 * The receipt in an answer. One that cannot be verified may be signed by a key that is newer than the bundle here, so
 * the bundle is fetched once and the receipt looked at again.
 *
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment @param {Item} item @param {Answer} answer
 */
async function receiptIn(tools, run, compartment, item, answer) {
  const first = await verified(answer.receipt, compartment, item);
  const asks = [200, 201, 202, 409].includes(answer.status) && answer.ours && answer.receipt;
  if (first || !asks || run.fetched.has(compartment.id)) return first;
  return verified(answer.receipt, await freshBundle(tools, run, compartment), item);
}

/**
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment @param {Item} item
 * @returns {Promise<void>}
 */
async function send(tools, run, compartment, item) {
  const bytes = await outbox.sealedBytes(tools.db, item.report);
  if (!bytes) return;
  await tools.step("sending");
  let answer;
  try {
    const request = { method: "PUT", headers: { "Content-Type": ENVELOPE }, body: bytes };
    answer = await readAnswer(await call(tools, `reports/${item.report}`, request));
  } catch {
    run.failures += 1;
    return settle(tools, run, item, { move: "keep", wait: "later", code: "phone.offline", retryAfter: null });
  }
  await tools.step("answered");
  const receipt = await receiptIn(tools, run, compartment, item, answer);
  const found = verdict(answer, receipt !== null);
  if (receipt || answer.code) await contacted(tools, run);
  else run.failures += 1;
  if (receipt && found.move === "received") {
    const kept = outbox.received(tools.db, receipt, { own: run.own, aside: found.aside, code: found.code });
    if (!(await unlessFull(kept))) run.trouble = "phone.storage_full";
    return tools.step("received");
  }
  return settle(tools, run, item, found);
}

/** @param {Tools} tools @param {Run} run @param {Item} item @param {Verdict} found @returns {Promise<void>} */
async function settle(tools, run, item, found) {
  const { db, chance, shell } = tools;
  if (found.move === "refused") await unlessFull(outbox.refused(db, item.report, { code: found.code, shell: shell() }));
  if (found.move !== "keep") return;
  const { wait, code } = found;
  if (code) run.trouble = code;
  if (wait === "invitation") run.strange.add(item.compartment);
  const pause = wait === "daily" || wait === "invitation" ? DAY : backOff(item.tries, chance());
  const told = found.retryAfter === null ? pause : Math.max(found.retryAfter, pause);
  await unlessFull(outbox.postponed(db, item.report, { wait, next: run.own + told, code }));
}

/** @param {Tools} tools @param {Run} run the office's server has really answered */
async function contacted({ db, wall }, run) {
  run.failures = 0;
  if (run.contact) return;
  run.contact = true;
  await unlessFull(db.write(["phone"], ({ phone }) => phone.put(new Date(wall()).toISOString(), "contact")));
}

/**
 * Up to four at a time. One that fails does not hold up the next; when four in a row met no server, the network is gone.
 * @param {Tools} tools @param {Run} run @param {Map<string, Compartment>} compartments
 */
async function sendAll(tools, run, compartments) {
  const queue = outbox.due(await outbox.items(tools.db), run.own, run.impatient);
  const lane = async () => {
    while (queue.length && run.failures < IN_FLIGHT) {
      const item = /** @type {Item} */ (queue.shift());
      const compartment = compartments.get(item.compartment);
      if (compartment) await send(tools, run, compartment, item);
      tools.moved();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/**
 * The bundle as the server has it now, if it is one of ours and not older. A server cannot swap keys: what is not
 * signed by the pinned key, or says two things under one serial, is refused and reported, and the old one stays.
 *
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment
 * @returns {Promise<Compartment>} as it is afterwards
 */
async function freshBundle(tools, run, compartment) {
  run.fetched.add(compartment.id);
  const { etag } = compartment;
  const headers = { ...bearer(tools, compartment), ...(etag ? { "If-None-Match": etag } : {}) };
  let response, answer;
  try {
    response = await call(tools, "bundle", { headers });
    answer = await readAnswer(response);
  } catch {
    return compartment;
  }
  if (answer.code) return reported(tools, run, compartment, answer.code);
  if (response.status === 304 && etag) return settled(tools, compartment);
  if (response.status !== 200 || !answer.body) return compartment;
  return offered(tools, run, compartment, answer.body, response.headers.get("ETag"));
}

/**
 * A trouble a person must hear of until it is over; what the server gets over by itself is told for this run only.
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment @param {string} trouble
 */
async function reported({ db }, run, compartment, trouble) {
  run.trouble = trouble;
  if (UNKNOWN.includes(trouble)) run.strange.add(compartment.id);
  return /^(408|425|429|5)/.test(trouble) ? compartment : changed(db, compartment.id, { trouble });
}

/** @param {Tools} tools @param {Compartment} compartment whose server answers as it should again */
async function settled({ db }, compartment) {
  return compartment.trouble === null ? compartment : changed(db, compartment.id, { trouble: null });
}

/** @param {Database} db @param {string} id @param {Partial<Compartment>} more @returns {Promise<Compartment>} */
function changed(db, id, more) {
  return db.write(["compartments"], async ({ compartments }) => {
    const after = { ...(await compartments.get(id)), ...more };
    await compartments.put(after);
    return after;
  });
}

/**
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment
 * @param {import("./bundle.js").Bundle} bundle @param {string | null} etag
 */
async function offered(tools, run, compartment, bundle, etag) {
  const pin = await pinFor(compartment, bundle);
  if (!pin) return reported(tools, run, compartment, "phone.bundle_forged");
  let wins;
  try {
    wins = newer(compartment.bundle, bundle);
  } catch {
    return reported(tools, run, compartment, "phone.bundle_replaced");
  }
  await contacted(tools, run);
  if (!wins) return changed(tools.db, compartment.id, { etag, trouble: null });
  const { office } = await readBundle(bundle, pin);
  const named = { id: office.id, name: office.name };
  return changed(tools.db, compartment.id, { bundle, pin, etag, office: named, trouble: null });
}

/**
 * The pinned key, or the next one that a bundle signed by the pinned key has announced.
 * @param {Compartment} compartment @param {import("./bundle.js").Bundle} bundle
 */
async function pinFor(compartment, bundle) {
  const held = await payloadOf(compartment);
  const next = held && held.next_sign_key ? [unb64u(held.next_sign_key)] : [];
  for (const pin of [compartment.pin, ...next]) {
    const fits = await readBundle(bundle, pin).catch(() => null);
    if (fits && fits.office.id === compartment.office.id) return pin;
  }
  return null;
}

/**
 * Once a day: does the server still hold what it gave receipts for? What is missing waits again.
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment
 */
async function askHave(tools, run, compartment) {
  const kept = (await outbox.items(tools.db)).filter(
    (item) => item.compartment === compartment.id && item.state === "received" && item.kept,
  );
  for (let at = 0; at < kept.length; at += HAVE_AT_MOST) {
    const some = kept.slice(at, at + HAVE_AT_MOST).map(({ report }) => report);
    const headers = { ...bearer(tools, compartment), ...JSON_BODY };
    const request = { method: "POST", headers, body: JSON.stringify({ reports: some }) };
    const answer = await readAnswer(await call(tools, "have", request));
    if (answer.code) return reported(tools, run, compartment, answer.code);
    if (answer.status !== 200 || !answer.body || !Array.isArray(answer.body.held)) return compartment;
    await contacted(tools, run);
    await lostThere(tools, compartment, kept, answer.body);
  }
  return changed(tools.db, compartment.id, { asked: run.own });
}

/**
 * @param {Tools} tools @param {Compartment} compartment @param {Item[]} kept
 * @param {{held: any[], missing?: string[], other?: string[]}} told `held` are receipts: for other bytes than ours, it
 *   is as if ours were missing
 */
async function lostThere(tools, compartment, kept, { held, missing = [], other = [] }) {
  for (const item of kept) {
    const receipts = held.filter((receipt) => receipt && receipt.report === item.report);
    const ours = await Promise.all(receipts.map((receipt) => verified(receipt, compartment, item)));
    const elsewhere = other.includes(item.report) || (receipts.length > 0 && !receipts.some((r) => r.digest === item.digest));
    if (ours.some(Boolean)) continue;
    if (missing.includes(item.report)) await outbox.lostThere(tools.db, item.report, false);
    else if (elsewhere) await outbox.lostThere(tools.db, item.report, true);
  }
}

/**
 * Messages rest as they came, sealed; they are opened and judged when the phone is unlocked. The server hears which ones
 * were shown, and gives those after the last one that was read and believed.
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment
 */
async function fetchMessages(tools, run, compartment) {
  const path = `messages?after=${compartment.lastMessage}`;
  const answer = await readAnswer(await call(tools, path, { headers: bearer(tools, compartment) }));
  if (answer.code) return reported(tools, run, compartment, answer.code);
  if (answer.status !== 200 || !answer.body || !Array.isArray(answer.body.messages)) return compartment;
  await contacted(tools, run);
  // numbers only rise: what comes after a later one was read is as good as forged, and its number stays missing
  const fresh = answer.body.messages.filter(isMessage).filter((/** @type {{id: number}} */ { id }) => id > compartment.lastMessage);
  const shown = await tools.db.write(["messages"], async ({ messages }) => {
    for (const { id, sealed } of fresh) {
      // what was never believed gives way: a forged one that came first keeps no true one out
      const held = await messages.get([compartment.id, id]);
      if (!held || !held.shown) await messages.put({ compartment: compartment.id, id, sealed });
    }
    return (await messages.all()).filter((one) => one.compartment === compartment.id && one.shown && !one.told);
  });
  if (shown.length) await tellShown(tools, compartment, shown);
  return compartment;
}

/** @param {any} one @returns {boolean} */
function isMessage(one) {
  return one !== null && typeof one === "object" && Number.isSafeInteger(one.id) && typeof one.sealed === "string";
}

/** @param {Tools} tools @param {Compartment} compartment @param {any[]} shown */
async function tellShown(tools, compartment, shown) {
  const headers = { ...bearer(tools, compartment), ...JSON_BODY };
  const body = JSON.stringify({ ids: shown.map(({ id }) => id) });
  const response = await call(tools, "messages/seen", { method: "POST", headers, body });
  if (response.status !== 204) return;
  await tools.db.write(["messages"], async ({ messages }) => {
    // as it is now: it may have been answered meanwhile, and its bytes must not come back
    for (const { compartment, id } of shown) await messages.put({ ...(await messages.get([compartment, id])), told: true });
  });
}

/** @param {Tools} tools @param {Run} run @param {Compartment} compartment @param {Why} why */
async function hear(tools, run, compartment, why) {
  const daily = compartment.asked === null || run.own - compartment.asked >= DAY || why === "button";
  const quiet = why === "timer" && compartment.heard !== null && run.own - compartment.heard < HOUR / 2;
  if (quiet && !daily) return;
  try {
    let now = compartment;
    if (daily && !run.fetched.has(now.id)) now = await freshBundle(tools, run, now);
    if (daily) now = await askHave(tools, run, now);
    if (!now.forgotten) await fetchMessages(tools, run, now);
    await changed(tools.db, compartment.id, { heard: run.own });
  } catch {
    run.failures += 1;
  }
}

/**
 * A server that was restored to before this phone was enrolled does not know the phone, and knows its own signature:
 * with the ticket it once gave, the phone is let in again and nobody need do anything. The keys stay; only the token is
 * new. Asked at most once an hour.
 *
 * @param {Tools} tools @param {Run} run @param {Compartment} compartment @param {Why} why
 * @returns {Promise<boolean>} whether it is known again
 */
async function letInAgain(tools, run, compartment, why) {
  const { id, ticket, knocked, office, label, signKey, messageKey } = compartment;
  const early = knocked !== null && run.own - knocked < HOUR && why !== "button";
  if (!ticket || early) return false;
  await changed(tools.db, id, { knocked: run.own });
  const body = JSON.stringify({ ...ticket, office: office.id, label, sign_key: signKey, message_key: messageKey });
  const answer = await readAnswer(await call(tools, "enrol", { method: "POST", headers: JSON_BODY, body }));
  const told = answer.code ? null : answer.body;
  if (!told || told.device !== id || typeof told.token !== "string") return false;
  await changed(tools.db, id, { token: told.token, trouble: null, asked: null, etag: null });
  await outbox.invitedAgain(tools.db, id);
  await contacted(tools, run);
  run.trouble = null;
  return true;
}

/**
 * Ask for what was said by a server that knew this phone no longer, if it knows it again.
 * @param {Tools} tools @param {Run} run @param {Why} why
 */
async function returnToServer(tools, run, why) {
  for (const id of run.strange) {
    const known = (await compartmentsOf(tools.db)).find((one) => one.id === id);
    const again = known && (await letInAgain(tools, run, known, why).catch(() => false));
    const now = again && (await compartmentsOf(tools.db)).find((one) => one.id === id);
    if (!now) continue;
    run.fetched.delete(id);
    await hear(tools, run, now, why);
  }
}

/**
 * Send what is due, then hear what is new.
 * @param {Tools} tools
 * @param {Why} why
 * @returns {Promise<{contact: boolean, trouble: string | null} | null>} null when another tab or the worker is at it
 */
export function sync(tools, why) {
  return exclusively(tools, async () => {
    const own = await housekeeping(tools);
    if (tools.shell()) await outbox.tryRefusedAgain(tools.db, tools.shell());
    const fresh = { contact: false, failures: 0, fetched: new Set(), strange: new Set(), trouble: null };
    /** @type {Run} */
    const run = { ...fresh, own, impatient: IMPATIENT[why] };
    const known = await compartmentsOf(tools.db);
    const compartments = new Map(known.map((one) => [one.id, one]));
    await sendAll(tools, run, compartments);
    const hearing = run.failures < IN_FLIGHT && (run.contact || why !== "saved");
    for (const { id } of hearing ? known : []) {
      const now = (await compartmentsOf(tools.db)).find((one) => one.id === id);
      if (now) await hear(tools, run, now, why);
    }
    await returnToServer(tools, run, why);
    // what the server has lost goes out again at once; what has just failed does not
    run.impatient = [];
    if (run.contact) await sendAll(tools, run, new Map((await compartmentsOf(tools.db)).map((one) => [one.id, one])));
    return { contact: run.contact, trouble: run.trouble };
  });
}
