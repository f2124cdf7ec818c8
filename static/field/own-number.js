/**
 * The number that somebody keeps to ask with later: twelve digits, ten by chance and two that check (ISO 7064, MOD 97-10).
 * It is shown in the shape of a telephone number of the place. The twin is `intake/domain/own_answer.py`.
 */
import { random } from "./bytes.js";
import { latin } from "./words.js";

const USUAL = "### ### ### ###";

/** @param {unknown} code @returns {boolean} whether it is twelve Latin digits that check */
export function isNumber(code) {
  if (typeof code !== "string" || !/^[0-9]{12}$/.test(code) || Number(code) % 97 !== 1) return false;
  return Number(code.slice(10)) >= 2 && Number(code.slice(10)) <= 98;
}

/** @param {string} ten digits @returns {string} */
export function checked(ten) {
  return ten + String(98 - (Number(`${ten}00`) % 97)).padStart(2, "0");
}

/** A new one: each of its ten digits as likely as the next. @returns {string} */
export function makeNumber() {
  let ten = "";
  while (ten.length < 10) {
    const [byte] = random(1);
    if (byte < 250) ten += String(byte % 10);
  }
  return checked(ten);
}

/**
 * @param {string} text as somebody typed it, with what the shape adds or without @param {string} [shape]
 * @returns {string | null} the number, or null for none
 */
export function typedNumber(text, shape = USUAL) {
  let digits = latin(text).replace(/[^0-9]/g, "");
  const places = shape.replace(/[^#0-9]/g, "");
  if (places.length > 12 && digits.length === places.length) digits = Array.from(digits).filter((_, at) => places[at] === "#").join("");
  return isNumber(digits) ? digits : null;
}

/** As it is shown; shorter ones are of older versions of the app. @param {string} code @param {string} [shape] */
export function shaped(code, shape = USUAL) {
  if (code.length !== 12) return `${code.slice(0, 4)} ${code.slice(4)}`;
  const digits = Array.from(code);
  return shape.replace(/#/g, () => digits.shift() || "");
}
