/**
 * The words of one language, from `words/<tag>.json`. Plural rules, month names and date patterns come with them: phones
 * fall back to English without a sign for half of our languages, so nothing here asks the browser for words.
 *
 * @typedef {{tag: string, name: string, dir: "ltr" | "rtl", plural: import("./plural.js").PluralRule, months: string[],
 *   dates: {day: string, month: string}, reviewed: any, countries: [string, string][], texts: Record<string, string | Record<string, string>>}} WordFile
 * @typedef {Record<string, string | number>} Params
 */
import { pluralOf } from "./plural.js";

/** Around what is put into a sentence, so that it and the sentence do not turn each other round. */
const BY_ITSELF = "\u2068";
const RIGHT_TO_LEFT = "\u2067";
const END = "\u2069";
const RIGHT_TO_LEFT_LETTER = /[\u0590-\u08ff\ufb1d-\ufefc]/;

export class Words {
  /** @param {WordFile} file */
  constructor(file) {
    this.tag = file.tag;
    this.name = file.name;
    this.dir = file.dir;
    this.reviewed = Boolean(file.reviewed);
    this._file = file;
    /** @type {WordFile["texts"]} */
    this._office = {};
  }

  /** The office's own reviewed texts take the place of ours. @param {Record<string, string> | undefined} texts */
  useOffice(texts) {
    this._office = texts || {};
  }

  /** In practice what would not be true is said otherwise: `practice.instead.` stands before the key that gives way. */
  usePractice() {
    const before = "practice.instead.";
    const { texts } = this._file;
    this._office = {};
    for (const key of Object.keys(texts)) if (key.startsWith(before)) this._office[key.slice(before.length)] = texts[key];
  }

  /** @param {string} key */
  has(key) {
    return key in this._office || key in this._file.texts;
  }

  /** Whether the office has signed this text. @param {string} key */
  isReviewed(key) {
    return this.reviewed || key in this._office;
  }

  /**
   * The sentence for `key`; `{n}` among the params chooses the plural form. A key without a sentence is shown as it is:
   * a missing word must be seen, and a test looks for it.
   * @param {string} key @param {Params} [params]
   */
  text(key, params = {}) {
    const found = this._office[key] || this._file.texts[key];
    if (found === undefined) return key;
    const form = typeof found === "string" ? found : found[pluralOf(this._file.plural, Number(params.n))] || found.other;
    return form.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? this._apart(params[name]) : whole));
  }

  /** @param {string | number} value */
  _apart(value) {
    const text = String(value);
    if (this.dir === "ltr") return RIGHT_TO_LEFT_LETTER.test(text) ? BY_ITSELF + text + END : text;
    // A sentence of ours inside a sentence of ours: no letter of it stands outside its own marks, so it must be told.
    return (text.includes(BY_ITSELF) ? RIGHT_TO_LEFT : BY_ITSELF) + text + END;
  }

  /** A day or month of the calendar in words. @param {string} iso "2026", "2026-10" or "2026-10-04" */
  day(iso) {
    const [year, month, day] = iso.split("-");
    if (!month) return year;
    const pattern = day ? this._file.dates.day : this._file.dates.month;
    const values = { day: String(Number(day)), month: this._file.months[Number(month) - 1], year };
    return pattern.replace(/\{(\w+)\}/g, (_, /** @type {"day"} */ name) => values[name]);
  }

  /** Names of the months, January first. */
  get months() {
    return this._file.months;
  }

  /** Code and name of every country, in the order of the language. */
  get countries() {
    return this._file.countries;
  }

  /** When something was, by this phone's clock and time zone. @param {string} iso UTC @param {Date} [now] */
  when(iso, now = new Date()) {
    const then = new Date(iso.length === 16 ? `${iso}Z` : iso);
    const time = `${two(then.getHours())}:${two(then.getMinutes())}`;
    return this.text("common.at", { day: this._nearDay(then, now), time });
  }

  /** @param {Date} then @param {Date} now */
  _nearDay(then, now) {
    if (localDay(then) === localDay(now)) return this.text("common.today");
    const before = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
    return localDay(then) === localDay(before) ? this.text("common.yesterday") : this.day(localDay(then));
  }

  /** How long ago, in one unit. @param {string} iso UTC @param {Date} [now] */
  age(iso, now = new Date()) {
    const then = new Date(iso.length === 16 ? `${iso}Z` : iso);
    const minutes = Math.max(1, Math.floor((now.getTime() - then.getTime()) / 60000));
    if (minutes < 60) return this.text("common.minutes", { n: minutes });
    if (minutes < 48 * 60) return this.text("common.hours", { n: Math.floor(minutes / 60) });
    return this.text("common.days", { n: Math.floor(minutes / 1440) });
  }
}

/** @param {number} n */
const two = (n) => String(n).padStart(2, "0");

/** The calendar day here, not in Greenwich. @param {Date} date */
export function localDay(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Arabic-Indic and Persian digits become the Latin ones that are stored. @param {string} text */
export function latin(text) {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

/** @type {Map<string, Promise<Words>>} */
const loaded = new Map();

/**
 * The words of `tag`, asked for once. Without a network the service worker answers.
 * @param {string} tag @returns {Promise<Words>} rejects when they cannot be had
 */
export function loadWords(tag) {
  const known = loaded.get(tag);
  if (known) return known;
  const asked = fetch(`/field/words/${tag}.json`).then(async (answer) => {
    if (!answer.ok) throw new Error(`words ${tag}: ${answer.status}`);
    return new Words(await answer.json());
  });
  asked.catch(() => loaded.delete(tag));
  loaded.set(tag, asked);
  return asked;
}
