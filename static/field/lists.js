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
  const names = placeNames(places);
  return places.filter(({ former }) => !former).map(({ id }) => ({ code: id, name: names[id] }));
}

/** @param {Words} words @param {Place[]} places @param {string} list @param {string} code @returns {string} */
export function nameIn(words, places, list, code) {
  if (list === "places") return placeNames(places)[code] || code;
  const found = entries(words, places, list).find((one) => one.code === code);
  return found ? found.name : code;
}

/** The places that are offered and, marked, those that answers of before may name. @param {import("./bundle.js").Payload} bundle @returns {Place[]} */
export function placesOf({ places, former_places = [] }) {
  return [...places, ...former_places.map((one) => ({ ...one, former: true }))];
}

/**
 * Each place with those around it, the widest first: Tamarin North – Old Harbour. The twin is `intake/domain/places.py`;
 * both pass `tests/vectors/places.json`.
 * @param {Place[]} places
 * @returns {Record<string, string>} by id
 */
export function placeNames(places) {
  const byId = new Map(places.map((place) => [place.id, place]));
  return Object.fromEntries(places.map(({ id }) => [id, around(byId, id).join(" – ")]));
}

/** @param {Map<string, Place>} byId @param {string} id @returns {string[]} */
function around(byId, id) {
  /** @type {Set<Place>} a list that goes round in a circle must not hang the page */
  const passed = new Set();
  let place = byId.get(id);
  while (place && !passed.has(place)) {
    passed.add(place);
    place = place.parent === null ? undefined : byId.get(place.parent);
  }
  return [...passed].reverse().map(({ name }) => name);
}
