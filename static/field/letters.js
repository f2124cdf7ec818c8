/**
 * Messages as a person reads them. They rest as they came, sealed; what is opened is kept by nobody.
 *
 * @typedef {import("./message.js").Message} Message
 * @typedef {{n: number, stop: boolean, odd: boolean}} Mail what waits to be read or answered; `stop` that somebody must not
 *   be contacted; `odd` that numbers are missing or something was forged
 * @typedef {{answer: string, words?: {text: string, language: string}}} Said by the form message-answer
 */
import { isKey } from "./directory.js";

/**
 * @param {Message[]} found in the order of their numbers @param {string} today
 * @returns {{people: Message[], over: Message[]}} `people`: what must not happen before all; `over`: their day has passed
 */
export function sorted(found, today) {
  const forPeople = found.filter(({ content }) => !isKey(content));
  const isOver = (/** @type {Message} */ { content: { until } }) => typeof until === "string" && until < today;
  const people = forPeople.filter((one) => !isOver(one));
  const stops = (/** @type {Message} */ { content }) => content.kind === "stop_contact";
  return { people: [...people.filter(stops), ...people.filter((one) => !stops(one))], over: forPeople.filter(isOver) };
}

/** Numbers up to `last` that never came. @param {number} last @param {number[]} came @returns {number[]} */
export function missing(last, came) {
  return Array.from({ length: last }, (_, at) => at + 1).filter((number) => !came.includes(number));
}
