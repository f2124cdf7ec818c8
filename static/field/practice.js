/**
 * Practice: a phone beside the phone, with the same code and nothing of its own that lasts. Its keys are made when it
 * begins, the office's private halves are thrown away in the same moment, and everything rests in the page's memory.
 * `outbox.due` never yields what belongs to it.
 *
 * @typedef {import("./bundle.js").Bundle} Bundle
 * @typedef {import("./bundle.js").Payload} Payload
 */
import { b64u, concat, utf8 } from "./bytes.js";
import { packStored } from "./deflate.js";
import { newCompartment } from "./enrolment.js";
import { makeKeys, openKeys, seal } from "./keys.js";
import { memoryDatabase } from "./memory.js";
import { PRACTICE } from "./outbox.js";
import { Phone } from "./phone.js";
import { keyId, sign } from "./signing.js";
import { emptySlots, fillSlot } from "./slots.js";
import { localDay } from "./words.js";

/** What an office begins with, for a phone that has none. Offices that are known lend their own. */
export const BUILT_IN = {
  forms: [{ id: "visit", version: 2 }],
  settings: {
    pep_hours: 72, ec_hours: 120, lock_after: 60, draft_hours: 72, keep_days: 30, utc_offset_minutes: 0,
    ages_child_agrees: ["6_11", "12_14", "15_17"], ages_carer_agrees: ["0_5", "6_11", "12_14"],
    ages_carer_if_wanted: ["15_17"], child_account_from: 15, ages_no_account: ["0_5", "6_11", "12_14"],
    own_code_shape: "### ### ### ###",
  },
  places: /** @type {Payload["places"]} */ ([]),
};

/** @param {Uint8Array<ArrayBuffer>} key */
async function sealingKey(key) {
  return { id: await keyId(key), kem: "0x647a", key: b64u(key) };
}

/**
 * The bundle of an office that is nobody: whoever wanted to open what is sealed to it would find no key anywhere.
 * @param {string} name
 * @param {Pick<Payload, "forms" | "settings" | "places">} content
 * @param {string} issued day
 * @returns {Promise<{bundle: Bundle, payload: Payload, pin: Uint8Array<ArrayBuffer>, signMessages: CryptoKey}>}
 */
async function officeOfNobody(name, { forms, settings, places }, issued) {
  const [one, other] = [await makeKeys(), await makeKeys()];
  /** @type {Payload} */
  const payload = {
    office: { id: "practice", name, sign_key: b64u(one.signKey) },
    keys: { report: await sealingKey(one.messageKey), identity: await sealingKey(other.messageKey) },
    receipt_key: b64u(other.signKey),
    message_sign_key: b64u(other.signKey),
    forms,
    languages: [],
    settings,
    words: {},
    places,
    offices: [],
    services: null,
    shell: "",
    issued,
    serial: 1,
  };
  const bytes = utf8(JSON.stringify(payload));
  const signature = await sign((await openKeys(one.secrets)).sign, concat(utf8("intake-bundle/1\n"), bytes));
  return { bundle: { payload: b64u(bytes), sign: b64u(signature) }, payload, pin: one.signKey, signMessages: (await openKeys(other.secrets)).sign };
}

/**
 * The one message to practise with, as an office would send it: an appointment in three days.
 * @param {CryptoKey} key the office's @param {Uint8Array<ArrayBuffer>} messageKey this phone's @param {number} now milliseconds
 */
async function practiceMessage(key, messageKey, now) {
  const on = (/** @type {number} */ days) => localDay(new Date(now + days * 24 * 3600 * 1000));
  const content = { id: "practice", about: null, kind: "appointment", params: { day: on(3), time: "10:00" }, who: null, text: null, until: on(7) };
  const json = b64u(utf8(JSON.stringify(content)));
  const text = utf8(`intake-message/1\npractice\n${PRACTICE}\n1\n${on(0)}\n${json}\n`);
  const signed = concat(text, utf8(`${b64u(await sign(key, text))}\n`));
  const sealed = b64u(await seal(messageKey, utf8(`intake-message/1\n${PRACTICE}\n1\n`), packStored(signed)));
  return { compartment: PRACTICE, id: 1, sealed };
}

export class Practice extends Phone {
  /** @param {Phone} beside the real one @param {string} passphrase shown again to whoever has practice open */
  constructor(beside, passphrase) {
    super(memoryDatabase(), { ...beside._options, worker: false, timer: false });
    this._beside = beside;
    this.passphrase = passphrase;
  }

  /**
   * @param {Phone} beside the real one, locked: its forms and settings are practised with, and nothing else of it
   * @param {{name: string, languages: string[], passphrase: string}} given `name` of the office that is nobody
   * @returns {Promise<Practice>} open
   */
  static async begin(beside, { name, languages, passphrase }) {
    const phone = new Practice(beside, passphrase);
    await phone._enrolNowhere(name, languages);
    await phone.unlock(passphrase);
    return phone;
  }

  /** @param {string} name @param {string[]} languages */
  async _enrolNowhere(name, languages) {
    const issued = new Date(this._tools.wall()).toISOString().slice(0, 10);
    const { bundle, payload, pin, signMessages } = await officeOfNobody(name, this._beside._payload || BUILT_IN, issued);
    const { secrets, signKey, messageKey } = await makeKeys();
    const empty = emptySlots(await this._enrolTools().cost());
    const content = { device: PRACTICE, secrets };
    const { slots, index } = await fillSlot(empty, await this._derive(this.passphrase, empty), content);
    const keys = { device: PRACTICE, slot: index, signKey: b64u(signKey), messageKey: b64u(messageKey) };
    const letIn = { label: name, languages, pin, bundle, token: "", confirmed: true, ticket: null };
    const message = await practiceMessage(signMessages, messageKey, this._tools.wall());
    await this._db.write(["phone", "compartments", "messages"], async (at) => {
      await at.phone.put(slots, "slots");
      await at.messages.add(message);
      await at.compartments.add(newCompartment(keys, payload, letIn));
    });
  }

  state() {
    return { ...super.state(), practice: true, ready: this._beside.state().ready };
  }

  /** Nothing of practice goes anywhere. */
  async send() {}

  _sendSoon() {}

  /** The stamp speaks of what is real, and so does what was lost. */
  _stamp() {}

  _stamped() {
    return null;
  }

  /** Practice is over: keys, drafts and sealed reports are no more. */
  end() {
    this.lock();
    this._db.close();
  }
}
