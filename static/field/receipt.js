/**
 * A receipt: the server's signed word that exactly these bytes are durably kept.
 *
 * @typedef {{report: string, digest: string, received: string, sign: string}} Receipt
 */
import { Refusal, unb64u, utf8 } from "./bytes.js";
import { verify } from "./signing.js";

const BAD = "422.17";

/** @param {unknown} text */
function isDay(text) {
  return typeof text === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text);
}

/**
 * @param {any} receipt as it came
 * @param {string} receiptKey of the bundle, base64url
 * @param {{report: string, digest: string}} held what this phone holds and asked for
 * @returns {Promise<Receipt>}
 * @throws {Refusal} 422.17 when it is not signed by that key, or is about other bytes
 */
export async function checkReceipt(receipt, receiptKey, held) {
  if (typeof receipt !== "object" || receipt === null) throw new Refusal(BAD);
  const { report, digest, received, sign } = receipt;
  if (report !== held.report || digest !== held.digest || !isDay(received)) throw new Refusal(BAD);
  const covered = utf8(`intake-receipt/1\n${report}\n${digest}\n${received}\n`);
  if (!(await verify(unb64u(receiptKey, BAD), unb64u(sign, BAD), covered))) throw new Refusal(BAD);
  return { report, digest, received, sign };
}
