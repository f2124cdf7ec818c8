/**
 * What an answer to a sent report means (design, protocol v1). The default is *keep and try again*: only a valid receipt
 * ends the waiting, and only a refusal in our own words, `application/problem+json` with our `type`, is a refusal.
 * A hotel's login page that answers 200 or 403 is neither.
 *
 * @typedef {import("./outbox.js").Wait} Wait
 * @typedef {{status: number, code: string | null, receipt: unknown, retryAfter: number | null, ours: boolean}} Answer
 *   `code` of our problem; `receipt` as it came, unverified; `retryAfter` milliseconds; `ours`: JSON or a problem of ours
 * @typedef {{move: "received", aside: boolean, code: string | null}
 *   | {move: "refused", code: string}
 *   | {move: "keep", wait: Wait, code: string | null, retryAfter: number | null}} Verdict
 */

/** No server's Retry-After is believed beyond a day, in milliseconds. */
const LONGEST_RETRY_AFTER = 24 * 3600 * 1000;
const TYPE = /^(?:https?:\/\/[^/]+)?\/problems\/([0-9]{3}\.[0-9]+)$/;
const STORED = [200, 201, 202];
const RETRY = [408, 425, 429];

/** @param {Response} response @returns {string} media type without parameters, lower case */
function mediaType(response) {
  return (response.headers.get("Content-Type") || "").split(";")[0].trim().toLowerCase();
}

/** @param {string | null} text seconds; a date would need a right clock and counts as nothing @returns {number | null} */
export function retryAfter(text) {
  if (text === null || !/^[0-9]{1,9}$/.test(text.trim())) return null;
  return Math.min(Number(text) * 1000, LONGEST_RETRY_AFTER);
}

/** @param {Response} response @returns {Promise<any>} null when it is not JSON after all */
async function jsonOf(response) {
  try {
    return JSON.parse(await response.text());
  } catch {
    return null;
  }
}

/** @param {any} body @param {number} status @returns {string | null} the number of our catalogue, if it is one */
function problemCode(body, status) {
  const found = TYPE.exec(body && typeof body.type === "string" ? body.type : "");
  return found && Number(found[1].split(".")[0]) === status ? found[1] : null;
}

/**
 * @param {Response} response of a request with `redirect: "manual"`
 * @returns {Promise<Answer & {body: any}>} `body` only when it is ours
 */
export async function readAnswer(response) {
  const { status } = response;
  const type = mediaType(response);
  const problem = type === "application/problem+json";
  const json = type === "application/json";
  const body = problem || json ? await jsonOf(response) : null;
  const code = problem ? problemCode(body, status) : null;
  const ours = code !== null || (json && body !== null && typeof body === "object");
  const receipt = code !== null ? body.receipt : ours ? body : null;
  return { status, code, receipt, ours, body: ours ? body : null, retryAfter: retryAfter(response.headers.get("Retry-After")) };
}

/** @param {Wait} wait @param {string | null} code @param {number | null} [told] @returns {Verdict} */
function keep(wait, code, told = null) {
  return { move: "keep", wait: told === null ? wait : "told", code, retryAfter: told };
}

/**
 * @param {Answer} answer
 * @param {boolean} verified whether `receipt` is signed by the bundle's receipt key, for the bytes that were sent
 * @returns {Verdict}
 */
export function verdict(answer, verified) {
  const { status, code, ours, retryAfter: told } = answer;
  if (status === 409 && code !== null && verified) return { move: "received", aside: true, code };
  if (STORED.includes(status)) return stored(answer, verified);
  if (RETRY.includes(status) || status >= 500 || !ours) return keep("later", code, told);
  return code === null ? keep("daily", null) : problem(status, code);
}

/** @param {Answer} answer @param {boolean} verified @returns {Verdict} */
function stored({ status, receipt, ours, retryAfter: told }, verified) {
  if (!ours || !receipt) return keep("later", "phone.not_the_office", told);
  if (!verified) return keep("later", "phone.receipt_unverified", told);
  return { move: "received", aside: status === 202, code: null };
}

/** @param {number} status @param {string} code @returns {Verdict} */
function problem(status, code) {
  if (status === 401 || code === "403.1") return keep("invitation", code);
  if (code === "403.2" || status === 413 || status === 422) return { move: "refused", code };
  return keep("daily", code);
}
