/**
 * What was on this phone is gone: how much of it the office has, what it has not, and what to do. On the page that says
 * so, and among the officer's reports until somebody says that the office knows.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../loss.js").Line} Line
 * @typedef {NonNullable<import("../phone.js").State["lost"]>} Lost
 */
import { button, card, el } from "../dom.js";

/** @param {App} app @param {Lost} lost @returns {(Node | null)[]} */
export function lossLines(app, { n, drafts, found }) {
  /** @param {string} key @param {number} [count] */
  const line = (key, count) => el("p", {}, app.t(`loss.${key}`, count === undefined ? {} : { n: count }));
  return [
    n ? line("knew", n) : null,
    n && !found ? line("later") : null,
    found && found.strange ? line("strange") : null,
    found && n ? line("arrived", found.arrived) : null,
    ...(found ? [
      ...numbers(app, found.missing, "missing"),
      found.missing.length ? line("again") : null,
      ...numbers(app, found.unsure, "unsure"),
      ...numbers(app, found.takenBack, "taken_back"),
    ] : []),
    drafts ? line("drafts", drafts) : null,
  ];
}

/** @param {App} app @param {Line[]} lines @param {string} key */
function numbers(app, lines, key) {
  if (!lines.length) return [];
  const items = lines.map(({ report, made }) => el("li", {}, app.t("loss.line", { number: report.slice(0, 8), day: app.words.day(made) })));
  return [el("p", {}, app.t(`loss.${key}`, { n: lines.length })), el("ul", {}, ...items)];
}

/** Among the officer's reports. @param {App} app @param {Lost} lost */
export function lossCard(app, lost) {
  return card("stop",
    el("h2", {}, app.t("loss.title")),
    ...lossLines(app, lost),
    lost.found || !lost.n ? button(app.t("loss.told"), () => app.phone.officeKnowsOfLoss(), "second wide") : null);
}
