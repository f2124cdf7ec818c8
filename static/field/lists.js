/**
 * Answers chosen from a list that is not in the form: the office's places, which came with the bundle, and the
 * countries, whose names came with the words. A place that is not offered any more is still named; what else has left a
 * list meanwhile stays an answer and is shown by its code.
 *
 * @typedef {import("./words.js").Words} Words
 * @typedef {{id: string, name: string, parent: string | null, former?: boolean}} Place
 * @typedef {{code: string, name: string}} Entry
 */

/** @param {Words} words @param {Place[]} places @param {string} list "places" or "countries" @returns {Entry[]} in the order to show */
export function entries(words, places, list) {
  if (list === "countries") return words.countries.map(([code, name]) => ({ code, name }));
  return places.filter(({ former }) => !former).map(({ id }) => ({ code: id, name: placeName(places, id) }));
}

/** @param {Words} words @param {Place[]} places @param {string} list @param {string} code @returns {string} */
export function nameIn(words, places, list, code) {
  if (list === "places") return placeName(places, code) || code;
  const found = entries(words, places, list).find((one) => one.code === code);
  return found ? found.name : code;
}

/** The places that are offered and, marked, those that answers of before may name. @param {import("./bundle.js").Payload} bundle @returns {Place[]} */
export function placesOf({ places, former_places = [] }) {
  return [...places, ...former_places.map((one) => ({ ...one, former: true }))];
}

/** A place with those around it, the widest first: Tamarin North, Old Harbour. @param {Place[]} places @param {string} id */
function placeName(places, id) {
  /** @type {string[]} */
  const names = [];
  let place = places.find((one) => one.id === id);
  // a list that goes round in a circle must not hang the page
  for (let steps = 0; place && steps < 8; steps += 1) {
    names.unshift(place.name);
    const { parent } = place;
    place = parent === null ? undefined : places.find((one) => one.id === parent);
  }
  return names.join(" – ");
}
