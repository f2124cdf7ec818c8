/**
 * Where help can be found: the office's list, looked through without a network. It is opened for this screen and goes
 * from memory with it; under the lock there is nothing of it.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../directory.js").Entry} Entry
 */
import { telephones } from "../cards.js";
import { back, button, card, el, field, fill, languages, title } from "../dom.js";
import { dialled, lineage, search } from "../find.js";
import { dayNumber } from "../questionnaire.js";
import { localDay } from "../words.js";

/** After so many days somebody should call before anybody is sent. */
const OLD = 90;
const KINDS = ["SAFETY", "MED", "MHPSS", "LEGAL", "BASIC", "LIVELI", "EDU_V", "CHILD_EDU", "CHILD_HEALTH", "CHILD_REG", "PATERNITY", "DNA", "CHILDSUP", "CP", "INFO"];

/**
 * @param {App} app
 * @param {{draft?: string, page?: string, kind?: string}} given where to go back to, and the help to begin with
 * @returns {Promise<Screen>}
 */
export async function services(app, { draft, page, kind = "" }) {
  const home = draft ? () => app.go("write", { draft, page }) : () => app.go("home");
  const top = [back(app.t(draft ? "services.back_to_writing" : "common.back"), home), title(app.t("services.title"))];
  const { state, day, entries } = await app.phone.directory();
  if (state !== "here" && state !== "older") return { nodes: [...top, card("", el("p", {}, app.t(`services.${state}`)))] };
  const age = daysSince(day);
  return {
    nodes: [
      ...top,
      el("p", { class: "quiet" }, app.t("services.list_day", { day: app.words.day(day) })),
      state === "older" ? card("care", el("p", {}, app.t("services.older"))) : null,
      age > OLD ? card("care", el("p", {}, app.t("services.list_old", { n: age }))) : null,
      ...finder(app, entries, kind),
      el("p", { class: "quiet small" }, app.t("services.call_trace")),
    ],
  };
}

/** @param {string} day @returns {number} whole days until today; 0 for what is no day */
function daysSince(day) {
  const [then, now] = [dayNumber(day), dayNumber(localDay(new Date()))];
  return then === null || now === null ? 0 : now - then;
}

/** The three ways to narrow the list, and what is left of it. @param {App} app @param {Entry[]} entries @param {string} kind */
function finder(app, entries, kind) {
  const { places } = app.phone.bundle();
  const found = el("p", { class: "quiet", role: "status" });
  const list = el("ul", { class: "plain", id: "found" });
  const named = (/** @type {string} */ id) => lineage(places, id).map((at) => nameOf(places, at));
  const update = () => {
    const wanted = { place: place.value, kind: help.value, words: words.value };
    const fitting = search(entries, wanted, places, (one) => everything(app, one, named(one.place)));
    found.textContent = fitting.length ? app.t("services.found", { n: fitting.length }) : app.t("services.found_none");
    fill(list, ...fitting.map((one) => line(app, one, named(one.place))));
  };
  const used = KINDS.filter((code) => entries.some((one) => (one.services || []).includes(code)));
  const place = choose([["", app.t("services.place_all")], ...inOrder(places)], update);
  const help = choose([["", app.t("services.kind_all")], ...used.map((code) => [code, helpOf(app, code)])], update);
  const words = el("input", { type: "text", oninput: update });
  help.value = used.includes(kind) ? kind : "";
  update();
  return [
    field({ id: "place", label: app.t("services.place") }, place),
    field({ id: "kind", label: app.t("services.kind") }, help),
    field({ id: "words", label: app.t("services.words"), hint: app.t("services.words_hint") }, words),
    found,
    list,
  ];
}

/** @param {string[][]} options value and text @param {() => void} changed */
function choose(options, changed) {
  return el("select", { onchange: changed }, ...options.map(([value, text]) => el("option", { value }, text)));
}

/** @param {import("../find.js").Places} places @param {string} id */
function nameOf(places, id) {
  const found = places.find((one) => one.id === id);
  return found ? found.name : id;
}

/** Every place beneath the one it lies in, further in with each step. @param {import("../find.js").Places} places @param {string | null} [parent] @param {string} [indent] @returns {string[][]} */
function inOrder(places, parent = null, indent = "") {
  /** @type {string[][]} */
  const found = [];
  for (const one of places.filter((inner) => inner.parent === parent)) {
    found.push([one.id, indent + one.name], ...inOrder(places, one.id, `${indent}\u2003`));
  }
  return found;
}

/** @param {App} app @param {string} code */
function helpOf(app, code) {
  return app.t(`services.help.${code.toLowerCase()}`);
}

/** What of an entry may be looked for: all that is seen of it, the help in each language at hand. @param {App} app @param {Entry} one @param {string[]} places */
function everything(app, one, places) {
  const helps = (one.services || []).map((code) => [app.words, app.hers, app.reference].map((words) => words.text(`services.help.${code.toLowerCase()}`)));
  const numbers = (one.telephone || []).map((number) => `${number} ${dialled(number)}`);
  const rest = [one.name, one.hours, one.serves, one.landmark, one.notes, ...places, ...numbers, ...(one.languages || []).map(languageOf)];
  return [...helps.map((said) => said.join(" ")), ...rest].join(" ");
}

/** By its own name, where the phone knows it. @param {string} tag */
function languageOf(tag) {
  const known = languages().find((one) => one.tag === tag);
  return known ? known.name : tag;
}

/** @param {App} app @param {Entry} one @param {string[]} places */
function line(app, one, places) {
  const said = (/** @type {string} */ key, /** @type {...(Node | string | null | undefined)} */ ...what) => (what.some(Boolean) ? el("div", {}, el("dt", {}, app.t(`services.${key}`)), el("dd", {}, ...what)) : null);
  const apart = (/** @type {string | undefined} */ text) => (text ? el("bdi", {}, text) : null);
  const old = daysSince(one.checked) > OLD;
  return el("li", { class: "card" },
    el("h2", {}, el("bdi", {}, one.name)),
    el("p", {}, (one.services || []).map((code) => helpOf(app, code)).join(" · ")),
    el("dl", {},
      said("where", apart(places.join(" · ")), one.landmark ? el("br") : null, apart(one.landmark)),
      said("hours", apart(one.hours)),
      said("serves", apart(one.serves)),
      said("call", ...telephones(one)),
      said("languages", (one.languages || []).map(languageOf).join(" · ")),
      said("notes", apart(one.notes))),
    el("p", {}, app.t(`services.cost_${one.cost === "free" || one.cost === "not_free" ? one.cost : "unknown"}`)),
    el("p", { class: old ? "why" : "quiet small" }, app.t(old ? "services.checked_old" : "services.checked", { day: app.words.day(one.checked || "") })));
}

/** The way here, from home and from every page of questions. @param {App} app @param {{draft?: string, page?: string}} [from] */
export function findButton(app, from = {}) {
  return button(app.t("services.open"), () => app.go("services", from), "places wide");
}
