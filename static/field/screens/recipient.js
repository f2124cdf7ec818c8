/**
 * Whom a report goes to, in words.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../questionnaire.js").Form} Form
 */
import { card, el } from "../dom.js";
import { NOBODY } from "../recipient.js";

/** @param {App} app @param {Form} form @param {import("../phone.js").Draft} draft @returns {import("../recipient.js").Recipient | null} */
function whom(app, form, draft) {
  try {
    return app.phone.recipient(form, draft);
  } catch {
    // Without a bundle that can be relied on nothing is sealed at all, and the home screen says so.
    return null;
  }
}

/** Said before she goes on: it cannot be sent now. @param {App} app @param {Form} form @param {import("../phone.js").Draft} draft */
export function goesNowhere(app, form, draft) {
  const found = whom(app, form, draft);
  if (!found || found.elsewhere !== NOBODY) return null;
  return card("stop", el("p", {}, app.t("elsewhere.nobody")), el("p", {}, app.t("elsewhere.nobody_kept")));
}

/** @param {App} app @param {Form} form @param {import("../phone.js").Draft} draft */
export function goesTo(app, form, draft) {
  const found = whom(app, form, draft);
  if (!found) return null;
  if (found.elsewhere === null) return el("p", {}, app.t("elsewhere.own", { office: found.name }));
  return card("", el("p", {}, app.t("elsewhere.other", { office: found.name })), el("p", {}, app.t("elsewhere.not_own")));
}
