/**
 * Which plural form a number takes. Phones cannot be asked: many do not know half of our languages.
 * @typedef {[category: string, modulus: number, from: number, to: number][]} PluralRule
 */

/**
 * The category ("one", "few", …) for a whole number: the first line of the rule that holds, otherwise "other".
 * @param {PluralRule} rule @param {number} n
 * @returns {string}
 */
export function pluralOf(rule, n) {
  const line = rule.find(([, modulus, from, to]) => {
    const rest = modulus ? n % modulus : n;
    return from <= rest && rest <= to;
  });
  return line ? line[0] : "other";
}
