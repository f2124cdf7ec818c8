/**
 * Which care still has its time, and until when. Twin of `intake/domain/windows.py`, where it is explained; both pass
 * `tests/vectors/windows.json`.
 *
 * @typedef {{day: string, in: number, part: "morning" | "afternoon" | "evening"}} Until `in` days from today
 * @typedef {{window: "first" | "soon", until: Until | null}} Open null: go now
 */
import { DAY_MINUTES, daysOf, localMinutes, noAnswer } from "./questionnaire.js";

/** @type {[Open["window"], string][]} */
const WINDOWS = [["first", "pep_hours"], ["soon", "ec_hours"]];
/** @type {Record<string, [number, number]>} */
const NIGHTS = { under_3: [2, 0], from_3_to_5: [5, 3], over_5: [365, 6] };
/** @type {[Until["part"], number][]} */
const PARTS = [["morning", 12 * 60], ["afternoon", 18 * 60], ["evening", 22 * 60]];

/**
 * @param {any} when @param {any} nights @param {Record<string, any>} settings @param {string} now
 * @returns {Open[] | null} null before the day was asked
 */
export function windows(when, nights, settings, now) {
  if (noAnswer(when) === "not_asked") return null;
  const local = localMinutes({ answers: {}, settings, now });
  const days = daysIn(when, nights, Math.floor(local / DAY_MINUTES));
  return WINDOWS.filter(([, setting]) => isOpen(days, settings[setting], local)).map(([window, setting]) => ({
    window,
    until: until(days, settings[setting], local),
  }));
}

/** @param {any} when @param {any} nights @param {number} today @returns {[number, number] | null} */
function daysIn(when, nights, today) {
  if (typeof when === "object" && !Array.isArray(when) && "when" in when) return daysOf(when.when);
  const back = noAnswer(when) === "unknown" && typeof nights === "string" ? NIGHTS[nights] : undefined;
  return back ? [today - back[0], today - back[1]] : null;
}

/** @param {[number, number] | null} days @param {any} hours @param {number} local */
function isOpen(days, hours, local) {
  return days === null || !Number.isSafeInteger(hours) || local - (days[1] + 1) * DAY_MINUTES <= hours * 60;
}

/** @param {[number, number] | null} days @param {any} hours @param {number} local @returns {Until | null} */
function until(days, hours, local) {
  if (days === null || !Number.isSafeInteger(hours)) return null;
  const end = days[0] * DAY_MINUTES + hours * 60;
  const day = Math.floor(end / DAY_MINUTES);
  const over = PARTS.filter(([, minute]) => minute <= end - day * DAY_MINUTES);
  const [part, minute] = over.length ? over[over.length - 1] : PARTS[PARTS.length - 1];
  const last = over.length ? day : day - 1;
  if (last * DAY_MINUTES + minute <= local) return null;
  const named = new Date(last * DAY_MINUTES * 60000).toISOString().slice(0, 10);
  return { day: named, in: last - Math.floor(local / DAY_MINUTES), part };
}
