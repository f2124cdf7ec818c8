/**
 * From an invitation to a phone that works without a network, one thing a page.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../phone.js").Invitation} Invitation
 * @typedef {{invitation: Invitation | null, label: string, another?: boolean}} Plan what has been answered so far; `another`: it is
 *   for somebody who has not written on this phone
 * @typedef {{invitation?: Invitation, plan?: Plan, step?: string, passphrase?: string, said?: string, wrong?: string,
 *   typed?: string, suggested?: string, words?: {checkWords: string[], deviceWords: string[]}}} Given
 *   `typed` and `suggested` stand on the page again when something was wrong with it
 */
import { Refusal, random } from "../bytes.js";
import { back, button, card, choice, directionOf, el, field, fill, languages, problemList, title } from "../dom.js";
import { normalCode } from "../keys.js";
import { normalise, strength, suggest } from "../passphrase.js";
import { COUNT } from "../slots.js";
import { UNKNOWN } from "../sync.js";
import { wordList } from "./settings.js";

/** Languages whose list of words has been read for words that wound or tell. */
const LISTS = ["en", "fr"];
/** A private window is given little room; a phone with so little room would not do either. */
const LITTLE_ROOM = 150e6;
/** Enrolment makes keys, locks them, asks the office, and fetches files, in this order. */
const STEPS = ["keys", "passphrase", "office", "files"];
const STRENGTH = { refused: "weak", delays: "digits", fair: "fair", strong: "strong" };

/** @type {Record<string, (app: App, plan: Plan, given: Given) => Screen | Promise<Screen>>} */
const PAGES = { languages: languagePage, other: another, place, code: codePage, label: labelPage, passphrase: passphrasePage, again: againPage, working, compare, differ, ready };

/** @param {App} app @param {Given} given */
export function enrol(app, given) {
  const plan = given.plan || { invitation: given.invitation || null, label: "" };
  if (isAnother(app, plan) && app.phone.state().compartments.length === COUNT && !given.step) return full(app);
  return PAGES[given.step || "languages"](app, plan, given);
}

/** @param {App} app @param {Plan} plan @param {string} step @param {Given} [more] */
function to(app, plan, step, more = {}) {
  return app.go("enrol", Object.assign({ plan, step }, more));
}

/** The next page in the order, past those that have nothing to ask. @param {App} app @param {Plan} plan @param {string} after */
function onward(app, plan, after) {
  const order = ["languages", "other", "place", "code", "again", "label", "passphrase"];
  const lost = unknownThere(app) && !plan.another;
  const needless = [
    isAnother(app, plan) ? "" : "other",
    warnings(app).length ? "" : "place",
    plan.invitation ? "code" : "",
    lost ? "" : "again",
  ];
  const step = order.slice(order.indexOf(after) + 1).find((one) => !needless.includes(one));
  return to(app, plan, /** @type {string} */ (step));
}

/** Whether the invitation is for somebody who has not written on this phone yet. @param {App} app @param {Plan} plan */
function isAnother(app, plan) {
  return app.phone.state().office !== null && (!unknownThere(app) || Boolean(plan.another));
}

/** The offices this phone belongs to. @param {App} app */
function ourOffices(app) {
  return Array.from(new Set(app.phone.state().compartments.map(({ office }) => office.name))).join(", ");
}

/** Whether the office has said that it no longer knows this phone: then an invitation most likely renews it. @param {App} app */
function unknownThere(app) {
  const { trouble } = app.phone.state();
  return trouble !== null && UNKNOWN.includes(trouble.code);
}

/** @param {App} app @param {() => void} act @param {string} label @param {...import("../dom.js").Child} body */
function page(app, act, label, ...body) {
  return el("form", { novalidate: true, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    act();
  } }, ...body, el("div", { class: "actions" }, el("button", { type: "submit", class: "go" }, app.t(label))));
}

// Languages -----------------------------------------------------------------------------------------------------------

/** @param {App} app @param {Plan} plan @param {Given} given @returns {Screen} */
function languagePage(app, plan, given) {
  const offered = languages();
  /** Whoever goes on at once does so when the words are there, and is not brought back by them. @type {Promise<void>} */
  let speaking = Promise.resolve();
  const group = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ hint, /** @type {string} */ tag) => el("fieldset", { class: "question", id: name },
    el("legend", {}, app.t(label)), hint ? el("p", { class: "hint" }, app.t(hint)) : null,
    ...offered.map((one) => choice({ type: "radio", id: `${name}-${one.tag}`, name, value: one.tag, checked: one.tag === tag, onchange: () => (speaking = speak(name)) }, el("span", { lang: one.tag, dir: one.dir }, one.name))));
  const chosen = (/** @type {string} */ name) => {
    const box = form.querySelector(`input[name="${name}"]:checked`);
    return box instanceof HTMLInputElement ? box.value : app.words.tag;
  };
  const speak = async (/** @type {string} */ name) => {
    const [mine, hers] = [chosen("mine"), chosen("hers")];
    const spoken = await app.speak(mine, hers).then(() => true, () => false);
    if (spoken) app.remember();
    await app.go("enrol", given, `${name}-${name === "mine" ? app.words.tag : app.hers.tag}`);
    if (!spoken) app.say(app.t("settings.languages_failed"));
  };
  const form = page(app, () => speaking.then(() => onward(app, plan, "languages")), "common.continue",
    group("mine", "enrol.language_mine", "", app.words.tag),
    group("hers", "enrol.language_hers", "enrol.language_hers_hint", app.hers.tag));
  return {
    nodes: [
      app.phone.state().office ? back(app.t("common.back"), () => app.goFirst()) : null,
      title(app.t(isAnother(app, plan) ? "officers.title" : "enrol.title")),
      given.said ? card("", el("p", {}, given.said)) : null,
      plan.invitation ? card("", el("p", {}, app.t("enrol.invited"))) : null,
      el("p", {}, app.t("enrol.intro")),
      form,
      app.phone.state().office ? null : button(app.t("practice.open_first"), () => app.go("practise"), "text"),
    ],
  };
}

// What stands in the way ----------------------------------------------------------------------------------------------

/** This phone is somebody's: it asks before it is somebody else's too. @param {App} app @param {Plan} plan @returns {Promise<Screen>} */
async function another(app, plan) {
  const ours = await app.phone.isFromOurs(plan.invitation);
  const asked = ours === false
    ? ["enrol.other_office", "enrol.other_office_yes", "enrol.other_office_no"]
    : [ours ? "officers.same_office" : "officers.unknown_office", "officers.go_on", "officers.do_not"];
  const [what, yes, no] = asked.map((key) => app.t(key, { office: ourOffices(app) }));
  return {
    nodes: [
      back(app.t("common.back"), () => to(app, plan, "languages")),
      title(app.t("officers.title")),
      card("care", el("p", {}, what)),
      el("div", { class: "actions" },
        button(yes, () => onward(app, plan, "other"), "second wide"),
        button(no, () => app.goFirst(), "second wide")),
    ],
  };
}

/** @param {App} app @returns {Screen} */
function full(app) {
  return {
    nodes: [
      title(app.t("officers.full_title")),
      card("care", el("p", {}, app.t("officers.full"))),
      el("div", { class: "actions" }, button(app.t("common.back"), () => app.goFirst(), "go")),
    ],
  };
}

/** Which warnings this browser needs. @param {App} app @returns {("inside" | "home" | "private")[]} */
function warnings(app) {
  const agent = navigator.userAgent;
  const apple = /iPhone|iPad|iPod/.test(agent);
  const alone = /** @type {any} */ (navigator).standalone || window.matchMedia("(display-mode: standalone)").matches;
  const { quota } = app.phone.state().storage;
  if (/FBAN|FBAV|Instagram|Line\/|MicroMessenger|Twitter|; wv\)/.test(agent)) return ["inside"];
  if (apple && !alone) return ["home"];
  return !navigator.serviceWorker || (quota > 0 && quota < LITTLE_ROOM) ? ["private"] : [];
}

/** @param {App} app @param {Plan} plan @returns {Screen} */
function place(app, plan) {
  const [warning] = warnings(app);
  const steps = el("ol", {}, ...[1, 2, 3].map((n) => el("li", {}, app.t(`enrol.home_${n}`))));
  return {
    nodes: [
      back(app.t("common.back"), () => to(app, plan, "languages")),
      title(app.t(`enrol.${warning}_title`)),
      warning === "home" ? el("div", {}, el("p", {}, app.t("enrol.home_why")), steps) : card("care", el("p", {}, app.t(`enrol.${warning}`))),
      el("div", { class: "actions" }, button(app.t("enrol.anyway"), () => onward(app, plan, "place"), "text")),
    ],
  };
}

// Code, name, passphrase ----------------------------------------------------------------------------------------------

/** @param {App} app @param {Plan} plan @param {Given} given @returns {Screen} */
function codePage(app, plan, given) {
  const typed = el("input", { type: "text", dir: "ltr" });
  typed.value = given.typed || "";
  const act = () => {
    // Whoever was sent a link but must type (a phone whose apps cannot open it) may paste it whole: it proves more.
    const pasted = app.phone.readInvitation(typed.value.trim().replace(/^[^#]*/, ""));
    if (pasted) return onward(app, { ...plan, invitation: pasted }, "code");
    const code = normalCode(typed.value);
    if (!code) return to(app, plan, "code", { wrong: app.t("enrol.code_missing"), typed: typed.value });
    return onward(app, { ...plan, invitation: { code, fingerprint: null, secret: null } }, "code");
  };
  return asking(app, plan, given, "languages", "enrol.code_title", page(app, act, "common.continue",
    el("p", {}, app.t("enrol.code_none")),
    field({ id: "code", label: app.t("enrol.code_label"), hint: app.t("enrol.code_hint"), wrong: given.wrong }, typed)), "code");
}

/** @param {App} app @param {Plan} plan @param {Given} given @returns {Screen} */
function labelPage(app, plan, given) {
  const typed = el("input", { type: "text", maxlength: 60 });
  typed.value = plan.label;
  typed.addEventListener("input", () => directionOf(typed));
  directionOf(typed);
  const act = () => {
    const label = typed.value.trim();
    if (!label) return to(app, plan, "label", { wrong: app.t("enrol.label_missing") });
    const taken = app.phone.state().compartments.some((one) => normalise(one.label) === normalise(label));
    if (taken) return to(app, { ...plan, label }, "label", { wrong: app.t("officers.label_taken") });
    return onward(app, { ...plan, label }, "label");
  };
  const [heading, name, hint] = isAnother(app, plan)
    ? ["officers.label_title", "officers.which_label", "officers.label_hint"]
    : ["enrol.label_title", "enrol.label", "enrol.label_hint"];
  return asking(app, plan, given, "languages", heading, page(app, act, "common.continue",
    field({ id: "label", label: app.t(name), hint: app.t(hint), wrong: given.wrong }, typed)), "label");
}

/**
 * A page with one question; what is wrong stands at the top and at the field.
 * @param {App} app @param {Plan} plan @param {Given} given @param {string} before the page before @param {string} heading @param {Node} form @param {string} id of the field
 * @returns {Screen}
 */
function asking(app, plan, given, before, heading, form, id) {
  return {
    nodes: [
      back(app.t("common.back"), () => to(app, plan, before)),
      given.wrong ? problemList(app.t("common.error_title"), [{ id, text: given.wrong }]) : null,
      title(app.t(heading)),
      form,
    ],
    focus: given.wrong ? "problems" : undefined,
  };
}

/** @param {string} tag @returns {Promise<string[] | null>} the words of a language's list, or null: then digits are suggested */
export async function wordsToSuggest(tag) {
  if (!LISTS.includes(tag)) return null;
  const answer = await fetch(`/field/lists/${tag}.txt`).catch(() => null);
  return answer && answer.ok ? (await answer.text()).trim().split(/\s+/) : null;
}

/** @param {App} app @param {Plan} plan @param {Given} given @returns {Promise<Screen>} */
async function passphrasePage(app, plan, given) {
  const list = await wordsToSuggest(app.words.tag);
  const first = el("input", { type: "password" });
  const second = el("input", { type: "password" });
  const meter = el("p", { class: "hint", id: "strength", role: "status" }, app.t("enrol.strength_none"));
  // Groups of digits are read from the left in every language, as telephone numbers are.
  const suggestion = el("bdi", { class: "suggestion", lang: list ? app.words.tag : null, dir: "ltr" }, given.suggested || suggest(list, random));
  for (const box of [first, second]) box.addEventListener("input", () => directionOf(box));
  const judge = () => {
    const level = first.value ? STRENGTH[strength(first.value, list || []).level] : "none";
    meter.textContent = app.t(`enrol.strength_${level}`);
  };
  const use = () => {
    first.value = suggestion.textContent || "";
    directionOf(first);
    judge();
    second.focus();
  };
  const show = choice({ type: "checkbox", id: "show", name: "show", value: "show", onchange: () => {
    first.type = second.type = first.type === "password" ? "text" : "password";
  } }, app.t("enrol.passphrase_show"));
  first.addEventListener("input", judge);
  const act = () => {
    const wrong = passphraseWrong(first.value, second.value, list || []);
    if (wrong) return to(app, plan, "passphrase", { wrong: app.t(wrong), suggested: suggestion.textContent || "" });
    return to(app, plan, "working", { passphrase: first.value });
  };
  const form = page(app, act, "common.continue",
    el("p", {}, app.t("enrol.passphrase_why")),
    el("h2", {}, app.t(list ? "enrol.passphrase_suggested" : "enrol.passphrase_suggested_digits")),
    el("p", { class: "suggested" }, suggestion),
    el("p", { class: "hint" }, app.t(list ? "enrol.passphrase_suggestion_hint" : "enrol.passphrase_suggestion_hint_digits")),
    el("div", { class: "side" },
      button(app.t("enrol.passphrase_use"), use, "second"),
      button(app.t("enrol.passphrase_another"), () => (suggestion.textContent = suggest(list, random)), "text")),
    el("h2", {}, app.t("enrol.passphrase_own")),
    field({ id: "passphrase", label: app.t("enrol.passphrase_label"), wrong: given.wrong }, first),
    meter,
    field({ id: "again", label: app.t("enrol.passphrase_again"), hint: app.t("enrol.passphrase_again_hint") }, second),
    show);
  return asking(app, plan, given, "label", "enrol.passphrase_title", form, "passphrase");
}

/** The passphrase that is used already: it opens the keys that the office is to know again. @param {App} app @param {Plan} plan @param {Given} given @returns {Screen} */
function againPage(app, plan, given) {
  const typed = el("input", { type: "password" });
  const act = () => {
    if (!typed.value) return to(app, plan, "again", { wrong: app.t("enrol.passphrase_missing") });
    return to(app, { ...plan, label: app.phone.state().label }, "working", { passphrase: typed.value });
  };
  const form = page(app, act, "common.continue",
    el("p", {}, app.t("enrol.again_why")),
    field({ id: "passphrase", label: app.t("lock.label"), wrong: given.wrong }, typed));
  const screen = asking(app, plan, given, "languages", "enrol.again_title", form, "passphrase");
  return { ...screen, nodes: [...screen.nodes, button(app.t("enrol.again_other"), () => onward(app, { ...plan, another: true }, "languages"), "text")] };
}

/** @param {string} typed @param {string} again @param {string[]} list @returns {string} the key of what is wrong, or nothing */
function passphraseWrong(typed, again, list) {
  if (!typed) return "enrol.passphrase_missing";
  if (strength(typed, list).level === "refused") return "enrol.passphrase_short";
  return typed === again ? "" : "enrol.passphrase_differs";
}

// Doing it ------------------------------------------------------------------------------------------------------------

/** @param {App} app @param {Plan} plan @param {Given} given @returns {Screen} */
function working(app, plan, given) {
  const steps = el("ol", { class: "steps" });
  const files = el("div", {});
  const trouble = el("div", {});
  let at = 0;
  let words = given.words;
  const draw = () => fill(steps, ...STEPS.map((step, index) => el("li", { class: index === at ? "now" : null },
    el("span", {}, app.t(`enrol.step_${step}`)), el("span", { class: "quiet" }, app.t(index < at ? "enrol.step_done" : index === at ? "enrol.step_now" : "enrol.step_next")))));
  const onStep = (/** @type {string} */ step) => {
    at = STEPS.indexOf(step);
    draw();
  };
  const update = () => {
    if (!words) return;
    const { ready: { done, total, complete, error } } = app.phone.state();
    fill(files, el("p", { role: "status" }, app.t("enrol.files", { done, total })), el("progress", { max: total || 1, value: done, "aria-label": app.t("enrol.step_files") }),
      complete ? null : button(app.t("enrol.later"), () => after(app, plan, /** @type {any} */ (words)), "text"));
    if (error) fill(trouble, card("care", el("p", {}, app.t("enrol.ready_failed")), el("p", {}, app.reason(error))));
    if (complete) after(app, plan, words);
  };
  const fail = (/** @type {unknown} */ error) => {
    const code = error instanceof Refusal ? error.code : "";
    if (code === "phone.passphrase_taken") return to(app, plan, "passphrase", { wrong: app.why(error) });
    if (code === "officers.not_joined") return app.go("lock", { said: app.why(error) });
    fill(trouble, card("stop", el("p", {}, app.why(error))), el("div", { class: "actions" },
      button(app.t("enrol.ready_retry"), () => to(app, plan, "working", given), "go"),
      button(app.t("common.back"), () => to(app, { ...plan, invitation: plan.invitation && plan.invitation.secret ? plan.invitation : null }, "languages"), "second wide")));
    const first = trouble.querySelector("button");
    if (first) first.focus();
    return undefined;
  };
  const run = async () => {
    const invitation = /** @type {Invitation} */ (plan.invitation);
    try {
      const languages = [app.words.tag, app.hers.tag];
      const more = { another: isAnother(app, plan), joins: (/** @type {{name: string}} */ office) => joins(app, trouble, office) };
      words = await app.phone.enrol({ invitation, label: plan.label, languages, passphrase: given.passphrase || "", onStep, ...more });
    } catch (error) {
      return fail(error);
    }
    at = 3;
    draw();
    return update();
  };
  draw();
  run();
  return { nodes: [title(app.t("enrol.working_title")), el("p", {}, app.t("enrol.working")), steps, files, trouble], update };
}

/** Before this phone belongs to another office too, with both names. @param {App} app @param {Element} place @param {{name: string}} office @returns {Promise<boolean>} */
function joins(app, place, { name: office }) {
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => () => {
      fill(place);
      resolve(yes);
    };
    const asked = el("h2", { tabindex: -1 }, app.t("officers.join_title"));
    fill(place, asked, card("care", el("p", {}, app.t("officers.join", { ours: ourOffices(app), office }))),
      el("div", { class: "actions" },
        button(app.t("officers.join_yes", { office }), answer(true), "second wide"),
        button(app.t("officers.join_no"), answer(false), "second wide")));
    asked.focus();
    asked.scrollIntoView({ block: "center" });
  });
}

/** @param {App} app @param {Plan} plan @param {{checkWords: string[], deviceWords: string[]}} words */
async function after(app, plan, words) {
  // Fetched once more, now that the worker that keeps them is in charge.
  await Promise.all([app.words.tag, app.hers.tag].map((tag) => fetch(`/field/words/${tag}.json`).catch(() => null)));
  const typed = plan.invitation && plan.invitation.fingerprint === null;
  return to(app, plan, typed ? "compare" : "ready", { words });
}

/** A typed code proves nothing about who answered it: two people compare. @param {App} app @param {Plan} plan @param {Given} given @returns {Screen} */
function compare(app, plan, given) {
  const { checkWords } = /** @type {{checkWords: string[]}} */ (given.words);
  const office = app.phone.state().office;
  return {
    nodes: [
      title(app.t("enrol.office_title")),
      el("p", { class: "count" }, office ? office.name : ""),
      el("p", {}, app.t("enrol.office_words")),
      wordList(checkWords),
      el("div", { class: "actions" },
        button(app.t("enrol.office_same"), () => to(app, plan, "ready", { words: given.words }), "go"),
        button(app.t("enrol.office_differ"), () => to(app, plan, "differ"), "harm wide")),
    ],
  };
}

/** Somebody else answered: what was made for them is given up at once. @param {App} app @returns {Promise<Screen>} */
async function differ(app) {
  await app.phone.forgotPassphrase().catch(() => app.phone.lock());
  return { nodes: [title(app.t("enrol.office_differ")), card("stop", el("p", {}, app.t("enrol.office_stop")))] };
}

/** @param {App} app @param {Plan} plan @param {Given} given @returns {Screen} */
function ready(app, plan, given) {
  const state = app.phone.state();
  const { deviceWords } = /** @type {{deviceWords: string[]}} */ (given.words);
  return {
    nodes: [
      title(app.t(state.ready.complete ? "enrol.ready" : "enrol.ready_failed")),
      state.office ? el("p", {}, app.t("enrol.joined", { office: state.office.name })) : null,
      ...(state.confirmed ? [] : [el("h2", {}, app.t("enrol.words_title")), el("p", {}, app.t("enrol.words_why")), wordList(deviceWords)]),
      el("div", { class: "actions" }, button(app.t("enrol.start"), () => app.goFirst(), "go")),
    ],
  };
}
