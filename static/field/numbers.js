/**
 * Running numbers: each office counts for itself which of this phone's reports have not come, so each is counted for by
 * itself. `elsewhere` names another office; null is the own one.
 *
 * @typedef {{n: number, free: number[]}} Count `n` how many were numbered, `free` numbers that came back
 * @typedef {Count & {others?: Record<string, Count>}} Counts as they rest in a compartment
 */

/** @param {Counts} counts @param {string | null} elsewhere @returns {Count} */
function countOf(counts, elsewhere) {
  if (elsewhere === null) return counts;
  const others = (counts.others = counts.others || {});
  return (others[elsewhere] = others[elsewhere] || { n: 0, free: [] });
}

/** @param {Counts} counts @param {string | null} elsewhere @returns {number} what `take` would give */
export function peek(counts, elsewhere) {
  const { n, free } = countOf(counts, elsewhere);
  return free.length ? free[0] : n + 1;
}

/** @param {Counts} counts changed here @param {string | null} elsewhere @returns {number} a returned number first: no gaps */
export function take(counts, elsewhere) {
  const count = countOf(counts, elsewhere);
  const returned = count.free.shift();
  if (returned !== undefined) return returned;
  count.n += 1;
  return count.n;
}

/** @param {Counts} counts changed here @param {string | null} elsewhere @param {number} n */
export function giveBack(counts, elsewhere, n) {
  const count = countOf(counts, elsewhere);
  count.free = [...count.free, n];
}
