/**
 * Reports that belong together: to correct or add to one that is sealed already, and another person in the same event.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../link.js").About} About
 * @typedef {import("../link.js").Link} Link
 * @typedef {import("../phone.js").ItemLine} ItemLine
 */
import { back, button, card, choice, el, title } from "../dom.js";
import { shared } from "../same-event.js";

/** @type {About["as"][]} */
const WAYS = ["corrects", "adds_to", "same_event"];

/** Which report a line belongs to, in words. @param {App} app @param {Link | undefined} link @returns {string} empty when to none */
export function linkText(app, link) {
  return link ? app.t(`together.line_${link.as}`, { when: app.words.when(link.since) }) : "";
}

/**
 * What to write about a report that nobody can open here.
 * @param {App} app @param {ItemLine} item @param {(about: About) => void} begin @returns {Screen}
 */
export function writeMore(app, item, begin) {
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("home")),
      title(app.t("together.title")),
      el("p", {}, app.t("item.made", { when: app.words.when(item.since) })),
      card("", el("p", {}, app.t("together.what"))),
      ...WAYS.map((as) => el("div", { class: "actions" },
        button(app.t(`together.${as}`), () => begin({ report: item.report, as }), "second wide", { "aria-describedby": `what-${as}` }),
        el("p", { class: "hint", id: `what-${as}` }, app.t(`together.${as}_what`)))),
    ],
  };
}

/** Above the questions of a report that belongs to another. @param {App} app @param {Link | undefined} link @returns {Node | null} */
export function linkHint(app, link) {
  return link ? card("", el("p", {}, el("strong", {}, linkText(app, link))), el("p", {}, app.t(`together.write_${link.as}`))) : null;
}

/**
 * Asked before *Save as final*, while the answers can still be read: afterwards nothing could be copied.
 * @param {App} app @param {import("../questionnaire.js").Form} form @param {import("../phone.js").Draft} draft @param {string} now
 */
export function askForAnother(app, form, draft, now) {
  const answers = shared(form, draft.answers, draft.settings, now);
  const copied = form.groups.reduce((/** @type {any[]} */ all, /** @type {any} */ group) => all.concat(group.questions), [])
    .filter((/** @type {any} */ question) => question.id in answers)
    .map((/** @type {any} */ question) => el("li", {}, app.t(question.text)));
  const tick = choice({ type: "checkbox", id: "another", name: "another", value: "yes" }, app.t("together.another"));
  const box = /** @type {HTMLInputElement} */ (tick.querySelector("input"));
  box.setAttribute("aria-describedby", "another-what");
  const what = el("div", { class: "hint", id: "another-what" },
    el("p", {}, app.t(copied.length ? "together.another_what" : "together.another_empty")),
    copied.length ? el("ul", {}, ...copied) : null);
  return { node: el("div", {}, tick, what), wanted: () => box.checked };
}

/** The way on after saving, when another person was there. @param {App} app @param {string} draft of the other person */
export function onToAnother(app, draft) {
  return [
    el("p", {}, app.t("together.another_begun")),
    el("div", { class: "actions" }, button(app.t("together.another_go"), () => app.go("write", { draft }), "go")),
  ];
}
