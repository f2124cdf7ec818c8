/**
 * The phone as its screens see it: one object that knows no HTML and no words. Screens ask it for things, it answers
 * with data or throws `Refusal` with a code, and it calls the listeners whenever what `state()` says has changed.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./outbox.js").Item} Item
 * @typedef {import("./drafts.js").Draft} Draft
 * @typedef {import("./drafts.js").DraftLine} DraftLine
 * @typedef {import("./enrolment.js").Invitation} Invitation
 * @typedef {import("./enrolment.js").Enrolment} Enrolment
 * @typedef {import("./storage.js").Level} Level
 * @typedef {import("./enrolment.js").Compartment} Compartment
 * @typedef {import("./keys.js").Keys} Keys
 * @typedef {import("./slots.js").Slots} Slots
 * @typedef {import("./slots.js").Cost} Cost
 *
 * @typedef {{
 *   place: "new" | "locked" | "open" | "missing",
 *   office: {id: string, name: string} | null,
 *   label: string,
 *   confirmed: boolean,
 *   languages: string[],
 *   settings: Record<string, any>,
 *   counts: {drafts: number, waiting: number, arrived: number, refused: number, aside: number, later: number},
 *   lastContact: string | null,
 *   sending: boolean,
 *   online: boolean,
 *   trouble: {code: string, params?: Record<string, string | number>} | null,
 *   storage: {persisted: boolean, used: number, quota: number, level: Level},
 *   ready: {done: number, total: number, complete: boolean, error?: string},
 *   update: null | "ready",
 *   bundleAge: number | null,
 *   compartments: {id: string, office: {id: string, name: string}, label: string}[],
 *   practice: boolean,
 *   mail: import("./letters.js").Mail | null,
 *   lost: {n: number, drafts: number, found: import("./loss.js").Found | null} | null,
 * }} State
 *   `place`: "missing" means that a database was here and has gone. `languages`: tags, the officer's own first.
 *   `counts.later`: of those that wait, how many were tried and could not go out yet. `lastContact`: ISO, UTC, the last
 *   time the office's server really answered. `bundleAge`: whole days. `trouble`: what a person should be told now.
 *   `practice`: nothing here is real, and nothing is sent. `mail`: messages of the office, null under the lock. `lost`: that database had `n` sealed reports and `drafts`; what
 *   the office's server said to them, once it was asked; null when nothing is lost or the office knows.
 *
 * @typedef {{
 *   report: string,
 *   state: "sealed" | "received" | "refused" | "withdrawn",
 *   aside: boolean,
 *   made: string,
 *   urgent: boolean,
 *   since: string,
 *   code?: string,
 *   later?: boolean,
 *   receipt?: {report: string, digest: string, received: string, sign: string},
 *   kept: boolean,
 *   about?: string,
 *   link?: import("./link.js").Link,
 * }} ItemLine
 *   one sealed report: `made` day, `since` ISO minute, `code` why it waits or was refused, `later` when it was tried and
 *   could not go out yet, `kept` whether its sealed bytes are still here, `about` (a notice that takes back) that report,
 *   `link` which earlier report it belongs to, said only to whom has unlocked.
 *
 * @typedef {{
 *   id: string, since: string, stretched: string, answer?: import("./own-answer.js").Said, code?: string, until?: number,
 * }} Ask
 *   a question with a number: `since` ISO minute, `code` why there is no answer, `until` milliseconds before which it is
 *   not asked again.
 */
import { Refusal, b64u, concat, random, textOf, unb64u, utf8, uuid } from "./bytes.js";
import { checkWords, fingerprint, readBundle } from "./bundle.js";
import { openDatabase } from "./db.js";
import { isKey, keysIn, keysOf, openHeld, wrap } from "./directory.js";
import * as drafts from "./drafts.js";
import { enrol, readInvitation, renew } from "./enrolment.js";
import { calibrate, derive } from "./kdf.js";
import { openKeys } from "./keys.js";
import { linked, lockLink, openLink, stands } from "./link.js";
import { askFor, countOf, goneSince, traces } from "./loss.js";
import { missing, sorted } from "./letters.js";
import { openMessage } from "./message.js";
import { peek } from "./numbers.js";
import * as outbox from "./outbox.js";
import { askServer, stretch } from "./own-answer.js";
import { problems } from "./questionnaire.js";
import { activate, readiness, register, repair } from "./ready.js";
import { NOBODY, recipient, sealingKeysOf } from "./recipient.js";
import { shared } from "./same-event.js";
import { sealAnswer, sealDraft, sealNotice, warm } from "./sealing.js";
import { clearSlot, decrypt, encrypt, openSlot } from "./slots.js";
import { askToPersist, meter, onStamp, probe, readStamp, stamp, tick } from "./storage.js";
import { JSON_BODY, bearer, call, minute, sync } from "./sync.js";
import { localDay } from "./words.js";

/** Which words stand for a key, on paper and over the telephone. Whoever is let in needs it, with or without a network. */
const CHECK_WORDS = "/field/lists/en.txt";
/** What a question is encrypted for. @param {string} compartment @param {string} id */
const asking = (compartment, id) => `intake-ask/1\n${compartment}\n${id}\n`;
const EVERY = 60 * 1000;
const SOON = 3 * 1000;
const DAY = 24 * 3600 * 1000;
/** After so many wrong passphrases one has to wait, twice as long each time, in seconds up to the longest. */
const FREE_TRIES = 3;
const LONGEST_PENALTY = 300;

/**
 * The two scripts that run as workers, under the one Trusted Types policy of the page.
 * @param {string} address
 * @returns {string} a TrustedScriptURL where the browser knows them
 */
const trusted = (() => {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  const scripts = ["/field/sw.js", "/field/kdf-worker.js"];
  /** @param {string} address */
  const createScriptURL = (address) => {
    if (!scripts.includes(address)) throw new TypeError(address);
    return address;
  };
  const policy = trustedTypes ? trustedTypes.createPolicy("fieldbook", { createScriptURL }) : { createScriptURL };
  return (/** @type {string} */ address) => policy.createScriptURL(address);
})();

/**
 * What the browser gives, and what tests put in its place.
 * @typedef {{
 *   fetch?: typeof fetch, wall?: () => number, chance?: () => number, locks?: LockManager | null,
 *   step?: (name: string) => Promise<void> | void, cost?: Cost, worker?: boolean, timer?: boolean,
 * }} Options
 *   `step` hears the name of each step between *save* and *receipt* and can stop there; `worker` false: no service
 *   worker; `timer` false: nothing happens by itself
 */

/**
 * Open what this phone holds, locked.
 * @param {Options} [options]
 * @returns {Promise<Phone>}
 */
export async function openPhone(options = {}) {
  const phone = new Phone(await openDatabase(), options);
  await phone._start();
  return phone;
}

export class Phone {
  /** @param {import("./db.js").Database} db @param {Options} options */
  constructor(db, options) {
    const own = {
      fetch: fetch.bind(globalThis),
      wall: () => Date.now(),
      chance: () => random(1)[0] / 256,
      step: () => {},
      worker: true,
      timer: true,
      ...options,
    };
    this._options = own;
    this._db = db;
    /** @type {Set<() => void>} */
    this._listeners = new Set();
    /** What the passphrase opened. @type {{compartment: Compartment, keys: Keys} | null} */
    this._open = null;
    /** How often it was locked: an unlocking that began before must open nothing. */
    this._locks = 0;
    /** The version of each draft as this tab last saw it. @type {Map<string, number>} */
    this._versions = new Map();
    /** Which report each one belongs to, as far as it was looked at. @type {Map<string, import("./link.js").About | null>} */
    this._abouts = new Map();
    /** Work on drafts happens one after the other. @type {Promise<unknown>} */
    this._turn = Promise.resolve();
    /** @type {ServiceWorkerRegistration | null} */
    this._registration = null;
    this._shell = "";
    /** The checked bundle of the office that is shown. @type {import("./bundle.js").Payload | null} */
    this._payload = null;
    /** What waits to be read, and of which rows that was said. @type {{of: string, mail: State["mail"]} | null} */
    this._mail = null;
    /** @type {State["trouble"]} */
    this._trouble = null;
    /** What the office's server said to what is lost. @type {import("./loss.js").Found | null} */
    this._found = null;
    this._sending = false;
    /** Why to send once more as soon as this sending ends. @type {import("./sync.js").Why | null} */
    this._again = null;
    /** @type {Record<string, any>} */
    this._forms = {};
    /** @type {State} */
    this._state = {
      place: "new",
      office: null,
      label: "",
      confirmed: false,
      languages: [],
      settings: {},
      counts: { drafts: 0, waiting: 0, arrived: 0, refused: 0, aside: 0, later: 0 },
      lastContact: null,
      sending: false,
      online: true,
      trouble: null,
      storage: { persisted: false, used: 0, quota: 0, level: "fine" },
      ready: { done: 0, total: 0, complete: false },
      update: null,
      bundleAge: null,
      compartments: [],
      practice: false,
      mail: null,
      lost: null,
    };
    /** @type {import("./sync.js").Tools} */
    this._tools = {
      db,
      fetch: own.fetch,
      wall: own.wall,
      chance: own.chance,
      step: own.step,
      moved: () => this._refresh().catch(() => undefined),
      shell: () => this._shell,
      locks: own.locks === undefined ? navigator.locks : own.locks || undefined,
    };
  }

  /** @returns {State} as it is now; a new object after each change */
  state() {
    return this._state;
  }

  /** @param {() => void} heard @returns {() => void} stop hearing */
  onChange(heard) {
    this._listeners.add(heard);
    return () => this._listeners.delete(heard);
  }

  /** @param {string} hash of the address, already removed from it @returns {Invitation | null} */
  readInvitation(hash) {
    return readInvitation(hash);
  }

  /**
   * @param {Invitation | null} invitation
   * @returns {Promise<boolean | null>} whether it comes from an office that this phone belongs to; null when it does not tell
   */
  async isFromOurs(invitation) {
    if (!invitation || invitation.fingerprint === null) return null;
    const { compartments } = await this._kept();
    const known = compartments.filter(({ forgotten }) => !forgotten).map(({ pin }) => fingerprint(pin));
    return (await Promise.all(known)).includes(invitation.fingerprint);
  }

  /**
   * Use an invitation. When the server no longer knows the compartment that is open, or that the passphrase opens, the
   * same keys are enrolled anew and what waits goes out; otherwise a new compartment is made and opened.
   *
   * @param {Enrolment} enrolment
   * @returns {Promise<{checkWords: string[], deviceWords: string[]}>} seven words of the office (to compare when the
   *   code was typed), six of this phone (for the office to compare)
   * @throws {Refusal} 403.3 and what else the server says, phone.offline, phone.not_the_office, phone.other_office,
   *   phone.slots_full, phone.passphrase_taken, phone.storage_full, officers.not_joined
   */
  async enrol(enrolment) {
    const { onStep = () => {} } = enrolment;
    await askToPersist();
    await probe(this._db);
    const fits = this._open || (await this._fitting(enrolment.passphrase));
    if (!fits) await this._countTry(true);
    const open = enrolment.another ? null : fits;
    if (open && (await this._unknownThere(open.compartment))) {
      const compartment = await renew(this._enrolTools(), open.compartment, open.keys.sign, enrolment);
      this._open = { ...open, compartment };
      await outbox.invitedAgain(this._db, compartment.id);
    } else {
      const { compartment, secrets } = await enrol(this._enrolTools(), enrolment);
      this._open = { compartment, keys: await openKeys(secrets) };
    }
    await this._db.write(["phone"], ({ phone }) => phone.remove("tries"));
    onStep("files");
    await this._refresh();
    await this._lookAtWorker();
    this.send("open");
    return this.words();
  }

  /** @param {Compartment} compartment @returns {Promise<boolean>} whether the server has said that it does not know it */
  async _unknownThere({ id, trouble }) {
    if (trouble === "401.1" || trouble === "403.1") return true;
    return (await outbox.items(this._db)).some((item) => item.wait === "invitation" && item.compartment === id);
  }

  /**
   * @param {string} passphrase
   * @param {(fraction: number) => void} [onProgress]
   * @returns {Promise<{compartment: Compartment, keys: Keys} | null>} what it opens
   * @throws {Refusal} phone.wait
   */
  async _fitting(passphrase, onProgress) {
    const { slots, compartments } = await this._kept();
    if (!slots) return null;
    await this._guardTries();
    const found = await openSlot(slots, await this._derive(passphrase, slots, onProgress));
    const compartment = found && compartments.find(({ id }) => id === found.content.device);
    return found && compartment ? { compartment, keys: await openKeys(found.content.secrets) } : null;
  }

  /** @returns {Promise<{checkWords: string[], deviceWords: string[]}>} of the open compartment, to compare by voice */
  async words() {
    const { pin, signKey, messageKey } = this._opened().compartment;
    const list = (await this._text(CHECK_WORDS)).trim().split(/\s+/);
    if (list.length !== 2048) throw new Refusal("phone.not_the_office");
    const own = concat(unb64u(signKey), unb64u(messageKey));
    return { checkWords: await checkWords(pin, 7, list), deviceWords: await checkWords(own, 6, list) };
  }

  /**
   * @param {string} passphrase
   * @param {(fraction: number) => void} [onProgress] 0 to 1
   * @throws {Refusal} phone.wrong; phone.wait with `n` seconds, after several wrong ones
   */
  async unlock(passphrase, onProgress) {
    const before = this._locks;
    const warmed = this._warm().catch(() => {});
    const open = await this._fitting(passphrase, onProgress);
    await warmed;
    if (!open) {
      await this._countTry();
      throw new Refusal("phone.wrong");
    }
    if (before !== this._locks) throw new Refusal("phone.locked");
    await this._db.write(["phone"], ({ phone }) => phone.remove("tries"));
    this._open = open;
    await this._refresh();
    await this._look();
    this.send("open");
  }

  async _warm() {
    const [compartment] = await this._db.read(["compartments"], ({ compartments }) => compartments.all());
    if (compartment) await warm((await readBundle(compartment.bundle, compartment.pin)).keys);
  }

  /** Forget the keys and everything read with them. At once. */
  lock() {
    this._locks += 1;
    this._open = null;
    this._versions = new Map();
    this._abouts.clear();
    this._mail = null;
    this._state = { ...this._state, mail: null, place: this._state.place === "open" ? "locked" : this._state.place };
    this._tell();
    this._refresh();
  }

  /** What the officer who is here reads, and the person in front of them. @param {string[]} languages */
  async speaks(languages) {
    const { id } = this._opened().compartment;
    await this._db.write(["compartments"], async ({ compartments }) => {
      await compartments.put({ ...(await compartments.get(id)), languages });
    });
    await this._refresh();
  }

  /** @returns {import("./bundle.js").Payload} of the open compartment, as it was when its signature was checked last */
  bundle() {
    this._opened();
    if (!this._payload) throw new Refusal("422.16");
    return this._payload;
  }

  /**
   * @param {string} id
   * @param {number} [version] otherwise the one the office uses now
   * @returns {Promise<any>} the form
   */
  async forms(id, version) {
    const named = version === undefined ? this.bundle().forms.find((form) => form.id === id) : { id, version };
    if (!named) throw new Refusal("phone.no_form");
    const path = `/field/form/${named.id}.${named.version}.json`;
    if (!this._forms[path]) this._forms[path] = JSON.parse(await this._text(path));
    return this._forms[path];
  }

  /** @returns {Promise<DraftLine[]>} of the open compartment, the oldest first */
  async drafts() {
    const { keys } = this._opened();
    const items = await outbox.items(this._db);
    const found = [];
    for (const record of await this._ownDrafts()) {
      // one that does not open keeps no other from being shown or begun; its sealed copy goes out in time
      const content = await drafts.openContent(keys.draft, record).catch(() => null);
      if (!content) continue;
      const { word, colour, begun, form, page, about } = content;
      found.push(linked({ id: record.id, word, colour, begun, form, page, agreed: record.agreed }, about, items));
    }
    return found.sort((a, b) => (a.begun < b.begun ? -1 : 1));
  }

  /**
   * @param {string} formId
   * @param {import("./link.js").About | null} [about] the report that this one corrects or adds to, or whose event it shares
   * @returns {Promise<string>} the id of the draft, which is the report's
   * @throws {Refusal} phone.storage_full, phone.no_form, 422.16; phone.taken_back when that report was
   */
  async begin(formId, about = null) {
    const { languages } = this._opened().compartment;
    const named = this.bundle().forms.find((form) => form.id === formId);
    if (!named) throw new Refusal("phone.no_form");
    await probe(this._db);
    const to = about ? await this._wentTo(about.report) : null;
    const fresh = await this._blank({ form: named.id, formVersion: named.version, answers: {}, languages, about, to });
    await this._tools.step("beginning");
    await drafts.begin(this._db, fresh, about ? about.report : undefined);
    await this._tools.step("begun");
    this._versions.set(fresh.id, 1);
    await this._refresh();
    return fresh.id;
  }

  /** @param {string} report sealed here @returns {Promise<string | null>} the other office to which it went, null for the own one */
  async _wentTo(report) {
    const item = (await outbox.items(this._db)).find((one) => one.report === report);
    return (item && item.elsewhere) || null;
  }

  /**
   * A draft with a word, a colour and an id of its own.
   * @param {Pick<import("./drafts.js").Content, "form" | "formVersion" | "answers" | "languages" | "about" | "to">} start
   * @returns {Promise<import("./drafts.js").DraftRecord>} not kept yet
   */
  async _blank(start) {
    const { compartment, keys } = this._opened();
    const others = await this.drafts();
    const { chance, wall } = this._tools;
    /** @type {import("./drafts.js").Content} */
    const content = {
      ...start,
      page: 0,
      word: drafts.pick(drafts.WORDS, others.map(({ word }) => word), chance()),
      colour: drafts.pick(drafts.COLOURS, others.map(({ colour }) => colour), chance()),
      begun: minute(wall()),
      // what an officer has agreed to do is read in full once a day
      own: { duties_due: compartment.duties !== localDay(new Date(wall())) },
    };
    const own = await tick(this._db, wall());
    return drafts.blank({ id: uuid(), compartment: compartment.id, key: keys.draft, content, own });
  }

  /** @param {string} id of a draft @returns {Promise<import("./drafts.js").DraftRecord>} that of another person in the same event */
  async _another(id) {
    const { keys } = this._opened();
    const content = await drafts.openContent(keys.draft, await drafts.load(this._db, id));
    const { form, formVersion, languages } = content;
    const now = minute(this._tools.wall());
    const settings = drafts.settingsOf(this.bundle().settings, content);
    const answers = shared(await this.forms(form, formVersion), content.answers, settings, now);
    const { elsewhere: to } = this.recipient(await this.forms(form, formVersion), content);
    return this._blank({ form, formVersion, answers, languages, about: { report: id, as: "same_event" }, to });
  }

  /** @param {string} id @returns {Promise<Draft>} @throws {Refusal} phone.no_draft, phone.unreadable */
  async draft(id) {
    const { keys } = this._opened();
    const record = await drafts.load(this._db, id);
    const content = await drafts.openContent(keys.draft, record);
    const { form, formVersion, answers, page, languages } = content;
    this._versions.set(id, record.version);
    const settings = drafts.settingsOf(this.bundle().settings, content);
    return { id, form, version: formVersion, answers, page, languages, settings, to: content.to || null };
  }

  /**
   * Keep what is on the screen, before the page moves on. Resolves when it is on disk. What began before the phone was
   * locked is finished: it has what it needs in hand, and the phone has it no more.
   * @param {string} id
   * @param {{answers?: Record<string, any>, page?: number | string, languages?: string[]}} more
   * @throws {Refusal} phone.storage_full, phone.no_draft, phone.draft_elsewhere
   */
  async save(id, more) {
    const { keys, compartment } = this._opened();
    const payload = this._payload;
    const versions = this._versions;
    return this._inTurn(async () => {
      const record = await drafts.load(this._db, id);
      const base = versions.get(id) || record.version;
      if (base !== record.version) throw new Refusal("phone.draft_elsewhere");
      const content = { ...(await drafts.openContent(keys.draft, record)), ...more };
      const own = await tick(this._db, this._tools.wall());
      const turn = more.answers ? await this._turnOf(record, content, keys, payload) : undefined;
      versions.set(id, await drafts.save(this._db, { id, base, key: keys.draft, content, own, turn }));
      if (content.answers.duties) await this._dutiesRead(compartment);
    });
  }

  /** @param {Compartment} compartment */
  async _dutiesRead(compartment) {
    const duties = localDay(new Date(this._tools.wall()));
    if (compartment.duties === duties) return;
    await this._db.write(["compartments"], async ({ compartments }) => {
      await compartments.put({ ...(await compartments.get(compartment.id)), duties });
    });
    compartment.duties = duties;
  }

  /**
   * @param {any} form
   * @param {{answers: Record<string, any>, to?: string | null}} content of a draft
   * @returns {import("./recipient.js").Recipient} whom it goes to as it stands
   */
  recipient(form, content) {
    return recipient(form, content, this.bundle(), minute(this._tools.wall()));
  }

  /**
   * A page was turned: once she has agreed, keep a copy sealed to the office beside the draft.
   * @param {string} id
   * @returns {Promise<boolean>} whether a copy is kept
   */
  turnPage(id) {
    return this._inTurn(async () => {
      const { record, sealed, elsewhere } = await this._sealed(id, "unfinished");
      if (!sealed) return false;
      await this._tools.step("copied");
      return drafts.keepCopy(this._db, id, { ...sealed, version: record.version }, elsewhere);
    });
  }

  /**
   * @param {string} id
   * @param {"final" | "unfinished"} kind
   * @param {boolean} [another] whether the report of another person in the same event begins with it
   * @returns {Promise<ItemLine & {another: string | null}>} what now waits in the draft's place; `another`: that
   *   person's draft, null when it could not be begun
   * @throws {Refusal} phone.not_agreed; phone.answers when a final one has problems; phone.storage_full; 413.1; 422.16;
   *   phone.no_other_office. The draft stays then.
   */
  finish(id, kind, another = false) {
    return this._inTurn(async () => {
      const { step, wall } = this._tools;
      if (kind === "final") await this._checkAnswers(id);
      await probe(this._db);
      const { record, sealed, elsewhere } = await this._sealed(id, kind);
      if (!sealed) throw new Refusal(elsewhere === NOBODY ? "phone.no_other_office" : "phone.not_agreed");
      // whatever keeps the other one from being begun does not keep this one from being saved
      const other = another ? await this._another(id).catch(() => null) : null;
      await step("sealed");
      const { bytes, digest, made, urgent, link } = sealed;
      const fresh = { report: id, compartment: record.compartment, digest, made, urgent, link, elsewhere };
      const own = await tick(this._db, wall());
      const work = { draft: id, version: record.version, fresh, bytes, own, since: minute(wall()), another: other };
      const item = await outbox.finish(this._db, work);
      await step("kept");
      this._versions.delete(id);
      await this._refresh();
      this._sendSoon();
      return { ...line(item), another: other && other.id };
    });
  }

  /** She does not want this sent: the draft and its sealed copy are destroyed. @param {string} id */
  destroy(id) {
    return this._inTurn(async () => {
      this._opened();
      const { step } = this._tools;
      await step("destroying");
      await drafts.destroy(this._db, id);
      await step("destroyed");
      this._versions.delete(id);
      await this._refresh();
    });
  }

  /** @returns {Promise<ItemLine[]>} the newest first; of the open compartment, under the lock of all */
  async items() {
    const all = (await outbox.items(this._db)).sort((a, b) => b.order - a.order);
    const open = this._open;
    if (!open) return all.map(line);
    const mine = all.filter((item) => item.compartment === open.compartment.id);
    return Promise.all(mine.map(async (item) => linked(line(item), await this._aboutOf(item, open.keys), all)));
  }

  /** @param {Item} item @param {Keys} keys @returns {Promise<import("./link.js").About | null>} opened once in an unlocking */
  async _aboutOf(item, keys) {
    const known = this._abouts.get(item.report);
    if (known !== undefined) return known;
    const about = await openLink(keys.draft, item);
    if (this._open) this._abouts.set(item.report, about);
    return about;
  }

  /**
   * Take a report back: its bytes are destroyed here and a sealed notice, which says only which one, goes out.
   * @param {string} report
   * @throws {Refusal} phone.not_here; phone.no_other_office when the office it went to is named no more
   */
  takeBack(report) {
    return this._inTurn(async () => {
      const { compartment, keys } = this._opened();
      const { wall, step } = this._tools;
      const item = (await outbox.items(this._db)).find((one) => one.report === report);
      if (!item || !stands(item, compartment.id)) throw new Refusal("phone.not_here");
      const { elsewhere = null } = item;
      sealingKeysOf(this.bundle(), elsewhere);
      const n = peek(await this._fresh(), elsewhere);
      const hand = { compartment: await this._fresh(), signKey: keys.sign, now: minute(wall()) };
      const id = uuid();
      const { bytes, digest, made, urgent } = await sealNotice(hand, { id, about: report, n, elsewhere });
      const own = await tick(this._db, wall());
      const fresh = { report: id, compartment: compartment.id, digest, made, urgent, elsewhere };
      await step("notice sealed");
      await outbox.takeBack(this._db, report, { fresh, bytes, n, own, since: minute(wall()) });
      await step("taken back");
      await this._refresh();
      this._sendSoon();
    });
  }

  /** @param {string} report @returns {Promise<Bytes>} the sealed file, which only the office can open @throws {Refusal} phone.not_here */
  async exportSealed(report) {
    const bytes = await outbox.sealedBytes(this._db, report);
    if (!bytes) throw new Refusal("phone.not_here");
    return bytes;
  }

  /**
   * Send what waits and hear what is new. Never throws: what could not go out stays and `state()` says why.
   * @param {import("./sync.js").Why} [why]
   */
  async send(why = "button") {
    if (this._sending) {
      this._again = keener(this._again, why);
      return;
    }
    this._sending = true;
    await this._refresh();
    try {
      const found = await sync(this._tools, why);
      // Another tab or the worker is at it, perhaps since before the network came.
      if (!found && this._options.timer) setTimeout(() => this.send(why), SOON);
      this._trouble = found && found.trouble ? { code: found.trouble } : null;
    } catch (error) {
      this._trouble = { code: error instanceof Refusal ? error.code : "phone.storage_broken" };
    }
    await this._askForLost(why);
    await this._putKeysBy();
    await this._askAll().catch(() => undefined);
    this._sending = false;
    const again = this._again;
    this._again = null;
    // between the two it has not stopped sending, and says nothing else
    await (again ? this.send(again) : this._refresh());
  }

  /** @param {import("./sync.js").Why} why by the timer only until it was answered */
  async _askForLost(why) {
    const gone = await this._gone();
    if (!gone || (this._found && why === "timer")) return;
    this._found = await askFor(this._tools, gone).catch(() => this._found);
  }

  /** @returns {Promise<import("./loss.js").Gone | null>} what a database held that is here no more */
  async _gone() {
    const { compartments } = await this._kept();
    return goneSince(this._stamped(), compartments.map(({ id }) => id));
  }

  /** Somebody has told the office what was lost: nothing more needs to be said of it, or kept. */
  async officeKnowsOfLoss() {
    const stamped = this._stamped();
    if (stamped && (await this._kept()).compartments.length) stamp({ ...stamped, gone: null });
    this._found = null;
    await this._refresh();
  }

  /** The person agrees to the new version of the app: it takes charge, and the page begins anew. */
  async update() {
    if (!this._registration || !this._registration.waiting) return;
    await this._turn;
    await activate(this._registration);
    location.reload();
  }

  /**
   * The passphrase is gone. Every draft's sealed unfinished copy goes to the office, what only the passphrase opened is
   * destroyed, and what was sealed goes out as before. To write again, a new invitation is needed.
   * @param {string} [compartment] otherwise the open one, or the only one
   * @throws {Refusal} phone.which_officer
   */
  async forgotPassphrase(compartment) {
    const { compartments, slots } = await this._kept();
    const usable = compartments.filter(({ forgotten }) => !forgotten);
    const wanted = compartment || (this._open && this._open.compartment.id);
    const lost = wanted ? usable.find(({ id }) => id === wanted) : usable.length === 1 ? usable[0] : null;
    if (!lost || !slots) throw new Refusal("phone.which_officer");
    const own = await tick(this._db, this._tools.wall());
    const since = minute(this._tools.wall());
    for (const record of await drafts.all(this._db)) {
      if (record.compartment !== lost.id) continue;
      if (!(await outbox.handOver(this._db, record.id, { own, since }))) await drafts.destroy(this._db, record.id);
    }
    await this._db.write(["phone", "compartments"], async (at) => {
      await at.compartments.put({ ...lost, forgotten: true });
      await at.phone.put(clearSlot(slots, lost.slot), "slots");
      await at.phone.remove("tries");
    });
    this.lock();
    await this._refresh();
    this._sendSoon();
  }

  /**
   * Messages of the office for whoever uses this phone, what must not happen first, then the oldest. What is not signed
   * by the office, not for this phone, or not newer than what was read, is not shown. One whose day has passed is dropped.
   * @returns {Promise<{messages: import("./message.js").Message[], missing: number[], forged: number}>} `missing`:
   *   numbers that never came
   */
  async messages() {
    const { mine, found, refused, last, came } = await this._readMessages();
    const { people, over } = sorted(found, this._today());
    const dropped = over.map(({ number }) => number);
    await this._believe(mine.filter((one) => !refused.includes(one)), last, dropped);
    await this._look();
    return { messages: people, missing: missing(last, came), forged: refused.length };
  }

  /**
   * What became of a message: a sealed answer waits to go out and the message leaves the phone, in one step.
   * @param {number} number of the message
   * @param {import("./letters.js").Said} said *later* keeps the message
   * @throws {Refusal} phone.not_here when there is no such message, or it was answered already
   */
  answerMessage(number, said) {
    return this._inTurn(async () => {
      const { compartment, keys } = this._opened();
      const { wall, step } = this._tools;
      const message = (await this._readMessages()).found.find((one) => one.number === number);
      if (!message) throw new Refusal("phone.not_here");
      const now = await this._fresh();
      const n = peek(now, null);
      const hand = { compartment: now, signKey: keys.sign, now: minute(wall()) };
      const { id: answered, about = null } = message.content;
      const given = { about, n, language: compartment.languages[0], answers: { message: answered, ...said } };
      const id = uuid();
      const { bytes, digest, made, urgent } = await sealAnswer(hand, { id, ...given });
      const own = await tick(this._db, wall());
      const fresh = { report: id, compartment: compartment.id, digest, made, urgent, elsewhere: null };
      await step("answer sealed");
      const work = { fresh, bytes, n, own, since: minute(wall()), keep: said.answer === "later" };
      await outbox.answer(this._db, number, work);
      await step("answered back");
      await this._look();
      await this._refresh();
      this._sendSoon();
    });
  }

  _today() {
    return localDay(new Date(this._tools.wall()));
  }

  /**
   * Where help can be found. Opened for whoever asks, and kept by nobody.
   * @returns {Promise<import("./directory.js").Directory>}
   */
  async directory() {
    const { keys } = this._opened();
    const payload = this.bundle();
    const compartment = await this._fresh();
    const known = await keysOf(compartment, keys.draft);
    const came = payload.services && !(payload.services.key in known) ? await this._keysThatCame() : null;
    const all = came ? { ...known, ...came.keys } : known;
    const last = compartment.directory ? compartment.directory.last : null;
    const found = await openHeld({ payload, last, keys: all });
    const fresh = Object.keys(all).length > Object.keys(known).length;
    if (fresh || found.listed !== last) {
      const directory = await wrap(compartment.id, keys.draft, all, found.listed);
      await this._db.write(["compartments"], async ({ compartments }) => {
        await compartments.put({ ...(await compartments.get(compartment.id)), directory });
      });
    }
    // a message is believed only when what it brought is put by; none but those with keys count as shown by this
    if (came) await this._believe(came.taken, came.last);
    return found.directory;
  }

  /** While the phone is open: a bundle or a key may just have come, and a locked phone opens neither. */
  async _putKeysBy() {
    if (!this._open) return;
    await this._refresh();
    await this.directory().catch(() => undefined);
    await this._look();
  }

  /**
   * Ask with a number that somebody kept. The question waits, stretched and encrypted, until the server was reached; the
   * number itself is kept by nobody.
   * @param {string} number of twelve digits that check
   */
  async ask(number) {
    this._opened();
    const stretched = await stretch({ code: number, office: this.bundle().office.id, address: trusted("/field/kdf-worker.js") });
    await this._keepAsk({ id: uuid(), since: minute(this._tools.wall()), stretched: b64u(stretched) });
    await this._askAll();
    // the key may be on its way as a message
    if ((await this._asks()).some(({ code }) => code === "no_key")) await this.send("open");
  }

  /** @returns {Promise<Ask[]>} what was asked and not taken away, the newest first */
  async asks() {
    return (await this._asks()).reverse();
  }

  /** A question or its answer is no longer wanted. @param {string} id */
  async dropAsk(id) {
    await this._changeAsks((asks) => asks.filter((one) => one.id !== id));
  }

  /** Ask what was not answered; what the server does not know is not tried again, and too many tries wait. */
  async _askAll() {
    if (!this._open) return;
    const now = this._tools.wall();
    for (const one of await this._asks()) {
      if (one.answer || one.code === "404.14" || (one.until || 0) > now) continue;
      const compartment = await this._fresh();
      const headers = { ...bearer(this._tools, compartment), ...JSON_BODY };
      const post = (/** @type {object} */ body) => call(this._tools, "answers", { method: "POST", headers, body: JSON.stringify(body) });
      const known = { ...(await keysOf(compartment, this._opened().keys.draft)), ...(await this._keysThatCame()).keys };
      const given = { keys: known, stretched: unb64u(one.stretched), office: this.bundle().office.id };
      const heard = await askServer(post, given).catch(() => null);
      if (heard === null) return;
      const { answer, code, wait } = heard;
      await this._keepAsk({ ...one, answer, code, until: code === "429.2" ? now + (wait || EVERY) : 0 });
    }
    this._tell();
  }

  /** @returns {Promise<Ask[]>} oldest first */
  async _asks() {
    const { keys } = this._opened();
    const { id, asks = [] } = await this._fresh();
    const opened = asks.map(async (one) => JSON.parse(textOf(await decrypt(keys.draft, one.secret, asking(id, one.id)))));
    return Promise.all(opened);
  }

  /** @param {Ask} one in the place of the one with its id, which may have been taken away meanwhile */
  async _keepAsk(one) {
    const { compartment, keys } = this._opened();
    const secret = await encrypt(keys.draft, utf8(JSON.stringify(one)), asking(compartment.id, one.id));
    const again = one.code !== undefined || one.answer !== undefined || one.until !== undefined;
    await this._changeAsks((asks) => {
      const there = asks.some(({ id }) => id === one.id);
      const kept = { id: one.id, secret };
      return there ? asks.map((old) => (old.id === one.id ? kept : old)) : again ? asks : [...asks, kept];
    });
  }

  /** @param {(asks: {id: string, secret: Bytes}[]) => {id: string, secret: Bytes}[]} change */
  async _changeAsks(change) {
    const { id } = this._opened().compartment;
    await this._db.write(["compartments"], async ({ compartments }) => {
      const held = await compartments.get(id);
      await compartments.put({ ...held, asks: change(held.asks || []) });
    });
  }

  /** What messages brought; no other message is opened for anybody by this. */
  async _keysThatCame() {
    const { mine, found, last } = await this._readMessages();
    const bringing = found.filter(({ content }) => isKey(content));
    const taken = mine.filter((one) => bringing.some(({ number }) => number === one.id));
    const nothingElse = mine.every((one) => one.shown || taken.includes(one));
    return { keys: await keysIn(bringing), taken, last: nothingElse ? last : 0 };
  }

  /**
   * Opens every message that is here, in order.
   * @returns {Promise<{mine: any[], found: import("./message.js").Message[], refused: any[], last: number, came: number[]}>}
   *   `came`: the numbers of those that were believed, now or before they were answered
   */
  async _readMessages() {
    const { compartment, keys } = this._opened();
    const { message_sign_key: messageSignKey, office } = this.bundle();
    const mine = await this._ownMessages();
    /** @type {number[]} */
    const came = [];
    /** @type {import("./message.js").Message[]} */
    const found = [];
    /** @type {any[]} */
    const refused = [];
    let last = 0;
    for (const one of mine) {
      const task = { messageKey: keys.message, messageSignKey, office: office.id, device: compartment.id, last };
      try {
        if (one.sealed) found.push(await openMessage({ ...task, sealed: unb64u(one.sealed), number: one.id }));
        last = one.id;
        came.push(last);
      } catch {
        refused.push(one);
      }
    }
    return { mine, found, refused, last, came };
  }

  /** @returns {Promise<any[]>} as they rest, in order */
  async _ownMessages() {
    const { compartment } = this._opened();
    const kept = await this._db.read(["messages"], ({ messages }) => messages.all());
    return kept.filter((one) => one.compartment === compartment.id).sort((a, b) => Number(a.id) - Number(b.id));
  }

  /** Tell what waits to be read: whenever a message may have come or gone, opened again only when one has. */
  async _look() {
    const open = this._open;
    const mail = open && (await this._counted().catch(() => null));
    // it may have been locked meanwhile
    if (!open || open !== this._open) return;
    this._state = { ...this._state, mail };
    this._tell();
  }

  /** @returns {Promise<State["mail"]>} */
  async _counted() {
    const rows = await this._ownMessages();
    const of = JSON.stringify([this._today(), this.bundle().serial, rows.map(({ id, sealed }) => [id, sealed ? sealed.slice(-43) : ""])]);
    if (!this._mail || this._mail.of !== of) {
      const { found, refused, last, came } = await this._readMessages();
      const { people } = sorted(found, this._today());
      const stop = people.some(({ content }) => content.kind === "stop_contact");
      const odd = refused.length > 0 || missing(last, came).length > 0;
      this._mail = { of, mail: { n: people.length, stop, odd } };
    }
    return this._mail.mail;
  }

  /**
   * Note what was shown; a phone that can read a message is one its office has confirmed.
   * @param {any[]} shown @param {number} last @param {number[]} [dropped] numbers of those whose day has passed
   */
  async _believe(shown, last, dropped = []) {
    const { compartment } = this._opened();
    if (!shown.length) return;
    await this._db.write(["messages", "compartments"], async ({ messages, compartments }) => {
      for (const { id } of shown) {
        // as it is now: another window may have answered it, and its bytes must not come back
        const one = await messages.get([compartment.id, id]);
        if (one && one.sealed) await messages.put(dropped.includes(id) ? outbox.spent(one) : { ...one, shown: true });
      }
      const now = await compartments.get(compartment.id);
      await compartments.put({ ...now, confirmed: true, lastMessage: Math.max(now.lastMessage, last) });
    });
  }

  // What follows is the phone's own.

  async _start() {
    const { worker, timer } = this._options;
    onStamp(() => this._refresh());
    await this._refresh();
    if (worker) this._registerWorker();
    if (!timer) return;
    for (const event of ["online", "offline"]) addEventListener(event, () => this._refresh());
    addEventListener("online", () => this.send("online"));
    setInterval(() => this._everyMinute(), EVERY);
    this.send("open");
  }

  async _everyMinute() {
    await this._refreshCopies();
    await this.send("timer");
    if (!this._registration) return;
    if (!this._registration.active) return this._registerWorker();
    await this._registration.update().catch(() => {});
    // what was missing could perhaps not be fetched when it was noticed
    if (!this._state.ready.complete) await this._lookAtWorker();
  }

  /** Before an old draft goes out: let its sealed copy hold the last word, while the keys are here. */
  async _refreshCopies() {
    if (!this._open) return;
    for (const { id, agreed, copy, version } of await this._ownDrafts()) {
      if (agreed && (!copy || copy.version < version)) await this.turnPage(id).catch(() => false);
    }
  }

  async _registerWorker() {
    try {
      this._registration = await register(trusted("/field/sw.js"));
    } catch {
      this._state = { ...this._state, ready: { ...this._state.ready, error: "phone.no_worker" } };
      return this._tell();
    }
    if (!this._registration) return;
    const look = () => this._lookAtWorker();
    this._registration.addEventListener("updatefound", () => {
      const { installing } = /** @type {ServiceWorkerRegistration} */ (this._registration);
      if (installing) installing.addEventListener("statechange", look);
      look();
    });
    if (this._registration.installing) this._registration.installing.addEventListener("statechange", look);
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (data && data.told === "sent") this._refresh().then(() => this._look());
      if (data && data.told === "files") this._progress(data);
    });
    await look();
  }

  /** @param {{done?: number, total?: number}} told by a worker that is installing, file by file */
  _progress({ done, total }) {
    if (done === undefined || total === undefined || done === total || this._state.ready.complete) {
      return this._lookAtWorker();
    }
    this._state = { ...this._state, ready: { done, total, complete: false } };
    return this._tell();
  }

  async _lookAtWorker() {
    const wanted = (await this._kept()).compartments.length ? [CHECK_WORDS] : [];
    const { shell, ...ready } = await readiness(this._registration, wanted);
    if (shell) this._shell = shell;
    if (shell && !ready.complete) repair(this._registration, wanted);
    const waiting = this._registration && this._registration.waiting && this._registration.active;
    this._state = { ...this._state, ready, update: waiting ? "ready" : null };
    this._tell();
  }

  _tell() {
    for (const heard of this._listeners) heard();
  }

  /** @returns {{compartment: Compartment, keys: Keys}} @throws {Refusal} phone.locked */
  _opened() {
    if (!this._open) throw new Refusal("phone.locked");
    return this._open;
  }

  /** @returns {Promise<{slots: Slots | undefined, compartments: Compartment[], contact: string | null}>} */
  _kept() {
    return this._db.read(["phone", "compartments"], async ({ phone, compartments }) => ({
      slots: await phone.get("slots"),
      compartments: await compartments.all(),
      contact: (await phone.get("contact")) || null,
    }));
  }

  /**
   * In one transaction: if the database goes meanwhile, what is gone must not look as if it had never been.
   * @returns {Promise<{compartments: Compartment[], contact: string | null, items: import("./outbox.js").Item[], drafts: import("./drafts.js").DraftRecord[]}>}
   */
  _allKept() {
    return this._db.read(["phone", "compartments", "outbox", "drafts"], async (tables) => ({
      compartments: await tables.compartments.all(),
      contact: (await tables.phone.get("contact")) || null,
      items: await tables.outbox.all(),
      drafts: await tables.drafts.all(),
    }));
  }

  /** @returns {Promise<Compartment>} the open one, as it rests now */
  async _fresh() {
    const { compartment } = this._opened();
    return this._db.read(["compartments"], ({ compartments }) => compartments.get(compartment.id));
  }

  async _ownDrafts() {
    const { compartment } = this._opened();
    return (await drafts.all(this._db)).filter((record) => record.compartment === compartment.id);
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} after what was asked before */
  _inTurn(work) {
    const turn = this._turn.then(work, work);
    this._turn = turn.catch(() => {});
    return turn;
  }

  /** @param {string} path @returns {Promise<string>} */
  async _text(path) {
    const response = await this._options.fetch(path, { credentials: "omit" }).catch(() => null);
    if (!response || !response.ok) throw new Refusal("phone.offline");
    return response.text();
  }

  /** @returns {import("./enrolment.js").Tools} */
  _enrolTools() {
    const { fetch: ask, cost } = this._options;
    const address = trusted("/field/kdf-worker.js");
    return {
      db: this._db,
      fetch: ask,
      derive: (passphrase, slots) => this._derive(passphrase, slots),
      cost: async () => cost || calibrate(address),
    };
  }

  /** @param {string} passphrase @param {Slots} slots @param {(fraction: number) => void} [onProgress] */
  _derive(passphrase, { salt, cost }, onProgress) {
    return derive({ passphrase, salt, cost, address: trusted("/field/kdf-worker.js"), onProgress });
  }

  async _guardTries() {
    const own = await tick(this._db, this._tools.wall());
    const tries = await this._db.read(["phone"], ({ phone }) => phone.get("tries"));
    if (tries && tries.until > own) throw new Refusal("phone.wait", { n: Math.ceil((tries.until - own) / 1000) });
  }

  /** @param {boolean} [enrolling] a passphrase typed for a new compartment is a guess only where there is another one */
  async _countTry(enrolling = false) {
    const { compartments } = await this._kept();
    if (enrolling && !compartments.some(({ forgotten }) => !forgotten)) return;
    const own = await tick(this._db, this._tools.wall());
    await this._db.write(["phone"], async ({ phone }) => {
      const count = ((await phone.get("tries")) || { count: 0 }).count + 1;
      const penalty = count < FREE_TRIES ? 0 : Math.min(2 ** (count - FREE_TRIES + 1), LONGEST_PENALTY);
      await phone.put({ count, until: own + penalty * 1000 }, "tries");
    });
  }

  /** @param {string} id @throws {Refusal} phone.answers with `n`, how many need another look */
  async _checkAnswers(id) {
    const { keys } = this._opened();
    const content = await drafts.openContent(keys.draft, await drafts.load(this._db, id));
    const { form, formVersion, answers } = content;
    const now = minute(this._tools.wall());
    const settings = drafts.settingsOf(this.bundle().settings, content);
    const found = problems(await this.forms(form, formVersion), answers, settings, now);
    if (found.length) throw new Refusal("phone.answers", { n: found.length });
  }

  /**
   * @param {string} id
   * @param {"final" | "unfinished"} state
   * @returns {Promise<{
   *   record: import("./drafts.js").DraftRecord, sealed: import("./sealing.js").Sealed & {link: Bytes} | null,
   *   elsewhere: string | null,
   * }>} `sealed` is null before her agreement, and when there is NOBODY to seal to
   */
  async _sealed(id, state) {
    const { keys } = this._opened();
    const before = await drafts.load(this._db, id);
    const content = await drafts.openContent(keys.draft, before);
    if (!drafts.hasAgreed(content.answers)) return { record: before, sealed: null, elsewhere: null };
    const form = await this.forms(content.form, content.formVersion);
    const { elsewhere } = this.recipient(form, content);
    if (elsewhere === NOBODY) return { record: before, sealed: null, elsewhere };
    const n = await drafts.reserve(this._db, id, elsewhere);
    const hand = { compartment: await this._fresh(), signKey: keys.sign, now: minute(this._tools.wall()) };
    const link = await lockLink(keys.draft, id, content.about || null);
    return { record: before, sealed: { ...(await sealDraft(hand, { id, content, form, n, state, elsewhere })), link }, elsewhere };
  }

  /**
   * Whom a draft goes to with these answers; when that is another office than before, with a copy for it in place of the
   * one that is kept. What cannot be known or sealed is for nobody: the answers are kept, and no copy.
   * @param {import("./drafts.js").DraftRecord} record
   * @param {import("./drafts.js").Content} content
   * @param {Keys} keys
   * @param {import("./bundle.js").Payload | null} payload both as they were when the saving began: it may be locked since
   * @returns {Promise<import("./drafts.js").Turn>}
   */
  async _turnOf(record, content, keys, payload) {
    try {
      if (!payload) throw new Refusal("422.16");
      const now = minute(this._tools.wall());
      const form = await this.forms(content.form, content.formVersion);
      const { elsewhere } = recipient(form, content, payload, now);
      const stays = elsewhere === drafts.meantFor(record) || elsewhere === NOBODY;
      if (stays || !record.copy || !drafts.hasAgreed(content.answers)) return { elsewhere, n: 0, copy: null };
      const compartment = await this._db.read(["compartments"], (at) => at.compartments.get(record.compartment));
      const n = peek(compartment, elsewhere);
      const sealed = await sealDraft({ compartment, signKey: keys.sign, now }, { id: record.id, content, form, n, state: "unfinished", elsewhere });
      await this._tools.step("turned");
      const link = await lockLink(keys.draft, record.id, content.about || null);
      return { elsewhere, n, copy: { ...sealed, link, version: record.version + 1 } };
    } catch {
      return { elsewhere: NOBODY, n: 0, copy: null };
    }
  }

  /** Now, and by the browser itself when the network comes, where it can. */
  _sendSoon() {
    if (this._options.worker && "serviceWorker" in navigator) {
      navigator.serviceWorker.ready.then((/** @type {any} */ { sync }) => sync && sync.register("send")).catch(() => {});
    }
    if (this._options.timer) this.send("saved");
  }

  /** Read everything that is shown, and tell the listeners. */
  async _refresh() {
    const { compartments, contact, items: everything, drafts: everyDraft } = await this._allKept();
    const open = this._open;
    if (open) open.compartment = compartments.find(({ id }) => id === open.compartment.id) || open.compartment;
    const usable = compartments.filter(({ forgotten }) => !forgotten);
    const shown = open ? open.compartment : usable[0] || null;
    const payloads = await Promise.all(compartments.map(({ bundle, pin }) => readBundle(bundle, pin).catch(() => null)));
    this._payload = shown && payloads[compartments.findIndex(({ id }) => id === shown.id)];
    const mine = (/** @type {{compartment: string}} */ one) => !open || one.compartment === open.compartment.id;
    const [all, begun] = [everything.filter(mine), everyDraft.filter(mine)];
    const now = this._tools.wall();
    const stamped = this._stamped();
    const gone = goneSince(stamped, compartments.map(({ id }) => id));
    const known = traces(compartments, payloads.map((payload) => payload && payload.receipt_key), everything);
    if (compartments.length) this._stamp({ ...counted(everything), drafts: everyDraft.length, contact, known, gone });
    this._state = {
      ...this._state,
      place: this._open ? "open" : usable.length ? "locked" : !compartments.length && stamped ? "missing" : "new",
      office: shown && shown.office,
      label: shown ? shown.label : "",
      confirmed: shown !== null && shown.confirmed,
      languages: shown ? shown.languages : [],
      settings: this._payload ? this._payload.settings : {},
      counts: { drafts: begun.length, ...counted(all) },
      lastContact: contact,
      sending: this._sending,
      online: navigator.onLine,
      trouble: this._troubleOf(shown, now),
      storage: await meter(),
      bundleAge: this._payload ? Math.max(0, Math.floor((now - Date.parse(this._payload.issued)) / DAY)) : null,
      compartments: usable.map(({ id, office, label }) => ({ id, office, label })),
      lost: gone && { n: countOf(gone), drafts: gone.drafts, found: this._found },
    };
    this._tell();
  }

  /** @param {import("./storage.js").Stamp} what */
  _stamp(what) {
    stamp(what);
  }

  /** @returns {import("./storage.js").Stamp | null} */
  _stamped() {
    return readStamp();
  }

  /** @param {Compartment | null} shown @param {number} now @returns {State["trouble"]} */
  _troubleOf(shown, now) {
    if (shown && !this._payload) return { code: "422.16" };
    if (shown && shown.trouble) return { code: shown.trouble };
    // a bundle from the future: this phone's clock is wrong
    if (this._payload && Date.parse(this._payload.issued) > now + DAY) return { code: "phone.clock" };
    return this._trouble || null;
  }
}

/** From the most patient to the least. @type {import("./sync.js").Why[]} */
const KEENNESS = ["timer", "saved", "background", "open", "online", "button"];

/** @param {import("./sync.js").Why | null} before @param {import("./sync.js").Why} why @returns {import("./sync.js").Why} the less patient one */
function keener(before, why) {
  return before && KEENNESS.indexOf(before) > KEENNESS.indexOf(why) ? before : why;
}

/** @param {Item} item @returns {ItemLine} */
function line({ report, state, aside, made, urgent, since, code, wait, receipt, kept, about }) {
  return {
    report,
    state,
    aside,
    made,
    urgent,
    since,
    kept,
    ...(code ? { code } : {}),
    ...(state === "sealed" && wait ? { later: true } : {}),
    ...(receipt ? { receipt } : {}),
    ...(about ? { about } : {}),
  };
}

/** @param {Item[]} items notices that take something back are not reports and are not counted */
function counted(items) {
  const reports = items.filter(({ about }) => about === null);
  /** @param {(item: Item) => boolean} which */
  const count = (which) => reports.filter(which).length;
  return {
    waiting: count(({ state }) => state === "sealed"),
    arrived: count(({ state }) => state === "received"),
    refused: count(({ state }) => state === "refused"),
    aside: count(({ aside }) => aside),
    later: count(({ state, wait }) => state === "sealed" && wait !== null),
  };
}
