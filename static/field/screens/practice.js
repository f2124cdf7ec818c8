/**
 * Practice, and the short lessons that belong to it: one idea a page, as often as one likes.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 */
import { random } from "../bytes.js";
import { back, button, card, choice, el, fill, title } from "../dom.js";
import { suggest } from "../passphrase.js";
import { Practice } from "../practice.js";
import { wordsToSuggest } from "./enrol.js";

/** Each lesson, how many pages it has before its question, and which of the two answers is the better one. */
const LESSONS = {
  safety: { pages: 4, right: "a" },
  leave: { pages: 5, right: "b" },
  recording: { pages: 5, right: "a" },
  locking: { pages: 4, right: "b" },
  losing: { pages: 5, right: "a" },
};

/** What can be seen of practice under a lock: how it begins, and how it ends. @param {App} app @param {{leave?: boolean}} given @returns {Screen} */
export function practise(app, given) {
  if (given.leave) return leave(app);
  const start = button(app.t("practice.begin"), () => begin(app, start), "go");
  return {
    nodes: [
      back(app.t("common.back"), () => app.goFirst()),
      title(app.t("practice.title")),
      ...["what", "sent", "gone", "real"].map((key) => el("p", {}, app.t(`practice.${key}`))),
      el("div", { class: "actions" }, start),
    ],
  };
}

/** @param {App} app @param {HTMLButtonElement} start */
async function begin(app, start) {
  if (start.getAttribute("aria-disabled")) return;
  start.setAttribute("aria-disabled", "true");
  app.say(app.t("practice.beginning"), true);
  try {
    const passphrase = suggest(await wordsToSuggest(app.words.tag), random);
    const languages = [app.words.tag, app.hers.tag];
    app.hold(await Practice.begin(app.phone, { name: app.t("practice.office"), languages, passphrase }));
    await app.goFirst();
  } catch (error) {
    start.removeAttribute("aria-disabled");
    app.say(app.why(error), true);
  }
}

/** Where practice begins and ends. @param {App} app @returns {Screen} */
export function practice(app) {
  const { passphrase } = /** @type {Practice} */ (app.phone);
  const lessons = Object.keys(LESSONS).map((name) => el("li", {},
    button(app.t(`lesson.${name}_title`), () => app.go("lesson", { name }), "second wide")));
  return {
    nodes: [
      title(app.t("practice.home")),
      el("p", {}, app.t("practice.report_what")),
      el("div", { class: "actions" }, button(app.t("practice.report"), () => app.go("home"), "go")),
      el("h2", {}, app.t("practice.lessons")),
      el("ul", { class: "plain lessons" }, ...lessons),
      card("", el("p", {}, app.t("practice.passphrase")), el("p", { class: "suggestion", id: "practice-passphrase" }, el("bdi", { dir: "ltr" }, passphrase))),
      el("div", { class: "actions stop" },
        button(app.t("home.lock"), () => app.lockNow(), "second wide"),
        leaveButton(app)),
    ],
  };
}

/** The way out of practice. @param {App} app */
export function leaveButton(app) {
  return button(app.t("practice.leave"), () => app.go("practise", { leave: true }), "harm wide");
}

/** @param {App} app @returns {Screen} */
function leave(app) {
  const act = () => {
    /** @type {Practice} */ (app.phone).end();
    app.hold(app.real);
    return app.goFirst();
  };
  return {
    nodes: [
      back(app.t("common.back"), () => app.goFirst()),
      title(app.t("practice.leave_title")),
      card("care", el("p", {}, app.t("practice.leave_what"))),
      el("div", { class: "actions" },
        button(app.t("practice.leave_yes"), act, "harm wide"),
        button(app.t("practice.leave_no"), () => app.goFirst(), "second wide")),
    ],
  };
}

// Lessons -------------------------------------------------------------------------------------------------------------

/** A sentence in the officer's language and, where two are chosen, beneath it in the other. @param {App} app @param {string} key @param {import("../words.js").Params} [params] */
function both(app, key, params) {
  const { words, hers } = app;
  const beneath = hers.tag === words.tag ? null : el("span", { class: "hers", lang: hers.tag, dir: hers.dir }, hers.text(key, params));
  return [words.text(key, params), beneath];
}

/** @param {App} app @param {{name: keyof typeof LESSONS, page?: number}} given @returns {Screen} */
export function lesson(app, { name, page = 1 }) {
  const { pages } = LESSONS[name];
  const total = pages + 1;
  const { pep_hours: pep = 72, ec_hours: ec = 120 } = app.phone.state().settings;
  const goTo = (/** @type {number} */ to) => app.go("lesson", { name, page: to });
  const next = page < total ? button(app.t("lesson.next"), () => goTo(page + 1), "go") : button(app.t("lesson.done"), () => app.go("practice"), "go");
  return {
    nodes: [
      back(app.t("common.back"), () => (page > 1 ? goTo(page - 1) : app.go("practice"))),
      el("p", { class: "quiet small", id: "where" }, app.t("lesson.progress", { done: page, total })),
      el("progress", { max: total, value: page, "aria-labelledby": "where" }),
      title(app.t(`lesson.${name}_title`)),
      page < total ? el("p", { class: "idea" }, ...both(app, `lesson.${name}_${page}`, { pep, ec })) : question(app, name),
      el("div", { class: "actions" }, next, page === total ? button(app.t("lesson.again"), () => goTo(1), "second wide") : null),
    ],
  };
}

/** One question, with no score: whichever answer is chosen, something kind and true is said. @param {App} app @param {keyof typeof LESSONS} name */
function question(app, name) {
  const said = el("div", { role: "status" });
  const { right } = LESSONS[name];
  const show = (/** @type {string} */ answer) => fill(said, card(answer === right ? "" : "care",
    el("p", {}, ...both(app, `lesson.${name}_${answer === right ? "right" : "other"}`))));
  const rows = ["a", "b"].map((answer) => choice({ type: "radio", id: `answer-${answer}`, name: "answer", value: answer, onchange: () => show(answer) },
    ...both(app, `lesson.${name}_${answer}`)));
  return el("div", {}, el("fieldset", { class: "question" }, el("legend", {}, ...both(app, `lesson.${name}_ask`)), ...rows), said);
}
