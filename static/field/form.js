/**
 * One question becomes controls, and controls become one answer again. The form itself is data; nothing here knows which
 * questions there are. What stands in a control that is hidden or set aside stays there: no word is lost by a tap.
 *
 * @typedef {import("./words.js").Words} Words
 * @typedef {import("./questionnaire.js").Question} Question
 * @typedef {{key: string, params?: import("./words.js").Params}} Wrong
 * @typedef {{answer?: any, wrong?: Wrong}} Reading no answer and nothing wrong: nothing was entered
 * @typedef {{id: string, node: HTMLElement, read: () => Reading, rows?: () => Map<string, Control[]>, update?: import("./cards.js").Card["update"], question: Question}} Control
 * @typedef {{words: Words, hers: Words | null, reference: Words, settings: Record<string, any>, changed: () => void, now: () => Date,
 *   places: import("./lists.js").Place[], voice?: import("./sound.js").Voice, acts: import("./cards.js").Acts}} Hand
 *   `hers`: her words, when they are to stand beneath the officer's; `changed` is called after every change; `places`: the
 *   office's; `voice` plays what the office has recorded; `acts` is what cards can do
 */
import { hex, random } from "./bytes.js";
import { cardOf } from "./cards.js";
import { button, choice, directionOf, el, fill, languages, showChosen } from "./dom.js";
import { entries, nameIn } from "./lists.js";
import { makeNumber, shaped } from "./own-number.js";
import { daysOf } from "./questionnaire.js";
import { playing } from "./sound.js";
import { latin, localDay } from "./words.js";

const LONGEST_TEXT = 2000;
const MOST_ROWS = 20;
/** Texts up to this length get one line, longer ones a box. */
const ONE_LINE = 120;

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} [prefix] of a row @returns {Control} */
export function control(question, answer, hand, prefix = "") {
  const id = `q-${prefix}${question.id}`;
  const given = isReason(answer) ? undefined : answer;
  const made = MAKERS[question.kind](question, given, hand, id);
  if (!question.declinable) return { id, question, node: made.node, read: made.read, rows: made.rows, update: made.update };
  return withReasons(question, answer, hand, id, made);
}

/** @typedef {{node: HTMLElement, body: HTMLElement, read: () => Reading, rows?: () => Map<string, Control[]>, update?: import("./cards.js").Card["update"]}} Made */

/** @type {Record<string, (question: Question, answer: any, hand: Hand, id: string) => Made>} */
const MAKERS = { notice, yes_no: yesNo, one, several, listed, number, date, text, code, rows };

/** @param {any} answer */
function isReason(answer) {
  return typeof answer === "object" && answer !== null && "no" in answer;
}

// What is said --------------------------------------------------------------------------------------------------------

/** A text in the officer's language, and beneath it in hers. @param {Hand} hand @param {string} key @returns {Node[]} */
export function inBoth(hand, key) {
  const nodes = [document.createTextNode(hand.words.text(key))];
  if (!hand.hers) return nodes;
  return [...nodes, el("span", { class: "hers", lang: hand.hers.tag, dir: hand.hers.dir }, hand.hers.text(key))];
}

/** @param {string} text @param {import("./dom.js").Attributes} [attributes] one paragraph for each line */
function paragraphs(text, attributes = {}) {
  return text.split("\n").filter(Boolean).map((line) => el("p", attributes, line));
}

/** What is read aloud, in every language at hand. @param {Question} question @param {Hand} hand @param {() => void} [heard] */
function aloud(question, hand, heard) {
  if (!question.aloud) return null;
  const sound = (/** @type {Words} */ words) => hand.voice && playing(hand.voice, { words: hand.words, key: question.aloud, tag: words.tag, heard });
  const others = [hand.hers, unreviewed(hand, question.aloud) ? hand.reference : null];
  return el("div", { class: "aloud" },
    el("p", { class: "quiet small" }, hand.words.text("form.for_her")),
    ...paragraphs(hand.words.text(question.aloud)), sound(hand.words),
    ...others.map((words) => words && el("div", { class: "hers", lang: words.tag, dir: words.dir }, ...paragraphs(words.text(question.aloud)), sound(words))));
}

/** A notice nobody has reviewed stands beside the reference. @param {Hand} hand @param {string} key */
function unreviewed(hand, key) {
  const shown = [hand.words, hand.hers].filter(Boolean).map((words) => /** @type {Words} */ (words));
  return shown.every((words) => words.tag !== hand.reference.tag) && shown.some((words) => !words.isReviewed(key));
}

/** What stands above a control. @param {Question} question @param {Hand} hand @param {string} id @param {() => void} [heard] */
function above(question, hand, id, heard) {
  const help = question.help ? el("div", { id: `${id}-help`, class: "hint" }, ...inBoth(hand, question.help)) : null;
  const sealed = question.identity ? el("p", { class: "sealed" }, hand.words.text("form.identity")) : null;
  return [help, aloud(question, hand, heard), sealed];
}

/** A question of several controls. @param {Question} question @param {Hand} hand @param {string} id @param {Node[]} body */
function several_(question, hand, id, body) {
  // A consent is read to her as a whole sentence, in her language: the few words above it are for the officer.
  const asked = question.consent ? [document.createTextNode(hand.words.text(question.text))] : inBoth(hand, question.text);
  const inner = el("div", { class: "controls" }, ...body);
  const node = el("fieldset", { class: "question", id, "aria-describedby": question.help ? `${id}-help` : null },
    el("legend", {}, ...asked), ...above(question, hand, id), inner);
  return { node, body: inner };
}

/** A question of one control. @param {Question} question @param {Hand} hand @param {string} id @param {HTMLElement} input @param {Node[]} after */
function single(question, hand, id, input, after = []) {
  input.id = `${id}-value`;
  if (question.help) input.setAttribute("aria-describedby", `${id}-help`);
  const inner = el("div", { class: "controls" }, input, ...after);
  const node = el("div", { class: "question", id },
    el("label", { class: "label", for: input.id }, ...inBoth(hand, question.text)), ...above(question, hand, id), inner);
  return { node, body: inner };
}

// The kinds -----------------------------------------------------------------------------------------------------------

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function notice(question, answer, hand, id) {
  // Only what is read aloud is for her; the rest tells the officer what to do, in the officer's language alone.
  const whose = question.aloud ? hand : { ...hand, hers: null };
  const tick = choice({ type: "checkbox", id: `${id}-read`, name: id, value: "read", checked: Boolean(answer), onchange: hand.changed }, hand.words.text(question.aloud ? "form.read" : "form.read_officer"));
  const mine = !question.aloud && hand.hers ? el("p", { class: "who" }, hand.words.text("form.for_officer")) : null;
  const reference = !question.aloud && unreviewed(whose, question.text) ? el("span", { class: "hers", lang: hand.reference.tag, dir: hand.reference.dir }, hand.reference.text(question.text)) : null;
  const card = cardOf(question.card, hand);
  const body = el("div", { class: "controls" }, tick);
  let said = answer || "read";
  const heard = () => {
    said = "played";
    input(tick).checked = true;
    showChosen(body);
    hand.changed();
  };
  const node = el("div", { class: "question notice", id }, mine, el("div", { id: `${id}-text`, class: "said" }, ...inBoth(whose, question.text), reference), ...above(question, whose, id, heard), card && card.node, body);
  input(tick).setAttribute("aria-describedby", `${id}-text`);
  return { node, body, update: card ? card.update : undefined, read: () => (input(tick).checked ? { answer: said } : {}) };
}

/** @param {Element} row */
function input(row) {
  return /** @type {HTMLInputElement} */ (row.querySelector("input"));
}

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function yesNo(question, answer, hand, id) {
  const options = ["yes", "no"].map((code) => ({ code, text: `answers.${code}` }));
  const made = one({ ...question, options }, answer, hand, id);
  made.body.classList.add("pair");
  return made;
}

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function one(question, answer, hand, id) {
  return choices("radio", question, answer === undefined ? [] : [answer], hand, id, (codes) => (codes.length ? { answer: codes[0] } : {}));
}

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function several(question, answer, hand, id) {
  return choices("checkbox", question, answer || [], hand, id, (codes) => (codes.length ? { answer: codes } : {}));
}

/**
 * @param {"radio" | "checkbox"} type @param {Question} question @param {string[]} chosen @param {Hand} hand @param {string} id
 * @param {(codes: string[]) => Reading} reading @returns {Made}
 */
function choices(type, question, chosen, hand, id, reading) {
  const lines = question.options.map((/** @type {any} */ option) => choice(
    { type, id: `${id}-${option.code}`, name: id, value: option.code, checked: chosen.includes(option.code), onchange: hand.changed },
    ...inBoth(hand, option.text)));
  const made = several_(question, hand, id, lines);
  const codes = () => lines.map(input).filter((/** @type {HTMLInputElement} */ box) => box.checked && !box.disabled).map((/** @type {HTMLInputElement} */ box) => box.value);
  return { ...made, read: () => reading(codes()) };
}

/** One of a list that may be long: the browser's own list, which can be searched by typing. @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function listed(question, answer, hand, id) {
  const own = (question.options || []).map((/** @type {any} */ option) => ({ code: option.code, name: hand.words.text(option.text) }));
  const known = [...entries(hand.words, hand.places, question.list), ...own];
  if (answer !== undefined && !known.some(({ code }) => code === answer)) known.push({ code: answer, name: nameIn(hand.words, hand.places, question.list, answer) });
  const box = el("select", { class: "wide", onchange: hand.changed }, el("option", { value: "" }, hand.words.text("form.list_choose")),
    ...known.map(({ code, name }) => el("option", { value: code }, name)));
  box.value = answer === undefined ? "" : answer;
  return { ...single(question, hand, id, box), read: () => (box.value ? { answer: box.value } : {}) };
}

/** A number made by chance, in parts that can be said aloud. @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function code(question, answer, hand, id) {
  const value = answer === undefined ? makeNumber() : answer;
  const shown = el("p", { class: "code-shown" }, el("bdi", { class: "code", dir: "ltr" }, shaped(value, hand.settings.own_code_shape)));
  const made = several_(question, hand, id, [shown]);
  return { ...made, read: () => ({ answer: value }) };
}

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function number(question, answer, hand, id) {
  const box = el("input", { type: "text", inputmode: "numeric", class: "few", maxlength: 9, oninput: hand.changed });
  box.value = answer === undefined ? "" : String(answer);
  const made = single(question, hand, id, box);
  const read = () => {
    const typed = latin(box.value).trim();
    if (typed === "") return {};
    return /^[0-9]{1,9}$/.test(typed) ? { answer: Number(typed) } : { wrong: { key: "error.number" } };
  };
  return { ...made, read };
}

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function text(question, answer, hand, id) {
  const most = question.max || LONGEST_TEXT;
  const left = el("p", { class: "hint small" });
  const box = most > ONE_LINE ? el("textarea", { rows: 4 }) : el("input", { type: "text" });
  const language = languageOf(answer, hand, id);
  box.value = answer ? answer.text : "";
  const turn = () => directionOf(box);
  const count = () => {
    const free = most - Array.from(box.value.normalize("NFC")).length;
    left.textContent = most > ONE_LINE && free >= 0 ? hand.words.text("form.characters", { n: free }) : "";
    return free;
  };
  box.addEventListener("input", () => {
    turn();
    count();
    hand.changed();
  });
  const made = single(question, hand, id, box, [left, ...language.nodes]);
  turn();
  count();
  const read = () => {
    if (box.value.trim() === "") return {};
    const entered = { text: box.value, language: language.tag() };
    return count() < 0 ? { answer: entered, wrong: { key: "error.text_long", params: { n: -count() } } } : { answer: entered };
  };
  return { ...made, read };
}

/** In which language a text is typed: asked only where two are in use. @param {any} answer @param {Hand} hand @param {string} id */
function languageOf(answer, hand, id) {
  const others = hand.hers ? [hand.words, hand.hers] : [hand.words];
  const start = answer ? answer.language : hand.words.tag;
  const known = others.map((words) => ({ tag: words.tag, name: words.name }));
  const typed = languages().find((one) => one.tag === start);
  if (!known.some((one) => one.tag === start)) known.push({ tag: start, name: typed ? typed.name : start });
  if (known.length < 2) return { nodes: [], tag: () => start };
  const select = el("select", { id: `${id}-language`, onchange: hand.changed }, ...known.map((one) => el("option", { value: one.tag, lang: one.tag }, one.name)));
  select.value = start;
  const line = el("div", { class: "languages" }, el("label", { for: select.id }, hand.words.text("form.written_in")), select);
  return { nodes: [line], tag: () => select.value };
}

// Dates: a day, a month or a year, whichever is known -----------------------------------------------------------------

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function date(question, answer, hand, id) {
  const when = answer ? answer.when : "";
  const range = Array.isArray(when);
  const first = oneDate(hand, `${id}-from`, range ? when[0] : when);
  const second = oneDate(hand, `${id}-to`, range ? when[1] : "");
  const from = el("p", { class: "label small" }, hand.words.text("form.date_from"));
  const to = el("div", {}, el("p", { class: "label small" }, hand.words.text("form.date_to")), second.node);
  const between = choice({ type: "checkbox", id: `${id}-range`, name: `${id}-range`, value: "range", checked: range, onchange: () => {
    show();
    hand.changed();
  } }, hand.words.text("form.date_range"));
  const show = () => {
    from.hidden = to.hidden = !input(between).checked;
  };
  show();
  const near = el("div", { class: "side" },
    button(hand.words.text("form.date_today"), () => first.set(dayBefore(hand, 0)), "text"),
    button(hand.words.text("form.date_yesterday"), () => first.set(dayBefore(hand, 1)), "text"));
  const made = several_(question, hand, id, [el("p", { class: "hint small" }, hand.words.text("form.date_hint")), from, first.node, near, between, to]);
  const read = () => (input(between).checked ? readRange(first.read(), second.read()) : first.read());
  return { ...made, read };
}

/** @param {Hand} hand @param {number} days */
function dayBefore(hand, days) {
  const now = hand.now();
  return localDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days));
}

/** @param {Reading} from @param {Reading} to @returns {Reading} */
function readRange(from, to) {
  if (from.wrong || to.wrong) return { wrong: from.wrong || to.wrong };
  if (!from.answer && !to.answer) return {};
  const days = [from, to].map((one) => (one.answer ? one.answer.when : ""));
  if (days.some((day) => day.length !== 10)) return { wrong: { key: "error.date_both" } };
  return days[0] > days[1] ? { wrong: { key: "error.date_order" } } : { answer: { when: days } };
}

/** @param {Hand} hand @param {string} id @param {string} iso */
function oneDate(hand, id, iso) {
  const { words } = hand;
  const day = el("input", { type: "text", inputmode: "numeric", maxlength: 2, class: "day", id: `${id}-day`, oninput: hand.changed });
  const year = el("input", { type: "text", inputmode: "numeric", maxlength: 4, class: "year", id: `${id}-year`, oninput: hand.changed });
  const month = el("select", { id: `${id}-month`, onchange: hand.changed }, el("option", { value: "" }, words.text("form.month_choose")),
    ...words.months.map((name, index) => el("option", { value: String(index + 1).padStart(2, "0") }, name)));
  const set = (/** @type {string} */ text) => {
    const [y, m, d] = text.split("-");
    year.value = y || "";
    month.value = m || "";
    day.value = d ? String(Number(d)) : "";
    hand.changed();
  };
  if (iso) [year.value, month.value, day.value] = [iso.slice(0, 4), iso.slice(5, 7), iso.length === 10 ? String(Number(iso.slice(8))) : ""];
  const part = (/** @type {string} */ key, /** @type {HTMLElement} */ box) => el("div", {}, el("label", { for: box.id }, words.text(key)), box);
  const node = el("div", { class: "date" }, part("form.day", day), part("form.month", month), part("form.year", year));
  return { node, set, read: () => readDate(latin(year.value).trim(), month.value, latin(day.value).trim()) };
}

/** @param {string} year @param {string} month @param {string} day @returns {Reading} */
function readDate(year, month, day) {
  if (!year && !month && !day) return {};
  if (!/^[0-9]{4}$/.test(year)) return { wrong: { key: "error.date_year" } };
  if (day && !month) return { wrong: { key: "error.date_month" } };
  const when = [year, month, day && day.padStart(2, "0")].filter(Boolean).join("-");
  return daysOf(when) ? { answer: { when } } : { wrong: { key: "error.date" } };
}

// Rows ----------------------------------------------------------------------------------------------------------------

/** @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @returns {Made} */
function rows(question, answer, hand, id) {
  /** @type {{id: string, node: HTMLElement, controls: Control[]}[]} */
  let held = [];
  const list = el("div", {});
  const add = button("", () => grow(), "second");
  const heard = el("p", { class: "hidden-title", role: "status" });
  const made = several_(question, hand, id, [list, add, heard]);

  const draw = () => {
    fill(list, ...held.map((row, index) => {
      const n = index + 1;
      const head = el("div", { class: "side" }, el("h2", {}, hand.words.text("form.row", { n })));
      const remove = button(hand.words.text("form.row_remove", { n }), () => drop(index), "text warn");
      row.node = el("div", { class: "row", id: `${id}-${row.id}` }, head, ...row.controls.map((one) => one.node), remove);
      return row.node;
    }));
    add.textContent = hand.words.text(held.length ? "form.row_add" : "form.row_first");
    add.hidden = held.length >= (question.max || MOST_ROWS);
  };
  const put = (/** @type {any} */ entered) => {
    const controls = question.questions.map((/** @type {Question} */ inner) => control(inner, entered[inner.id], hand, `${question.id}-${entered.row}-`));
    held = [...held, { id: entered.row, node: list, controls }];
  };
  const grow = () => {
    put({ row: hex(random(8)) });
    draw();
    hand.changed();
    const first = held[held.length - 1].node.querySelector("input, textarea, select");
    if (first instanceof HTMLElement) first.focus();
  };
  const drop = (/** @type {number} */ index) => {
    held = held.filter((_, at) => at !== index);
    draw();
    hand.changed();
    heard.textContent = hand.words.text("form.row_removed", { n: index + 1 });
    add.focus();
  };
  (answer || []).forEach(put);
  draw();
  return { ...made, read: () => readRows(held), rows: () => new Map(held.map((row) => [row.id, row.controls])) };
}

/** @param {{id: string, controls: Control[]}[]} held @returns {Reading} */
function readRows(held) {
  if (!held.length) return {};
  const answer = held.map((row) => {
    /** @type {any} */
    const entered = { row: row.id };
    for (const one of row.controls) {
      const { answer: value } = one.read();
      if (value !== undefined) entered[one.question.id] = value;
    }
    return entered;
  });
  return { answer };
}

// Reasons for no answer -----------------------------------------------------------------------------------------------

/**
 * Beneath a question that may stay without an answer: why there is none. An answer entered before is set aside, not wiped.
 * @param {Question} question @param {any} answer @param {Hand} hand @param {string} id @param {Made} made @returns {Control}
 */
function withReasons(question, answer, hand, id, made) {
  const codes = question.required ? ["declined", "unknown"] : ["declined", "unknown", "not_asked"];
  const chosen = isReason(answer) ? answer.no : "";
  /** @type {HTMLLabelElement[]} */
  const lines = codes.map((code) => choice({ type: "checkbox", id: `${id}-no-${code}`, name: `${id}-no`, value: code, checked: code === chosen, onchange: () => pick(code) },
    ...reasonTexts(hand, code)));
  const more = el("details", { class: "instead", open: Boolean(chosen) }, el("summary", {}, hand.words.text("form.no_answer")), ...lines);
  made.node.appendChild(more);
  const reason = () => lines.map(input).find((box) => box.checked);
  const pick = (/** @type {string} */ code) => {
    for (const line of lines) if (input(line).value !== code) input(line).checked = false;
    showChosen(more);
    made.body.classList.toggle("set-aside", Boolean(reason()));
    hand.changed();
  };
  made.body.classList.toggle("set-aside", Boolean(chosen));
  made.body.addEventListener("input", () => {
    if (!reason()) return;
    lines.forEach((line) => (input(line).checked = false));
    showChosen(more);
    made.body.classList.remove("set-aside");
  });
  const read = () => {
    const box = reason();
    return box ? { answer: { no: box.value } } : made.read();
  };
  return { id, question, node: made.node, read, rows: made.rows };
}

/** The officer's sentence speaks about her, hers for her. @param {Hand} hand @param {string} code */
function reasonTexts(hand, code) {
  const hers = code === "not_asked" ? null : hand.hers;
  return [hand.words.text(`form.${code}`), hers && el("span", { class: "hers", lang: hers.tag, dir: hers.dir }, hers.text(`answers.${code}`))];
}

// What is wrong, at the question --------------------------------------------------------------------------------------

/** Shows or takes away the sentence at a question. @param {HTMLElement} node @param {string} id @param {string} [sentence] */
export function mark(node, id, sentence = "") {
  const old = document.getElementById(`${id}-why`);
  if (old) old.remove();
  node.classList.toggle("problem", Boolean(sentence));
  const target = node.matches("fieldset") ? node : node.querySelector("input, textarea, select");
  if (!target) return;
  const said = (target.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== `${id}-why`);
  if (sentence) {
    const inner = /** @type {Element} */ (node.querySelector(".controls"));
    node.insertBefore(el("p", { class: "why", id: `${id}-why` }, sentence), inner);
    said.push(`${id}-why`);
  }
  if (said.length) target.setAttribute("aria-describedby", said.join(" "));
  else target.removeAttribute("aria-describedby");
}

// Keeping what is on the screen while its language changes --------------------------------------------------------------

/** @typedef {{values: Map<string, {value: string, checked: boolean}>, open: string[], focus: string, from: number | null, to: number | null}} Snapshot */

/** @param {Element} root @returns {Snapshot} */
export function snapshot(root) {
  const values = new Map();
  root.querySelectorAll("input, textarea, select").forEach((node) => {
    const box = /** @type {HTMLInputElement} */ (node);
    values.set(box.id, { value: box.value, checked: box.checked });
  });
  const active = /** @type {HTMLInputElement | null} */ (document.activeElement);
  const typing = active && root.contains(active) && "selectionStart" in active && active.type !== "radio" && active.type !== "checkbox";
  const open = Array.from(root.querySelectorAll("details[open]"), (one) => (one.parentElement ? one.parentElement.id : ""));
  return { values, open, focus: active ? active.id : "", from: typing ? active.selectionStart : null, to: typing ? active.selectionEnd : null };
}

/** @param {Element} root @param {Snapshot} kept */
export function restore(root, kept) {
  root.querySelectorAll("input, textarea, select").forEach((node) => {
    const box = /** @type {HTMLInputElement} */ (node);
    const was = kept.values.get(box.id);
    if (!was) return;
    if (box.type === "radio" || box.type === "checkbox") box.checked = was.checked;
    else {
      box.value = was.value;
      if (box.matches("textarea, [type=text]:not([inputmode])")) directionOf(box);
    }
  });
  root.querySelectorAll("details").forEach((one) => (one.open = one.open || Boolean(one.parentElement && kept.open.includes(one.parentElement.id))));
  root.querySelectorAll("fieldset, .notice, .instead").forEach(showChosen);
  const active = kept.focus ? document.getElementById(kept.focus) : null;
  if (!active) return;
  active.focus({ preventScroll: true });
  if (kept.from !== null) /** @type {HTMLInputElement} */ (active).setSelectionRange(kept.from, kept.to);
}
