/**
 * Everything once more before it is sealed, what is left out among it, and the one button that makes it final.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../words.js").Words} Words
 * @typedef {import("../questionnaire.js").Form} Form
 * @typedef {import("../questionnaire.js").Question} Question
 */
import { back, button, card, el, problemList, title } from "../dom.js";
import { hasAgreed } from "../drafts.js";
import { nameIn, placesOf } from "../lists.js";
import { shaped } from "../own-number.js";
import { problems, summary } from "../questionnaire.js";
import { goesNowhere, goesTo } from "./recipient.js";
import { askForAnother, onToAnother } from "./together.js";
import { destroy, minute, openGroups, stopping, write } from "./write.js";

/** @param {App} app @param {{draft: string, saved?: boolean, another?: string}} given @returns {Promise<Screen>} */
export async function check(app, given) {
  if (given.saved) return saved(app, given.another);
  /** @type {import("../phone.js").Draft} */
  let draft;
  try {
    draft = await app.phone.draft(given.draft);
  } catch {
    return write(app, given);
  }
  const form = await app.phone.forms(draft.form, draft.version);
  return hasAgreed(draft.answers) ? lookThrough(app, form, draft) : nothingKept(app, draft);
}

/**
 * Said only after the sealed report was read back from where it is kept.
 * @param {App} app @param {string} [another] the draft of another person in the same event @returns {Screen}
 */
function saved(app, another) {
  return {
    nodes: [
      title(app.t("check.saved_title")),
      card("", el("p", {}, app.t("check.saved")), el("p", {}, app.t("check.saved_thanks"))),
      ...(another ? onToAnother(app, another) : []),
      el("div", { class: "actions" }, button(app.t("check.saved_home"), () => app.go("home"), another ? "second wide" : "go")),
    ],
  };
}

/** She said no: no summary, no seal, one way on. @param {App} app @param {import("../phone.js").Draft} draft @returns {Screen} */
function nothingKept(app, draft) {
  const act = () => destroy(app, draft).catch((error) => app.say(app.why(error)));
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("write", { draft: draft.id })),
      title(app.t("check.not_agreed_title")),
      card("care", el("p", {}, app.t("check.not_agreed"))),
      el("div", { class: "actions" }, button(app.t("check.not_agreed_done"), act, "go")),
    ],
  };
}

/** @param {App} app @param {Form} form @param {import("../phone.js").Draft} draft @returns {Screen} */
function lookThrough(app, form, draft) {
  const { settings } = draft;
  const found = problems(form, draft.answers, settings, minute());
  const all = summary(form, draft.answers, settings, minute());
  const known = questionsOf(form);
  const goTo = (/** @type {string} */ group, /** @type {string} */ question) => app.go("write", { draft: draft.id, page: group }, `q-${question}`);
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("write", { draft: draft.id, page: lastGroup(form, draft, settings) })),
      found.length ? toMend(app, form, found, goTo) : null,
      title(app.t("check.title")),
      el("p", { class: "quiet" }, app.t("check.what")),
      ...all.groups.map((group) => groupNode(app, group, known, goTo)),
      all.left_out.length ? leftOut(app, all.left_out, known) : null,
      ...(found.length ? [goesNowhere(app, form, draft)] : finalActions(app, form, draft)),
      stopping(app, draft.id),
    ],
  };
}

/** @param {Form} form @param {import("../phone.js").Draft} draft @param {any} settings */
function lastGroup(form, draft, settings) {
  const groups = openGroups(form, draft.answers, settings);
  return groups[groups.length - 1].id;
}

/** Every question by its id, and the group it stands in. @param {Form} form @returns {Map<string, {question: Question, group: string}>} */
function questionsOf(form) {
  const known = new Map();
  for (const group of form.groups) {
    for (const question of group.questions) {
      known.set(question.id, { question, group: group.id });
      for (const inner of question.questions || []) known.set(inner.id, { question: inner, group: group.id });
    }
  }
  return known;
}

/** @param {App} app @param {Form} form @param {import("../questionnaire.js").Finding[]} found @param {(group: string, question: string) => void} goTo */
function toMend(app, form, found, goTo) {
  const known = questionsOf(form);
  const node = problemList(app.t("common.error_title"), found.map((one) => {
    const name = known.get(one.question);
    const text = `${app.t(name ? name.question.text : one.question)} ${app.t(one.text)}`;
    return { id: one.question, text };
  }));
  node.insertBefore(el("p", {}, app.t("check.problems")), node.lastChild);
  node.querySelectorAll("a").forEach((link, at) => link.addEventListener("click", (event) => {
    event.preventDefault();
    const one = found[at];
    const place = known.get(one.question);
    if (place) goTo(place.group, one.row ? `${rowsAround(form, one.question)}-${one.row}-${one.question}` : one.question);
  }));
  return node;
}

/** The repeating group a question stands in. @param {Form} form @param {string} inner */
function rowsAround(form, inner) {
  for (const group of form.groups) {
    const around = group.questions.find((/** @type {Question} */ one) => (one.questions || []).some((/** @type {Question} */ part) => part.id === inner));
    if (around) return around.id;
  }
  return inner;
}

/** @param {App} app @param {any} group @param {Map<string, {question: Question, group: string}>} known @param {(group: string, question: string) => void} goTo */
function groupNode(app, group, known, goTo) {
  const lines = group.lines.map((/** @type {any} */ line) => el("div", {},
    el("dt", {}, app.t(line.text), line.identity ? el("span", { class: "second-key" }, app.t("check.identity")) : null),
    el("dd", {}, ...shown(app, line, known)),
    el("dd", { class: "change" }, button(app.t("check.change"), () => goTo(group.id, line.question), "text", { "aria-label": app.t("check.change_what", { question: app.t(line.text) }) }))));
  return el("section", {}, el("h2", {}, app.t(group.title)), el("dl", {}, ...lines));
}

/** @param {App} app @param {any} line @param {Map<string, {question: Question, group: string}>} known @returns {Node[]} */
function shown(app, line, known) {
  if (!line.rows || !line.rows.length) return [answerNode(app, line, known)];
  return line.rows.map((/** @type {any[]} */ row) => el("ul", { class: "plain row-line" },
    ...row.map((inner) => el("li", {}, el("span", { class: "quiet" }, `${app.t(inner.text)} `), answerNode(app, inner, known)))));
}

/** @param {App} app @param {any} line @param {Map<string, {question: Question, group: string}>} known */
function answerNode(app, line, known) {
  const { answer } = line;
  if (answer === undefined) return el("span", { class: "quiet" }, app.t("check.no_answer"));
  if (answer && answer.text !== undefined) return el("bdi", { lang: answer.language }, answer.text);
  const place = known.get(line.question);
  return el("bdi", {}, answerText(app.words, place ? place.question : line, answer, placesOf(app.phone.bundle())));
}

/** An answer in words. @param {Words} words @param {Question} question @param {any} answer @param {import("../lists.js").Place[]} places @returns {string} */
export function answerText(words, question, answer, places) {
  if (answer === undefined || (answer && answer.no === "not_asked")) return words.text("check.no_answer");
  if (answer.no) return words.text(`form.${answer.no}`);
  if (answer.when) return whenText(words, answer.when);
  if (question.kind === "yes_no") return words.text(`answers.${answer}`);
  if (Array.isArray(answer)) return answer.length ? answer.map((code) => optionText(words, question, code)).join(" · ") : words.text("check.no_answer");
  if (question.kind === "listed" && !(question.options || []).some((/** @type {any} */ one) => one.code === answer)) return nameIn(words, places, question.list, answer);
  if (question.kind === "code") return shaped(answer);
  return ["one", "listed"].includes(question.kind) ? optionText(words, question, answer) : String(answer);
}

/** @param {Words} words @param {string | string[]} when */
function whenText(words, when) {
  return Array.isArray(when) ? words.text("check.range", { from: words.day(when[0]), to: words.day(when[1]) }) : words.day(when);
}

/** @param {Words} words @param {Question} question @param {string} code */
function optionText(words, question, code) {
  const option = (question.options || []).find((/** @type {any} */ one) => one.code === code);
  return option ? words.text(option.text) : code;
}

/** @param {App} app @param {string[]} names @param {Map<string, {question: Question, group: string}>} known */
function leftOut(app, names, known) {
  const lines = names.map((name) => {
    const place = known.get(name);
    return el("li", {}, place ? app.t(place.question.text) : name);
  });
  return card("care", el("p", {}, app.t("check.hidden")), el("ul", {}, ...lines));
}

/** @param {App} app @param {Form} form @param {import("../phone.js").Draft} draft @returns {(Node | null)[]} */
function finalActions(app, form, draft) {
  const nowhere = goesNowhere(app, form, draft);
  if (nowhere) return [nowhere];
  const another = askForAnother(app, form, draft, minute());
  const save = button(app.t("check.save"), async () => {
    save.disabled = true;
    app.say(app.t("check.saving"));
    let made;
    try {
      made = await app.phone.finish(draft.id, "final", another.wanted());
    } catch (error) {
      save.disabled = false;
      return app.say(`${app.t("check.failed")} ${app.why(error)}`, true);
    }
    await app.go("check", { saved: true, another: made.another });
    return another.wanted() && !made.another ? app.say(app.t("home.begin_failed"), true) : undefined;
  }, "go");
  return [goesTo(app, form, draft), another.node, el("p", {}, app.t("check.save_what")), el("div", { class: "actions" }, save)];
}
