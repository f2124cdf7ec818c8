/**
 * Enrolment: a code becomes a compartment of this phone, with keys of its own, a pinned office and a signed bundle.
 *
 * The new keys rest in a slot before the code is spent, so that an answer lost on the way burns nothing: the same code
 * with the same passphrase finds the same keys, and the server answers as the first time.
 *
 * @typedef {import("./bytes.js").Bytes} Bytes
 * @typedef {import("./db.js").Database} Database
 * @typedef {import("./bundle.js").Bundle} Bundle
 * @typedef {import("./bundle.js").Payload} Payload
 * @typedef {import("./keys.js").Secrets} Secrets
 * @typedef {import("./slots.js").Slots} Slots
 * @typedef {import("./slots.js").Cost} Cost
 * @typedef {{code: string, fingerprint: string | null, secret: string | null}} Invitation typed codes have the code alone
 * @typedef {"keys" | "passphrase" | "office" | "files"} Step
 * @typedef {{
 *   invitation: Invitation, label: string, languages: string[], passphrase: string, onStep?: (step: Step) => void,
 *   another?: boolean, joins?: (office: {id: string, name: string}) => Promise<boolean>,
 * }} Enrolment
 *   `another` it is for somebody who has not written on this phone; `joins` asks a person whether this phone shall belong
 *   to that office too, before it does
 * @typedef {{
 *   id: string, slot: number, office: {id: string, name: string}, label: string, languages: string[],
 *   pin: Bytes, bundle: Bundle, etag: string | null, token: string, confirmed: boolean,
 *   signKey: string, messageKey: string, n: number, free: number[], forgotten: boolean,
 *   asked: number | null, heard: number | null, lastMessage: number, trouble: string | null,
 *   ticket: Ticket | null, knocked: number | null, duties?: string, others?: Record<string, import("./numbers.js").Count>,
 *   directory?: {keys: Bytes, last: import("./directory.js").Listed | null}, asks?: {id: string, secret: Bytes}[],
 * }} Compartment
 *   all of it in clear, so that sending works under the lock; `id` is the device's, `asked` and `heard` our own
 *   milliseconds of the last `have` and of the last look for messages, `n` how many reports were numbered, `free` numbers
 *   that came back, `others` the same for each other office, `lastMessage` the highest number that was read and believed,
 *   `knocked` our own milliseconds of the last time the ticket was shown, `duties` the day on which the officer last read
 *   what they agreed to do, `directory` the keys to the list of services, wrapped, and the last list that opened,
 *   `asks` questions with numbers that people keep, encrypted
 * @typedef {{code: string, proof?: string, sign: string, ticket: string}} Ticket
 *   what this phone was let in with, and the server's signed word for it: a server that was restored to before that lets
 *   it in again
 * @typedef {{
 *   db: Database, fetch: typeof fetch, derive: (passphrase: string, slots: Slots) => Promise<Bytes>,
 *   cost: () => Promise<Cost>,
 * }} Tools
 * @typedef {{device: string, secrets: Secrets, signKey: string, messageKey: string, slot: number}} Prepared
 */
import { Refusal, b64u, same, textOf, unb64u } from "./bytes.js";
import { fingerprint, readBundle } from "./bundle.js";
import { readAnswer } from "./answer.js";
import { enrolProof, enrolSign, makeKeys, openKeys } from "./keys.js";
import { clearSlot, emptySlots, fillSlot, openSlot } from "./slots.js";

const LINK = /^#?enrol=([A-Za-z0-9_-]+)\.([0-9a-f]{32})\.([A-Za-z0-9_-]+)$/;

/**
 * @param {string} hash of the address, which the caller has removed from it already
 * @returns {Invitation | null}
 */
export function readInvitation(hash) {
  const found = LINK.exec(hash);
  return found && { code: found[1], fingerprint: found[2], secret: found[3] };
}

/** @param {Database} db @returns {Promise<{slots: Slots | undefined, pending: any, compartments: Compartment[]}>} */
function held(db) {
  return db.read(["phone", "compartments"], async ({ phone, compartments }) => ({
    slots: await phone.get("slots"),
    pending: await phone.get("pending"),
    compartments: await compartments.all(),
  }));
}

/**
 * Keys for this code: those of a try whose answer was lost, or new ones, in a slot before anybody hears of them.
 * @param {Tools} tools
 * @param {Enrolment} enrolment
 * @returns {Promise<Prepared>}
 */
async function prepare(tools, { invitation, passphrase }) {
  const { slots: old, pending, compartments } = await held(tools.db);
  const slots = old || emptySlots(await tools.cost());
  const key = await tools.derive(passphrase, slots);
  const found = await openSlot(slots, key);
  if (found && pending && pending.code === invitation.code && pending.device === found.content.device) {
    return { ...pending, secrets: found.content.secrets };
  }
  const { secrets, signKey, messageKey, device } = await makeKeys();
  const taken = compartments.filter(({ forgotten }) => !forgotten).map(({ slot }) => slot);
  const clean = found && !taken.includes(found.index) ? clearSlot(slots, found.index) : slots;
  const filled = await fillSlot(clean, key, { device, secrets }, taken);
  const fresh = { device, signKey: b64u(signKey), messageKey: b64u(messageKey), slot: filled.index };
  await tools.db.write(["phone"], async ({ phone }) => {
    await phone.put(filled.slots, "slots");
    await phone.put({ ...fresh, code: invitation.code }, "pending");
  });
  return { ...fresh, secrets };
}

/**
 * @param {Tools} tools
 * @param {{code: string, label: string, sign_key: string, message_key: string, proof?: string, sign: string}} body
 * @returns {Promise<{device: string, token: string, bundle: Bundle, ticket?: string}>}
 * @throws {Refusal} phone.offline, phone.not_the_office, or the number the server gave
 */
async function ask(tools, body) {
  const request = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: /** @type {const} */ ("omit"),
    redirect: /** @type {const} */ ("manual"),
    cache: /** @type {const} */ ("no-store"),
  };
  const response = await tools.fetch("/sync/v1/enrol", request).catch(() => {
    throw new Refusal("phone.offline");
  });
  const answer = await readAnswer(response);
  if (answer.code) throw new Refusal(answer.code);
  const { body: told } = answer;
  const whole = response.ok && told && told.device && told.token && told.bundle;
  if (!whole) throw new Refusal("phone.not_the_office");
  return told;
}

/**
 * The office this bundle speaks for: its key is pinned now, by the link's fingerprint or by words two people compare.
 * @param {Bundle} bundle
 * @param {string | null} expected fingerprint of the link
 * @returns {Promise<{pin: Bytes, payload: Payload}>}
 * @throws {Refusal} phone.other_office, 422.16
 */
export async function pinned(bundle, expected) {
  const claimed = JSON.parse(textOf(unb64u(bundle.payload, "422.16")));
  const pin = unb64u(claimed && claimed.office && claimed.office.sign_key, "422.16");
  if (expected !== null && (await fingerprint(pin)) !== expected) throw new Refusal("phone.other_office");
  return { pin, payload: await readBundle(bundle, pin) };
}

/**
 * @param {Enrolment} enrolment
 * @param {{signKey: string, messageKey: string}} keys
 * @param {CryptoKey} key the private half of `signKey`
 */
async function request({ invitation, label }, { signKey, messageKey }, key) {
  const { code, secret } = invitation;
  const sign = await enrolSign(key, code, signKey, messageKey);
  const body = { code, label, sign_key: signKey, message_key: messageKey, sign };
  if (!secret) return body;
  return { ...body, proof: await enrolProof(secret, code, unb64u(signKey), unb64u(messageKey)) };
}

/**
 * @param {{code: string, proof?: string, sign: string}} sent
 * @param {{ticket?: string}} told
 * @returns {Ticket | null}
 */
function ticketOf({ code, proof, sign }, { ticket }) {
  if (!ticket) return null;
  return proof ? { code, proof, sign, ticket } : { code, sign, ticket };
}

/** @param {Database} db @param {Bytes} pin @returns {Promise<boolean>} whether this phone is others' and none is of that office */
async function isOther(db, pin) {
  const usable = (await held(db)).compartments.filter(({ forgotten }) => !forgotten);
  return usable.length > 0 && !usable.some((one) => same(one.pin, pin));
}

/** What was made for an office that is not to be joined goes, before anything was written with it. @param {Database} db @param {number} slot */
function giveUp(db, slot) {
  return db.write(["phone"], async ({ phone }) => {
    await phone.put(clearSlot(await phone.get("slots"), slot), "slots");
    await phone.remove("pending");
  });
}

/**
 * @param {{device: string, slot: number, signKey: string, messageKey: string}} keys
 * @param {Payload} payload
 * @param {Pick<Compartment, "label" | "languages" | "pin" | "bundle" | "token" | "confirmed" | "ticket">} letIn
 * @returns {Compartment} one in which nothing was written yet
 */
export function newCompartment({ device, slot, signKey, messageKey }, { office }, letIn) {
  return {
    id: device,
    slot,
    signKey,
    messageKey,
    office: { id: office.id, name: office.name },
    ...letIn,
    etag: null,
    n: 0,
    free: [],
    forgotten: false,
    asked: null,
    heard: null,
    lastMessage: 0,
    trouble: null,
    knocked: null,
  };
}

/**
 * @param {Tools} tools
 * @param {Enrolment} enrolment
 * @returns {Promise<{compartment: Compartment, secrets: Secrets}>}
 * @throws {Refusal} 403.3 and the like, phone.offline, phone.other_office, phone.slots_full, phone.passphrase_taken,
 *   officers.not_joined when a person did not want that office
 */
export async function enrol(tools, enrolment) {
  const { invitation, label, languages, onStep = () => {}, joins = async () => true } = enrolment;
  onStep("keys");
  onStep("passphrase");
  const prepared = await prepare(tools, enrolment);
  onStep("office");
  const { sign: key } = await openKeys(prepared.secrets);
  const sent = await request(enrolment, prepared, key);
  const told = await ask(tools, sent);
  const { pin, payload } = await pinned(told.bundle, invitation.fingerprint);
  if (told.device !== prepared.device) throw new Refusal("phone.not_the_office");
  if ((await isOther(tools.db, pin)) && !(await joins(payload.office))) {
    await giveUp(tools.db, prepared.slot);
    throw new Refusal("officers.not_joined");
  }
  const { token, bundle } = told;
  const confirmed = invitation.secret !== null;
  const letIn = { label, languages, pin, bundle, token, confirmed, ticket: ticketOf(sent, told) };
  const compartment = newCompartment(prepared, payload, letIn);
  await tools.db.write(["phone", "compartments"], async ({ phone, compartments }) => {
    await compartments.add(compartment);
    await phone.remove("pending");
  });
  return { compartment, secrets: prepared.secrets };
}

/**
 * A new code for a phone the server no longer knows: the same keys, a new token. What waits goes out under it.
 * @param {Tools} tools
 * @param {Compartment} compartment
 * @param {CryptoKey} key its signing key, unlocked
 * @param {Enrolment} enrolment
 * @returns {Promise<Compartment>}
 * @throws {Refusal} phone.other_office when the code is another office's
 */
export async function renew(tools, compartment, key, enrolment) {
  const { invitation, onStep = () => {} } = enrolment;
  onStep("office");
  const sent = await request({ ...enrolment, label: compartment.label }, compartment, key);
  const told = await ask(tools, sent);
  const payload = await readBundle(told.bundle, compartment.pin).catch(() => {
    throw new Refusal("phone.other_office");
  });
  const office = { id: payload.office.id, name: payload.office.name };
  const confirmed = invitation.secret !== null;
  return tools.db.write(["compartments"], async ({ compartments }) => {
    const now = await compartments.get(compartment.id);
    const letIn = { token: told.token, ticket: ticketOf(sent, told), trouble: null };
    const after = { ...now, ...letIn, office, confirmed: now.confirmed || confirmed };
    await compartments.put(after);
    return after;
  });
}
