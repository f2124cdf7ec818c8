/**
 * Languages, lock, space, version, the office, and what this app cannot do.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../phone.js").State} State
 */
import { Refusal } from "../bytes.js";
import { back, button, card, el, field, fill, languages, title } from "../dom.js";
import { sizeOf } from "../sound.js";

/** @param {App} app @returns {Promise<Screen>} */
export async function settings(app) {
  const state = app.phone.state();
  const moving = el("div", {});
  const update = (/** @type {State} */ now) => fill(moving, ...storageNodes(app, now), ...readyNodes(app, now), ...versionNodes(app, now));
  update(state);
  // a list that never came keeps nobody from the rest of this page
  const deviceWords = await app.phone.words().then((said) => said.deviceWords, noList);
  const lockAfter = Number(state.settings.lock_after) || 60;
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("home")),
      title(app.t("settings.title")),
      ...languageNodes(app),
      el("h2", {}, app.t("settings.lock")),
      el("p", {}, app.t("settings.lock_after", { n: lockAfter })),
      button(app.t("settings.lock_now"), () => app.lockNow(), "second wide"),
      ...soundNodes(app),
      moving,
      ...(state.practice ? [] : [...officeNodes(app, state, deviceWords), ...moreNodes(app)]),
      el("h2", {}, app.t("settings.about")),
      el("ul", {}, ...[1, 2, 3, 4, 5].map((n) => el("li", {}, app.t(`settings.about_${n}`)))),
    ],
    update,
  };
}

/** No words yet, where only the list of them is not on this phone. @param {any} error @returns {null} */
function noList(error) {
  if (error instanceof Refusal && error.code === "phone.offline") return null;
  throw error;
}

/** @param {App} app */
function languageNodes(app) {
  const box = (/** @type {string} */ id, /** @type {string} */ label, /** @type {string} */ tag) => {
    const select = el("select", { onchange: () => speak(app, mine.value, hers.value) }, ...languages().map((one) => el("option", { value: one.tag, lang: one.tag }, one.name)));
    const node = field({ id, label: app.t(label) }, select);
    select.value = tag;
    return { select, node };
  };
  const first = box("language-mine", "enrol.language_mine", app.words.tag);
  const second = box("language-hers", "enrol.language_hers", app.hers.tag);
  const [mine, hers] = [first.select, second.select];
  return [el("h2", {}, app.t("settings.languages")), first.node, second.node];
}

/** @param {App} app @param {string} mine @param {string} hers */
async function speak(app, mine, hers) {
  const at = document.activeElement ? document.activeElement.id : "";
  const spoken = await app.speak(mine, hers).then(() => true, () => false);
  if (spoken) app.remember();
  await app.go("settings", {}, at);
  app.say(app.t(spoken ? "settings.languages_saved" : "settings.languages_failed"));
}

/** Everything that is played in the languages in use, fetched at once. @param {App} app */
function soundNodes(app) {
  const found = app.voice.all([app.words.tag, app.hers.tag]);
  if (!found.length) return [];
  const bytes = found.reduce((sum, one) => sum + one.bytes, 0);
  const fetchAll = async () => {
    app.say(app.t("sound.fetching"), true);
    const wrong = await app.voice.fetchAll(found).then(() => null, (error) => error);
    app.say(wrong ? app.why(wrong) : app.t("sound.all_done"));
  };
  return [el("h2", {}, app.t("sound.title")), button(app.t("sound.all", { size: sizeOf(bytes) }), fetchAll, "second wide")];
}

/** @param {App} app @param {State} state */
function storageNodes(app, { storage }) {
  const used = (storage.used / 1e6).toFixed(1);
  return [
    el("h2", {}, app.t("settings.storage")),
    el("p", {}, app.t(`settings.storage_${storage.level}`), " ", app.t("settings.storage_used", { used })),
    el("p", {}, app.t(storage.persisted ? "settings.storage_persisted" : "settings.storage_not_persisted")),
  ];
}

/** @param {App} app @param {State} state */
function readyNodes(app, { ready }) {
  const said = ready.complete ? app.t("enrol.ready") : app.t("home.not_ready", { done: ready.done, total: ready.total });
  return [el("h2", {}, app.t("settings.ready")), el("p", {}, said)];
}

/** @param {App} app @param {State} state */
function versionNodes(app, state) {
  const waiting = [el("p", {}, app.t("home.update")), button(app.t("home.update_now"), () => app.phone.update(), "second wide")];
  return [el("h2", {}, app.t("settings.version")), ...(state.update ? waiting : [el("p", {}, app.t("settings.version_none"))])];
}

/** @param {App} app @param {State} state @param {string[] | null} words */
function officeNodes(app, state, words) {
  const { office, bundleAge } = state;
  return [
    el("h2", {}, app.t("settings.office")),
    office ? el("p", {}, app.t("settings.office_is", { office: office.name, label: state.label })) : null,
    bundleAge === null ? null : el("p", {}, bundleAge > 0 ? app.t("settings.bundle_age", { n: bundleAge }) : app.t("settings.bundle_new")),
    el("h2", {}, app.t("settings.words")),
    state.confirmed ? null : card("", el("p", {}, app.t("home.unconfirmed"))),
    words ? wordList(words) : card("", el("p", {}, app.t("settings.words_missing"))),
  ];
}

/** What begins by locking: practice, and another officer. @param {App} app */
function moreNodes(app) {
  const locked = (/** @type {string} */ next) => () => app.lockNow().then(() => app.go(next));
  return [
    el("h2", {}, app.t("practice.title")),
    el("p", {}, app.t("practice.what")),
    button(app.t("practice.open"), locked("practise"), "second wide"),
    el("h2", {}, app.t("officers.title")),
    el("p", {}, app.t("officers.add_what")),
    button(app.t("officers.add"), locked("enrol"), "second wide"),
  ];
}

/** Check words, numbered, always left to right: they are compared over a telephone. @param {string[]} words */
export function wordList(words) {
  return el("ol", { class: "check-words", lang: "en", dir: "ltr" }, ...words.map((word) => el("li", {}, word)));
}
