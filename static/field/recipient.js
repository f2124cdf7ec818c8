/**
 * Whom a report is sealed to: the phone's own office or, when the form says that its people must not read it, another
 * one that the own office's signed bundle names. There is no third way: without another office it goes nowhere.
 *
 * @typedef {import("./bundle.js").Payload} Payload
 * @typedef {{elsewhere: string | null, name: string}} Recipient `elsewhere`: null for the own office, the other one's id,
 *   or NOBODY
 */
import { Refusal } from "./bytes.js";
import { elsewhere } from "./questionnaire.js";

/** The report is not for the own office, and no other one is known. No office has an empty id. */
export const NOBODY = "";

/**
 * @param {import("./questionnaire.js").Form} form
 * @param {{answers: Record<string, any>, to?: string | null}} content `to`: the other office to which the report went that
 *   this one belongs to; what belongs to it must not tell the own office that there is such a report
 * @param {Payload} payload of the own office's bundle
 * @param {string} now ISO minute, UTC
 * @returns {Recipient} the first of the offices named, if it is not the own one
 */
export function recipient(form, { answers, to = null }, { office, offices = [], settings }, now) {
  if (to !== null) {
    const other = offices.find(({ id }) => id === to);
    return other ? { elsewhere: other.id, name: other.name } : { elsewhere: NOBODY, name: "" };
  }
  if (!elsewhere(form, answers, settings, now)) return { elsewhere: null, name: office.name };
  return offices.length ? { elsewhere: offices[0].id, name: offices[0].name } : { elsewhere: NOBODY, name: "" };
}

/**
 * @param {Payload} payload whose signature was checked just now
 * @param {string | null} to as `recipient` names it
 * @returns {Payload["keys"]}
 * @throws {Refusal} phone.no_other_office: never the own office's keys in their place
 */
export function sealingKeysOf({ keys, offices = [] }, to) {
  if (to === null) return keys;
  const other = offices.find(({ id }) => id === to);
  if (!other) throw new Refusal("phone.no_other_office");
  return other.keys;
}
