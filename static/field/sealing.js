/**
 * From answers to sealed bytes. The bundle's signature is checked against the pin each time: no right key, no saving.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./drafts.js").Content} Content
 * @typedef {import("./enrolment.js").Compartment} Compartment
 * @typedef {import("./questionnaire.js").Form} Form
 * @typedef {{bytes: Bytes, digest: string, made: string, urgent: boolean}} Sealed
 * @typedef {{compartment: Compartment, signKey: CryptoKey, now: string}} Hand who seals; `now` ISO minute, UTC
 */
import { readBundle } from "./bundle.js";
import { uuid } from "./bytes.js";
import { settingsOf } from "./drafts.js";
import { sealEnvelope } from "./envelope.js";
import { finish, prune, split, urgent } from "./questionnaire.js";
import { sealingKeysOf } from "./recipient.js";
import { P256 } from "./signing.js";

/**
 * @param {Hand} hand
 * @param {{report: string, urgent: boolean, reportPart: object, identityAnswers: object, elsewhere: string | null}} content
 *   `elsewhere`: the office to seal to, as `recipient.js` names it
 * @returns {Promise<Sealed>}
 * @throws {Refusal} phone.no_other_office when that office is not named
 */
async function sealed({ compartment, signKey, now }, { report, urgent: hurry, reportPart, identityAnswers, elsewhere }) {
  const keys = sealingKeysOf(await readBundle(compartment.bundle, compartment.pin), elsewhere);
  const made = now.slice(0, 10);
  const { bytes, digest } = await sealEnvelope({
    report,
    made,
    urgent: hurry,
    reportJson: JSON.stringify(reportPart),
    identityJson: JSON.stringify({ answers: identityAnswers }),
    keys,
    device: compartment.id,
    signKey,
  });
  return { bytes, digest, made, urgent: hurry };
}

/**
 * @param {Hand} hand
 * @param {{
 *   id: string, content: Content, form: Form, n: number, state: "final" | "unfinished", elsewhere: string | null,
 * }} draft
 * @returns {Promise<Sealed>} hidden answers are left out; a final one says of every visible question without an answer
 *   that it was not asked
 * @throws {Refusal} 422.16 when the bundle is not the pinned office's; 413.1 too large; phone.no_other_office
 */
export async function sealDraft(hand, { id, content, form, n, state, elsewhere }) {
  const payload = await readBundle(hand.compartment.bundle, hand.compartment.pin);
  const settings = settingsOf(payload.settings, content);
  const given = content.answers;
  const whole = (state === "final" ? finish : prune)(form, given, settings, hand.now);
  const [answers, identityAnswers] = split(form, whole);
  const reportPart = {
    form: content.form,
    version: content.formVersion,
    language: content.languages[1] || content.languages[0],
    officer: hand.compartment.label,
    n,
    state,
    identity: Object.keys(identityAnswers).length > 0,
    about: content.about || null,
    answers,
  };
  const hurry = urgent(form, given, settings, hand.now);
  return sealed(hand, { report: id, urgent: hurry, reportPart, identityAnswers, elsewhere });
}

/**
 * The notice that a report is taken back: it names the report and holds nothing else. It goes where the report went.
 * @param {Hand} hand
 * @param {{id: string, about: string, n: number, elsewhere: string | null}} notice
 * @returns {Promise<Sealed>}
 * @throws {Refusal} phone.no_other_office when that office is named no more
 */
export async function sealNotice(hand, { id, about, n, elsewhere }) {
  const reportPart = {
    // of no form: which one the report was written with, nobody can see any more
    form: "",
    version: 0,
    language: hand.compartment.languages[0],
    officer: hand.compartment.label,
    n,
    state: "withdrawn",
    identity: false,
    about: { report: about, as: "withdraws" },
    answers: {},
  };
  return sealed(hand, { report: id, urgent: false, reportPart, identityAnswers: {}, elsewhere });
}

/**
 * The answer to a message, a report of a form that the phone fills in itself.
 * @param {Hand} hand
 * @param {{id: string, about: string | null, n: number, language: string, answers: Record<string, any>}} given `about`:
 *   the report that the message is about
 * @returns {Promise<Sealed>}
 */
export async function sealAnswer(hand, { id, about, n, language, answers }) {
  const reportPart = {
    form: "message-answer",
    version: 1,
    language,
    officer: hand.compartment.label,
    n,
    state: "final",
    identity: false,
    about: about ? { report: about, as: "follows_up" } : null,
    answers,
  };
  return sealed(hand, { report: id, urgent: false, reportPart, identityAnswers: {}, elsewhere: null });
}

/**
 * One report for nobody, sealed with keys that are thrown away. The browser compiles code when it first runs: on a slow
 * phone the first sealing takes several times as long as the next, and it would be the officer's, with her waiting.
 * While a passphrase is being stretched, in a worker, the page has that time to spare.
 *
 * @param {import("./bundle.js").Payload["keys"]} keys the office's public ones
 * @returns {Promise<void>}
 */
export async function warm(keys) {
  const { privateKey } = await crypto.subtle.generateKey(P256, false, ["sign"]);
  const head = { report: uuid(), device: "0".repeat(16), made: "2000-01-01", urgent: false };
  const text = JSON.stringify({ answers: {} });
  await sealEnvelope({ ...head, keys, signKey: privateKey, reportJson: text, identityJson: text });
}
