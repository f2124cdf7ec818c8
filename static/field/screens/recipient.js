/**
 * Whom a report goes to, in words.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../questionnaire.js").Form} Form
 */
import { card, el } from "../dom.js";
import { NOBODY } from "../recipient.js";

/** Said before she goes on: it cannot be sent now. @param {App} app @param {Form} form @param {Record<string, any>} answers */
export function goesNowhere(app, form, answers) {
  if (app.phone.recipient(form, answers).elsewhere !== NOBODY) return null;
  return card("stop", el("p", {}, app.t("elsewhere.nobody")), el("p", {}, app.t("elsewhere.nobody_kept")));
}

/** @param {App} app @param {Form} form @param {Record<string, any>} answers */
export function goesTo(app, form, answers) {
  const { elsewhere, name } = app.phone.recipient(form, answers);
  if (elsewhere === null) return el("p", {}, app.t("elsewhere.own", { office: name }));
  return card("", el("p", {}, app.t("elsewhere.other", { office: name })), el("p", {}, app.t("elsewhere.not_own")));
}
