/**
 * What the office writes to this officer. Each message is opened for this screen, says in the officer's language what it
 * is about, and leaves the phone with its answer.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../message.js").Message} Message
 */
import { back, button, card, directionOf, el, field, title } from "../dom.js";
import { ANSWER } from "../outbox.js";

/** What it is about, and for a step of a claim which one. @type {Record<string, string>} */
const SENTENCES = {
  appointment: "messages.appointment", come: "messages.come", visit: "messages.visit", ready: "messages.ready",
  question: "messages.question", stop_contact: "messages.stop_contact",
};
/** @type {Record<string, string>} */
const STEPS = {
  received: "messages.claim_received", sent: "messages.claim_sent", answered: "messages.claim_answered",
  sample: "messages.claim_sample", result: "messages.claim_result", decided: "messages.claim_decided", closed: "messages.claim_closed",
};
/** @type {Record<string, string>} */
const ANSWERS = {
  told_her: "messages.told_her", could_not_find: "messages.could_not_find", not_safe: "messages.not_safe",
  later: "messages.later", understood: "messages.understood", words: "messages.words",
};
/** @type {Record<string, string>} */
const WHO = { called: "messages.called", where: "messages.where", how: "messages.how" };
/** Nobody is sent to her with these. @type {Record<string, string[]>} */
const OFFERED = { stop_contact: ["understood", "words"], question: ["words", "could_not_find", "not_safe", "later"] };
const ALL = ["told_her", "could_not_find", "not_safe", "later", "words"];
const LONGEST = 600;

/**
 * The way to the messages, which says how many wait; nothing where there are none.
 * @param {App} app @param {import("../phone.js").State} state
 */
export function mailCard(app, { mail }) {
  if (!mail || !(mail.n || mail.odd)) return null;
  const text = mail.n ? app.t("messages.home", { n: mail.n }) : app.t("messages.title");
  const go = button(text, () => app.go("messages"), mail.stop ? "harm wide" : "second wide", { id: "mail" });
  return mail.stop ? card("stop", el("p", {}, app.t("messages.stop_contact")), go) : card("care", go);
}

/** @param {App} app @param {{number?: number, answer?: string, said?: string}} given @returns {Promise<Screen>} */
export async function messages(app, given) {
  const { messages: found, missing, forged } = await app.phone.messages();
  const items = await app.phone.items();
  const waiting = items.filter(({ about, state }) => about === ANSWER && state === "sealed").length;
  const chosen = found.find(({ number }) => number === given.number);
  if (chosen && given.answer) return answering(app, chosen, given.answer);
  if (given.said) app.say(given.said);
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("home")),
      title(app.t("messages.title")),
      missing.length ? card("care", el("p", {}, app.t("messages.missing", { n: missing.length }))) : null,
      forged ? card("stop", el("p", {}, app.t("messages.forged", { n: forged }))) : null,
      found.length ? el("ul", { class: "plain", id: "messages" }, ...found.map((one) => el("li", {}, whole(app, one, items)))) : el("p", {}, app.t("messages.none")),
      waiting ? el("p", { class: "quiet" }, app.t("messages.waiting", { n: waiting })) : null,
    ],
  };
}

/** @param {App} app @param {Message} message @param {import("../phone.js").ItemLine[]} items */
function whole(app, message, items) {
  const { number, day, content } = message;
  const { kind, about, until } = content;
  const of = items.find(({ report }) => report === about);
  const offered = OFFERED[kind] || ALL;
  return card(kind === "stop_contact" ? "stop" : "",
    ...said(app, message),
    OFFERED[kind] ? null : el("p", {}, app.t("messages.alone")),
    el("p", { class: "quiet small" }, app.t("messages.written", { day: app.words.day(day) }),
      of ? ` ${app.t("messages.belongs", { when: app.words.when(of.since) })}` : "",
      isDay(until) ? ` ${app.t("messages.until", { day: app.words.day(until) })}` : ""),
    el("div", { class: "actions" }, ...offered.map((answer) =>
      button(app.t(ANSWERS[answer]), () => choose(app, number, answer), "second wide", { "data-answer": answer }))));
}

/** What it says: the sentence, whom it is about, the office's own words. @param {App} app @param {Message} message */
function said(app, { content }) {
  const { who, text } = content;
  const named = Object.keys(WHO).filter((name) => who && typeof who[name] === "string" && who[name]);
  return [
    el("p", { class: "said" }, sentence(app, content)),
    text && typeof text.text === "string" ? el("p", { class: "typed", lang: String(text.language), dir: "auto" }, text.text) : null,
    named.length ? el("dl", {}, ...named.map((name) => el("div", {}, el("dt", {}, app.t(WHO[name])), el("dd", { dir: "auto" }, who[name])))) : null,
  ];
}

/** @param {App} app @param {Record<string, any>} content signed by the office, but perhaps a newer one than this app knows */
function sentence(app, { kind, params }) {
  const { day, time = "", step } = params || {};
  const key = kind === "claim_step" ? STEPS[step] : SENTENCES[kind];
  return app.t(key || "messages.other", { day: isDay(day) ? app.words.day(day) : "", time: String(time) });
}

/** @param {unknown} text */
const isDay = (text) => typeof text === "string" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text);

/** *Later* takes nothing away and needs no second look. @param {App} app @param {number} number @param {string} answer */
function choose(app, number, answer) {
  if (answer === "later") return send(app, number, { answer });
  return app.go("messages", { number, answer });
}

/** One more look before the message leaves the phone. @param {App} app @param {Message} message @param {string} answer @returns {Screen} */
function answering(app, message, answer) {
  const box = el("textarea", { rows: 4, maxlength: LONGEST, oninput: () => directionOf(box) });
  const act = () => {
    if (answer !== "words") return send(app, message.number, { answer });
    const text = box.value.normalize("NFC").trim();
    if (!text) return app.say(app.t("messages.write_missing"));
    return send(app, message.number, { answer, words: { text, language: app.words.tag } });
  };
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("messages")),
      title(app.t(answer === "words" ? "messages.words" : "messages.answer")),
      card("", ...said(app, message)),
      answer === "words" ? field({ id: "words", label: app.t("messages.write"), hint: app.t("messages.write_hint") }, box) : el("p", { class: "said" }, app.t(ANSWERS[answer])),
      el("p", {}, app.t("messages.leaves")),
      el("div", { class: "actions" }, button(app.t("messages.write_send"), act, "go", { id: "send-answer" })),
    ],
  };
}

/** @param {App} app @param {number} number @param {import("../letters.js").Said} answer */
async function send(app, number, answer) {
  try {
    await app.phone.answerMessage(number, answer);
    await app.go("messages", { said: app.t(answer.answer === "later" ? "messages.saved_later" : "messages.saved") });
  } catch (error) {
    app.say(app.why(error));
  }
}
