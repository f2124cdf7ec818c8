/**
 * Asking with a number that somebody kept: it goes out when a network is there, and the answer is one sentence, first in
 * her language. Under the lock there is nothing of it.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../phone.js").Ask} Ask
 */
import { back, button, card, el, field, fill, title } from "../dom.js";
import { typedNumber } from "../own-number.js";

/** @param {App} app @returns {Promise<Screen>} */
export async function ask(app) {
  const box = el("input", { type: "text", inputmode: "tel", maxlength: 40, dir: "ltr", class: "code" });
  const list = el("ul", { class: "plain", id: "asked" });
  const asking = (wrong = "") => field({ id: "number", label: app.t("ask.number"), hint: app.t("ask.hint"), wrong }, box);
  let question = asking();
  const judge = (/** @type {boolean} */ fits) => {
    const before = question;
    box.removeAttribute("aria-invalid");
    question = asking(fits ? "" : app.t("ask.wrong"));
    before.replaceWith(question);
    if (!fits) box.focus();
  };
  const update = async () => fill(list, ...(await app.phone.asks()).map((one) => el("li", {}, shown(app, one, update))));
  const go = button(app.t("ask.go"), async () => {
    const number = typedNumber(box.value, app.phone.state().settings.own_code_shape);
    judge(Boolean(number));
    if (!number) return undefined;
    go.disabled = true;
    app.say(app.t("ask.working"));
    try {
      await app.phone.ask(number);
      box.value = "";
      await update();
      app.hush();
    } catch (error) {
      app.say(app.why(error));
    }
    go.disabled = false;
    return undefined;
  }, "go");
  await update();
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("home")),
      title(app.t("ask.title")),
      el("p", {}, app.t("ask.what")),
      question,
      el("div", { class: "actions" }, go),
      list,
    ],
    update: () => {
      if (app.phone.state().place === "open") update().catch(() => {});
    },
  };
}

/** @param {App} app @param {Ask} one @param {() => Promise<void>} update */
function shown(app, { id, since, answer, code }, update) {
  const gone = button(app.t("ask.done"), () => app.phone.dropAsk(id).then(update, (/** @type {unknown} */ error) => app.say(app.why(error))), "second");
  const asked = el("p", { class: "quiet small" }, app.t("ask.asked", { when: app.words.when(since) }));
  if (!answer) {
    const why = code === "404.14" ? "ask.none" : code === "no_key" ? "ask.no_key" : code === "429.2" ? "ask.later" : "ask.waits";
    return card(code === "404.14" ? "care" : "", el("p", {}, app.t(why)), asked, gone);
  }
  const tags = [...new Set([answer.first, app.words.tag])].filter((tag) => answer.said[tag]);
  return card("", ...tags.map((tag) => el("p", { class: "said", lang: tag, dir: "auto" }, answer.said[tag])),
    el("p", { class: "quiet small" }, app.t("ask.day", { day: app.words.day(answer.day) })), asked, gone);
}

/** @param {App} app */
export function askButton(app) {
  return app.phone.state().practice ? null : button(app.t("ask.title"), () => app.go("ask"), "second wide", { id: "ask" });
}
