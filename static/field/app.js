/**
 * The one page: opens the phone, chooses the words, shows one screen at a time and keeps everything out of sight that
 * should be. Screens get this object and nothing global.
 *
 * @typedef {import("./phone.js").Phone} Phone
 * @typedef {import("./phone.js").State} State
 * @typedef {{nodes: (Node | null | false)[], update?: (state: State) => void, keep?: () => Promise<void>, focus?: string}} Screen
 *   `update` hears of every change of the phone; `keep` saves what is on the screen before it goes; `focus` an id to start at
 * @typedef {(app: App, given: any) => Screen | Promise<Screen>} Maker
 */
import { Refusal } from "./bytes.js";
import { fill, el, languages, reach } from "./dom.js";
import { quickExit, watchSight } from "./exit.js";
import { openPhone } from "./phone.js";
import { Voice } from "./sound.js";
import { loadWords } from "./words.js";
import { ask } from "./screens/ask.js";
import { begin } from "./screens/begin.js";
import { check } from "./screens/check.js";
import { enrol } from "./screens/enrol.js";
import { home } from "./screens/home.js";
import { lock } from "./screens/lock.js";
import { messages } from "./screens/messages.js";
import { lesson, practice, practise } from "./screens/practice.js";
import { services } from "./screens/services.js";
import { settings } from "./screens/settings.js";
import { write } from "./screens/write.js";

/** @type {Record<string, Maker>} */
const SCREENS = { ask, begin, check, enrol, home, lesson, lock, messages, practice, practise, services, settings, write };
/** What can stand on the screen while nothing is unlocked. */
const LOCKED = ["lock", "enrol", "practise"];
const REFERENCE = "en";
const SAID_SECONDS = 8;
const CHOICE = "fieldbook-languages";
/** Whether this phone belongs to a demo, where everything is invented. */
const DEMO = document.body.hasAttribute("data-demo");

/** @param {string} id @returns {HTMLElement} */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

export class App {
  /** @param {Phone} phone @param {import("./words.js").Words} words the officer's @param {import("./words.js").Words} reference */
  constructor(phone, words, reference) {
    /** The phone in hand: the real one, or practice in its place. */
    this.phone = phone;
    this.real = phone;
    this.words = words;
    this.reference = reference;
    /** Words for the person in front of the officer; the same object when both read one language. */
    this.hers = words;
    /** @type {Screen | null} */
    this.screen = null;
    this.at = "";
    /** @type {any} */
    this.given = {};
    this._turn = 0;
    this._hush = 0;
    /** The draft that was open when the app locked; an id tells nothing. @type {string | null} */
    this.resume = null;
    /** Plays what the office has recorded. */
    this.voice = new Voice(() => this.phone.bundle().sounds || {});
    this._unhear = phone.onChange(() => this._changed());
  }

  /** Practice takes the place of the real phone, which is locked, or gives it back. @param {Phone} phone */
  hold(phone) {
    this._unhear();
    this.phone = phone;
    this._unhear = phone.onChange(() => this._changed());
    this.screen = null;
    this.resume = null;
    for (const words of [this.words, this.hers, this.reference]) words.useOffice({});
    this._dress();
  }

  /** A sentence in the officer's language. @param {string} key @param {import("./words.js").Params} [params] */
  t(key, params) {
    return this.words.text(key, params);
  }

  /**
   * Shows a screen in the place of the present one, after that has saved what is on it.
   * @param {string} name @param {any} [given] @param {string} [focus] an id to start at instead of the heading
   */
  async go(name, given = {}, focus) {
    const turn = ++this._turn;
    if (!(await this._kept())) return;
    this.hush();
    this.voice.stop();
    const screen = await SCREENS[name](this, given);
    if (turn !== this._turn) return;
    this.screen = screen;
    this.at = name;
    this.given = given;
    fill(part("main"), ...screen.nodes);
    window.scrollTo(0, 0);
    const start = focus || screen.focus;
    const heading = document.querySelector("#main h1");
    // Whoever hears the page hears on each that it is practice, or a demo.
    if (heading && part("banner").textContent) heading.setAttribute("aria-describedby", "banner");
    if (start) reach(start);
    else if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
  }

  /** Whether what is on the screen was kept; if not, the screen stays and says so. */
  async _kept() {
    if (!this.screen || !this.screen.keep || this.phone.state().place !== "open") return true;
    try {
      await this.screen.keep();
      return true;
    } catch (error) {
      this.say(`${this.t("form.not_saved")} ${this.why(error)}`, true);
      return false;
    }
  }

  /** Where the phone's state says one should be. @param {State} [state] */
  async goFirst(state = this.phone.state()) {
    if (state.place === "new") return this.go("enrol");
    if (state.place !== "open") return this.go("lock");
    await this._speakAsOfficer(state);
    this._useOffice();
    const draft = await this._ownResume();
    if (!draft && state.practice) return this.go("practice");
    return draft ? this.go("write", { draft, quiet: true }) : this.go("home");
  }

  /** Each of several officers finds the languages they left. @param {State} state */
  async _speakAsOfficer({ compartments, languages: [mine, hers] }) {
    if (compartments.length > 1 && `${mine} ${hers}` !== `${this.words.tag} ${this.hers.tag}`) await this.speak(mine, hers).catch(() => {});
  }

  /** The draft that was open when the app locked, unless it is another officer's. */
  async _ownResume() {
    const draft = this.resume;
    this.resume = null;
    return draft && (await this.phone.drafts()).some(({ id }) => id === draft) ? draft : null;
  }

  /** Speaks and shows a sentence, without moving anything: for a while, or until the next screen. @param {string} text @param {boolean} [stay] */
  say(text, stay = false) {
    this.hush();
    fill(part("status"), el("p", {}, text));
    if (!stay) this._hush = window.setTimeout(() => this.hush(), SAID_SECONDS * 1000);
  }

  hush() {
    window.clearTimeout(this._hush);
    fill(part("status"));
  }

  /** A refusal as a sentence; anything unexpected as one that calms and says what to do. @param {unknown} error */
  why(error) {
    if (!(error instanceof Refusal)) return this.t("common.failed");
    return this.reason(error.code, error.params);
  }

  /** @param {string} code of the catalogue, or a word key of the phone @param {import("./words.js").Params} [params] */
  reason(code, params = {}) {
    const keys = [code, `problem.${code.replace(".", "_")}`, `problem.${code.split(".")[0]}`];
    const key = keys.find((one) => this.words.has(one)) || (/^5/.test(code) ? "problem.500" : "problem.unnamed");
    return this.t(key, Object.assign({ code }, params));
  }

  /**
   * Chooses the languages: fetches their words whole, turns the page round if need be.
   * @param {string} mine @param {string} [hers]
   */
  async speak(mine, hers = mine) {
    const [words, other] = await Promise.all([loadWords(mine), loadWords(hers)]);
    this.words = words;
    this.hers = other;
    this._dress();
    this._useOffice();
  }

  /** Keeps the choice for the next time; which languages somebody reads is no secret of the office's. */
  remember() {
    localStorage.setItem(CHOICE, `${this.words.tag} ${this.hers.tag}`);
    if (this.phone.state().place === "open") this.phone.speaks([this.words.tag, this.hers.tag]).catch(() => {});
  }

  _dress() {
    const root = document.documentElement;
    root.lang = this.words.tag;
    root.dir = this.words.dir;
    const leave = part("leave");
    leave.textContent = this.t("common.leave");
    leave.title = this.t("common.leave_hint");
    const { practice } = this.phone.state();
    root.classList.toggle("practice", practice);
    fill(part("banner"), practice ? this.t("practice.banner") : DEMO ? this.t("demo.banner") : "");
  }

  /** The office's reviewed wording of notices and consents, once the phone is open. */
  _useOffice() {
    const { place, practice } = this.phone.state();
    if (place !== "open") return;
    const texts = this.phone.bundle().words || {};
    for (const words of [this.words, this.hers, this.reference]) {
      if (practice) words.usePractice();
      else words.useOffice(texts[words.tag]);
    }
  }

  _changed() {
    const state = this.phone.state();
    const closed = state.place !== "open" && !LOCKED.includes(this.at);
    if (closed && this.at) this.lockNow();
    else if (this.screen && this.screen.update) this.screen.update(state);
  }

  /** What is written is saved first, the words leave the page, the keys leave the memory. */
  async lockNow() {
    const draft = ["write", "check", "services"].includes(this.at) ? this.given.draft || null : null;
    const screen = this.screen;
    this.voice.stop();
    this.screen = null;
    this.at = "lock";
    this.resume = draft;
    if (screen && screen.keep && this.phone.state().place === "open") await screen.keep().catch(() => undefined);
    fill(part("main"));
    this.phone.lock();
    await this.go("lock");
  }
}

/** The languages to begin with: those chosen, else the first of the browser's that we have, else the reference. @param {string[]} chosen */
function firstLanguages(chosen) {
  if (chosen.length) return chosen;
  const known = languages().map((one) => one.tag);
  const wanted = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  return [wanted.find((tag) => known.includes(tag)) || REFERENCE];
}

/** An invitation stands in the address for as short a time as can be. */
function takeInvitation() {
  const { hash, pathname } = window.location;
  if (hash) window.history.replaceState(null, "", pathname);
  return hash;
}

/**
 * Whoever is at work now may not be the one who is invited: their things leave the screen first, and practice ends.
 * @param {App} app @param {string} hash @returns {Promise<boolean>} whether it is an invitation
 */
async function invited(app, hash) {
  const invitation = hash ? app.real.readInvitation(hash) : null;
  if (!invitation) return false;
  if (app.phone.state().place === "open") await app.lockNow();
  if (app.phone !== app.real) app.hold(app.real);
  await app.go("enrol", { invitation });
  return true;
}

async function start() {
  const hash = takeInvitation();
  /** @type {App | null} */
  let app = null;
  /** @type {Phone | null} */
  let phone = null;
  const keep = () => app && app.screen && app.screen.keep && app.screen.keep().catch(() => undefined);
  quickExit(/** @type {HTMLAnchorElement} */ (part("leave")), keep, () => (app ? app.phone : phone)?.lock());
  const remembered = (localStorage.getItem(CHOICE) || "").split(" ").filter(Boolean);
  const early = firstLanguages(remembered);
  const [opened, reference] = await Promise.all([openPhone(), loadWords(REFERENCE), loadWords(early[0]).catch(() => null)]);
  phone = opened;
  app = new App(opened, reference, reference);
  const chosen = firstLanguages(remembered.length ? remembered : opened.state().languages);
  await app.speak(chosen[0], chosen[1]).catch(() => app && app.speak(REFERENCE));
  watchSight({
    leaving: () => {
      if (app) app.voice.stop();
      return keep();
    },
    grace: () => Number(opened.state().settings.lock_after) || 60,
    late: () => app && app.phone.state().place === "open" && app.lockNow(),
  });
  // An installed app that is open already gets the next invitation in this way, without being opened anew.
  window.addEventListener("hashchange", () => app && invited(app, takeInvitation()));
  if (!(await invited(app, hash))) await app.goFirst();
}

start();
