/**
 * When the database has gone behind the app's back: what the stamp outside it still tells, and what the office's server
 * says to it. Nothing here is read by anybody under a lock that does not lie in clear in the database too: the token,
 * random numbers and digests of sealed reports, and days.
 *
 * @typedef {[report: string, digest: string, made: string, about: string | null]} Known
 *   one sealed report, `digest` without its prefix; `about` the report that a notice takes back
 * @typedef {{device: string, token: string, key: string | null, reports: Known[]}} Trace
 *   one compartment; `key` the office's receipt key, null when the bundle that named it could not be believed
 * @typedef {{drafts: number, traces: Trace[]}} Gone `drafts` that were begun and had not been sealed
 * @typedef {{report: string, made: string}} Line
 * @typedef {{arrived: number, missing: Line[], unsure: Line[], takenBack: Line[], strange: boolean}} Found
 *   `arrived`: receipts for exactly the bytes that were here fit the office's key. `missing`: the server says that it has
 *   nothing of them. `unsure`: it said neither. `takenBack`: their notices may not have arrived. `strange`: it knows this
 *   phone no more, so it could not be asked
 */
import { readAnswer } from "./answer.js";
import { ANSWER } from "./outbox.js";
import { checkReceipt } from "./receipt.js";
import { HAVE_AT_MOST, UNKNOWN, call } from "./sync.js";

const PREFIX = "sha-256:";

/**
 * What to leave in the stamp: the newest reports of every compartment, and of those that were taken back the notice.
 * The same state gives the same words.
 * @param {import("./enrolment.js").Compartment[]} compartments
 * @param {(string | null)[]} keys receipt key of each
 * @param {import("./outbox.js").Item[]} items
 * @returns {Trace[]}
 */
export function traces(compartments, keys, items) {
  const newest = items
    // an answer that is lost is overdue at the office, which knows of its message
    .filter(({ state, about }) => state !== "withdrawn" && about !== ANSWER)
    .sort((a, b) => b.order - a.order || (a.report < b.report ? -1 : 1))
    .slice(0, HAVE_AT_MOST);
  /** @param {import("./outbox.js").Item} item @returns {Known} */
  const known = ({ report, digest, made, about }) => [report, digest.slice(PREFIX.length), made, about];
  return compartments.map(({ id, token }, i) => {
    return { device: id, token, key: keys[i], reports: newest.filter(({ compartment }) => compartment === id).map(known) };
  });
}

/**
 * @param {{known?: Trace[], gone?: Gone | null, drafts?: number} | null} stamp as it was left last
 * @param {string[]} devices those that the database holds now
 * @returns {Gone | null} what it held of others, and nobody has said yet that the office knows
 */
export function goneSince(stamp, devices) {
  const { known = [], gone = null, drafts = 0 } = stamp || {};
  const lost = known.filter(({ device }) => !devices.includes(device));
  if (!lost.length) return gone;
  const before = gone || { drafts: 0, traces: [] };
  return { drafts: before.drafts + drafts, traces: [...before.traces, ...lost] };
}

/** @param {Gone} gone @returns {number} of reports; a notice is none */
export function countOf({ traces: all }) {
  return all.reduce((n, { reports }) => n + reports.filter(([, , , about]) => about === null).length, 0);
}

/**
 * Ask the office's server which of them have arrived.
 * @param {import("./sync.js").Tools} tools
 * @param {Gone} gone
 * @returns {Promise<Found>} rejects when nobody who knows answered
 */
export async function askFor(tools, gone) {
  /** @type {Found} */
  const found = { arrived: 0, missing: [], unsure: [], takenBack: [], strange: false };
  for (const trace of gone.traces.filter(({ reports }) => reports.length)) {
    const said = await asked(tools, trace);
    if (!said) found.strange = true;
    for (const known of trace.reports) note(found, known, said ? await judged(said, trace, known) : "unsure");
  }
  return found;
}

/** @param {import("./sync.js").Tools} tools @param {Trace} trace @returns {Promise<{held: any[], missing: any[]} | null>} null when it does not know this phone */
async function asked(tools, { token, reports }) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const body = JSON.stringify({ reports: reports.map(([report]) => report) });
  const answer = await readAnswer(await call(tools, "have", { method: "POST", headers, body }));
  if (answer.code && UNKNOWN.includes(answer.code)) return null;
  const { body: said } = answer;
  if (answer.status !== 200 || !said || !Array.isArray(said.held)) throw new Error("no answer");
  return { held: said.held, missing: Array.isArray(said.missing) ? said.missing : [] };
}

/** @param {{held: any[], missing: any[]}} said @param {Trace} trace @param {Known} known @returns {Promise<"arrived" | "missing" | "unsure">} */
async function judged({ held, missing }, { key }, [report, digest]) {
  const ours = { report, digest: PREFIX + digest };
  const about = held.filter((receipt) => receipt && receipt.report === report);
  const good = about.map((receipt) => (key ? checkReceipt(receipt, key, ours).then(() => true, () => false) : false));
  if ((await Promise.all(good)).some(Boolean)) return "arrived";
  return missing.includes(report) && !about.length ? "missing" : "unsure";
}

/** @param {Found} found @param {Known} known @param {"arrived" | "missing" | "unsure"} where */
function note(found, [report, , made, about], where) {
  if (about !== null) {
    if (where !== "arrived") found.takenBack.push({ report: about, made });
  } else if (where === "arrived") found.arrived += 1;
  else found[where].push({ report, made });
}
