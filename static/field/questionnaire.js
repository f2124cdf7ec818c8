/**
 * What of a form is visible, what is wrong with its answers, and which answers go into which sealed part.
 * Twin of `intake/domain/rules.py` and `intake/domain/questionnaire.py`, function by function; both pass
 * `tests/vectors/rules.json`. The operators and shapes are described there.
 */
import { isNumber } from './own-number.js';

/** @typedef {Record<string, any>} Form */
/** @typedef {Record<string, any>} Question */
/** @typedef {Record<string, any>} Answers */
/** @typedef {Record<string, any>} Settings */
/** @typedef {{question: string, row?: string, code: string, text: string}} Finding */
/** @typedef {boolean | null} Truth true, false or unknown */
/** @typedef {{answers: Answers, settings: Settings, now: string, row?: Answers}} Scene */
/**
 * @typedef {object} Shown
 * @property {string[]} groups
 * @property {string[]} questions top-level questions in the order of the form
 * @property {Record<string, string[]>} options codes offered by each visible question that has choices
 * @property {Record<string, Record<string, string[]>>} rows repeating group → row id → questions
 */

export const DAY_MINUTES = 24 * 60;
const WIDEST = 31; // days; a longer interval that reaches into the window says too little
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;
const NO_REASONS = ['declined', 'not_asked', 'unknown'];
const LONGEST_TEXT = 2000; // code points, unless the question says otherwise
const MOST_ROWS = 20;
const AHEAD_MINUTES = 14 * 60; // somewhere on earth it is already tomorrow
const MOST = 2 ** 53;
const REFUSED_BY_CHECK = '422.52';
const NEEDED = '422.40';

/** @type {Record<string, string>} code → key of the sentence */
const WRONG = {
  '422.40': 'answers.needed',
  '422.41': 'answers.shape',
  '422.42': 'answers.too_low',
  '422.43': 'answers.too_high',
  '422.44': 'answers.too_long',
  '422.45': 'answers.no_such_day',
  '422.46': 'answers.future',
  '422.47': 'answers.order',
  '422.48': 'answers.not_offered',
  '422.49': 'answers.too_many',
  '422.50': 'answers.twice',
  '422.51': 'answers.not_declinable',
};

// ---- rules

/** @param {any} thing */
const isObject = (thing) => typeof thing === 'object' && thing !== null && !Array.isArray(thing);

/** @param {Answers} thing @param {string} name */
const has = (thing, name) => Object.prototype.hasOwnProperty.call(thing, name);

/**
 * True, false or null for one rule.
 * @param {Record<string, any>} rule @param {Scene} scene @returns {Truth}
 */
export function judge(rule, scene) {
  const name = Object.keys(rule)[0];
  return OPERATORS[name](rule[name], scene);
}

/**
 * The reason inside {"no": reason}, "not_asked" for a missing answer, null for a real one.
 * @param {any} answer @returns {string | null}
 */
export function noAnswer(answer) {
  if (answer === undefined || answer === null) return 'not_asked';
  if (isObject(answer) && has(answer, 'no')) return typeof answer.no === 'string' ? answer.no : 'malformed';
  return null;
}

/**
 * Whether there is something to read: blank texts and empty lists are no answer.
 * @param {any} answer
 */
export function isAnswered(answer) {
  if (noAnswer(answer) !== null) return false;
  if (Array.isArray(answer)) return answer.length > 0;
  return !(isObject(answer) && typeof answer.text === 'string' && /^[ \t\r\n]*$/.test(answer.text));
}

/**
 * Minutes since 1970 of "2026-11-22T14:05" (UTC).
 * @param {string} now
 */
function minutesOf(now) {
  const day = dayNumber(now.slice(0, 10));
  if (day === null) throw new RangeError(now);
  return day * DAY_MINUTES + Number(now.slice(11, 13)) * 60 + Number(now.slice(14, 16));
}

/**
 * Days since 1970-01-01, or null for a day that does not exist or lies outside 1900 to 2199.
 * @param {any} day @returns {number | null}
 */
export function dayNumber(day) {
  const parts = typeof day === 'string' ? /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(day) : null;
  if (!parts) return null;
  const [year, month, date] = parts.slice(1).map(Number);
  if (year < FIRST_YEAR || year > LAST_YEAR) return null;
  const time = new Date(Date.UTC(year, month - 1, date));
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== date) return null;
  return Math.round(time.getTime() / (DAY_MINUTES * 60000));
}

/**
 * First and last day that `when` may mean: a day, a month, a year or [from, to]; null when it is none of these.
 * @param {any} when @returns {[number, number] | null}
 */
export function daysOf(when) {
  if (Array.isArray(when)) return when.length === 2 ? pair(dayNumber(when[0]), dayNumber(when[1])) : null;
  if (typeof when !== 'string') return null;
  if (when.length === 10) return pair(dayNumber(when), dayNumber(when));
  if (when.length === 7) return monthOf(when);
  return when.length === 4 ? pair(dayNumber(`${when}-01-01`), dayNumber(`${when}-12-31`)) : null;
}

/** @param {string} when @returns {[number, number] | null} */
function monthOf(when) {
  const first = dayNumber(`${when}-01`);
  if (first === null) return null;
  const last = new Date(Date.UTC(Number(when.slice(0, 4)), Number(when.slice(5)), 0)).getUTCDate();
  return [first, first + last - 1];
}

/** @param {number | null} first @param {number | null} last @returns {[number, number] | null} */
const pair = (first, last) => (first === null || last === null ? null : [first, last]);

/** @param {any} answer */
const dated = (answer) => (isObject(answer) && has(answer, 'when') ? daysOf(answer.when) : null);

/**
 * Minutes since 1970 on the clocks of the place (setting `utc_offset_minutes`, else UTC).
 * @param {Scene} scene
 */
export function localMinutes(scene) {
  const offset = scene.settings.utc_offset_minutes;
  return minutesOf(scene.now) + (Number.isSafeInteger(offset) ? offset : 0);
}

/** @param {any} value @param {Scene} scene */
const valueOf = (value, scene) => (isObject(value) ? setting(value.setting, scene) : value);

/** @param {string} name @param {Scene} scene */
const setting = (name, scene) => (has(scene.settings, name) ? scene.settings[name] : null);

/** @param {string} question @param {Scene} scene @returns {any} */
function answerIn(question, scene) {
  if (scene.row && has(scene.row, question)) return scene.row[question];
  return has(scene.answers, question) ? scene.answers[question] : undefined;
}

/** @param {string} question @param {Scene} scene */
function known(question, scene) {
  const answer = answerIn(question, scene);
  return noAnswer(answer) === null ? answer : null;
}

/** @param {any} moment @param {Scene} scene */
function momentDays(moment, scene) {
  if (isObject(moment) && has(moment, 'question')) return dated(known(moment.question, scene));
  if (moment === 'now') {
    const today = Math.floor(localMinutes(scene) / DAY_MINUTES);
    return pair(today, today);
  }
  return daysOf(valueOf(moment, scene));
}

/** @param {any} argument @param {Scene} scene @returns {Truth} */
function before(argument, scene) {
  const mine = dated(known(argument[0], scene));
  const other = momentDays(argument[1], scene);
  if (mine === null || other === null) return null;
  if (mine[1] < other[0]) return true;
  return mine[0] >= other[1] ? false : null;
}

/** @param {any} argument @param {Scene} scene @returns {Truth} */
function hoursWithin(argument, scene) {
  const days = dated(known(argument[0], scene));
  const hours = valueOf(argument[1], scene);
  if (days === null || !Number.isSafeInteger(hours)) return null;
  const now = localMinutes(scene);
  const fewest = Math.max(0, now - (days[1] + 1) * DAY_MINUTES);
  if (fewest > hours * 60) return false;
  const wide = Math.min(days[1], Math.floor(now / DAY_MINUTES)) - days[0] >= WIDEST;
  return wide ? null : true;
}

/** @param {any} argument @param {Scene} scene @returns {Truth} */
function countAtLeast(argument, scene) {
  const answer = known(argument[0], scene);
  const wanted = valueOf(argument[1], scene);
  if (!Array.isArray(answer) || !Number.isSafeInteger(wanted)) return null;
  if (argument.length === 2) return answer.length >= wanted;
  const judged = overRows(argument[2], answer, scene);
  const sure = judged.filter((one) => one === true).length;
  if (sure >= wanted) return true;
  return sure + judged.filter((one) => one === null).length >= wanted ? null : false;
}

/** @param {any} rule @param {any[]} rows @param {Scene} scene @returns {Truth[]} */
const overRows = (rule, rows, scene) =>
  rows.map((row) => judge(rule, { ...scene, row: isObject(row) ? row : {} }));

/**
 * The judgements of a list of rules, or of one rule over the rows of a question.
 * @param {any} argument @param {Scene} scene @returns {Truth[]}
 */
function judgedAll(argument, scene) {
  if (typeof argument[0] !== 'string') return argument.map((/** @type {any} */ rule) => judge(rule, scene));
  const rows = known(argument[0], scene);
  return Array.isArray(rows) ? overRows(argument[1], rows, scene) : [null];
}

/** @type {Record<string, (argument: any, scene: Scene) => Truth>} */
const OPERATORS = {
  is(argument, scene) {
    const answer = known(argument[0], scene);
    const value = valueOf(argument[1], scene);
    return answer === null || value === null ? null : answer === value;
  },
  in(argument, scene) {
    const answer = known(argument[0], scene);
    const values = valueOf(argument[1], scene);
    return answer === null || !Array.isArray(values) ? null : values.includes(answer);
  },
  has(argument, scene) {
    const answer = known(argument[0], scene);
    const value = valueOf(argument[1], scene);
    return !Array.isArray(answer) || value === null ? null : answer.includes(value);
  },
  answered: (argument, scene) => isAnswered(answerIn(argument, scene)),
  declined: (argument, scene) => noAnswer(answerIn(argument, scene)) === 'declined',
  not_asked: (argument, scene) => noAnswer(answerIn(argument, scene)) === 'not_asked',
  before,
  hours_within: hoursWithin,
  count_at_least: countAtLeast,
  setting(argument, scene) {
    const value = setting(argument[0], scene);
    return value === null ? null : value === argument[1];
  },
  not(argument, scene) {
    const judged = judge(argument, scene);
    return judged === null ? null : !judged;
  },
  all(argument, scene) {
    const judged = judgedAll(argument, scene);
    if (judged.includes(false)) return false;
    return judged.includes(null) ? null : true;
  },
  any(argument, scene) {
    const judged = judgedAll(argument, scene);
    if (judged.includes(true)) return true;
    return judged.includes(null) ? null : false;
  },
};

// ---- what is visible

/**
 * What is shown, judged in the order of the form over answers that are visible themselves.
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now @returns {Shown}
 */
export function visible(form, answers, settings, now) {
  /** @type {Shown} */
  const shown = { groups: [], questions: [], options: {}, rows: {} };
  /** @type {Scene} */
  const scene = { answers: {}, settings, now };
  for (const group of form.groups) {
    if (!shows(group, scene)) continue;
    shown.groups.push(group.id);
    for (const question of group.questions) {
      if (!shows(question, scene)) continue;
      show(question, answers, scene, shown);
      if (has(answers, question.id)) scene.answers[question.id] = answers[question.id];
    }
  }
  return shown;
}

/** @param {Record<string, any>} part @param {Scene} scene */
const shows = (part, scene) => !has(part, 'when') || judge(part.when, scene) !== false;

/** @param {Question} question @param {Answers} answers @param {Scene} scene @param {Shown} shown */
function show(question, answers, scene, shown) {
  shown.questions.push(question.id);
  if (question.options) shown.options[question.id] = codes(question.options.filter((/** @type {any} */ one) => shows(one, scene)));
  if (question.kind !== 'rows') return;
  const rows = Object.create(null);
  for (const row of rowsOf(answers[question.id])) rows[row.row] = rowQuestions(question, row, scene);
  shown.rows[question.id] = rows;
  for (const inner of question.questions) if (inner.options) shown.options[inner.id] = codes(inner.options);
}

/** @param {any[]} options @returns {string[]} */
const codes = (options) => options.map((option) => option.code);

/**
 * The well-formed rows of an answer.
 * @param {any} answer @returns {Answers[]}
 */
const rowsOf = (answer) =>
  Array.isArray(answer) ? answer.filter((row) => isObject(row) && typeof row.row === 'string') : [];

/** @param {Question} question @param {Answers} row @param {Scene} scene @returns {string[]} */
function rowQuestions(question, row, scene) {
  /** @type {Answers} */
  const seen = {};
  const names = [];
  for (const part of question.questions) {
    if (!shows(part, { ...scene, row: seen })) continue;
    names.push(part.id);
    if (has(row, part.id)) seen[part.id] = row[part.id];
  }
  return names;
}

/** @param {Form} form @param {Shown} shown @returns {Question[]} */
function visibleQuestions(form, shown) {
  const names = new Set(shown.questions);
  /** @type {Question[]} */
  const found = [];
  for (const group of form.groups) found.push(...group.questions.filter((/** @type {Question} */ one) => names.has(one.id)));
  return found;
}

// ---- what is sealed

/**
 * The answers without those to questions that are hidden or do not exist; texts in normal form C.
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now @returns {Answers}
 */
export function prune(form, answers, settings, now) {
  const shown = visible(form, answers, settings, now);
  /** @type {Answers} */
  const kept = {};
  for (const { id, kind } of visibleQuestions(form, shown)) {
    if (!has(answers, id)) continue;
    kept[id] =
      kind === 'rows' && Array.isArray(answers[id])
        ? rowsOf(answers[id]).map((row) => pruneRow(row, shown.rows[id][row.row]))
        : normal(answers[id]);
  }
  return kept;
}

/** @param {Answers} row @param {string[]} names */
function pruneRow(row, names) {
  /** @type {Answers} */
  const kept = { row: row.row };
  for (const name of names) if (has(row, name)) kept[name] = normal(row[name]);
  return kept;
}

/** @param {any} answer */
const normal = (answer) =>
  isObject(answer) && typeof answer.text === 'string' ? { ...answer, text: answer.text.normalize('NFC') } : answer;

/**
 * Pruned answers in which every visible question without an answer says {"no": "not_asked"} (notices excepted).
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now @returns {Answers}
 */
export function finish(form, answers, settings, now) {
  const pruned = prune(form, answers, settings, now);
  /** @type {Answers} */
  const full = {};
  for (const { id, kind } of visibleQuestions(form, visible(form, pruned, settings, now))) {
    if (has(pruned, id)) full[id] = pruned[id];
    else if (kind !== 'notice') full[id] = { no: 'not_asked' };
  }
  return full;
}

/**
 * [report answers, identity answers]: a repeating group goes wholly into the part of its question.
 * @param {Form} form @param {Answers} answers @returns {[Answers, Answers]}
 */
export function split(form, answers) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const group of form.groups) for (const question of group.questions) if (question.identity) names.add(question.id);
  /** @type {[Answers, Answers]} */
  const parts = [{}, {}];
  for (const name of Object.keys(answers)) parts[names.has(name) ? 1 : 0][name] = answers[name];
  return parts;
}

// ---- what is wrong

/**
 * What keeps the report from being final, in the order of the form. Only visible questions are judged.
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now @returns {Finding[]}
 */
export function problems(form, answers, settings, now) {
  const shown = visible(form, answers, settings, now);
  /** @type {Scene} */
  const scene = { answers: {}, settings, now };
  for (const name of shown.questions) if (has(answers, name)) scene.answers[name] = answers[name];
  /** @type {Finding[]} */
  const found = [];
  for (const question of visibleQuestions(form, shown)) {
    const answer = scene.answers[question.id];
    found.push(...findings(question, answer, shown.options[question.id], scene));
    if (question.kind !== 'rows') continue;
    for (const row of rowsOf(answer)) found.push(...rowFindings(question, row, shown, scene));
  }
  return found;
}

/** @param {Question} question @param {Answers} row @param {Shown} shown @param {Scene} scene @returns {Finding[]} */
function rowFindings(question, row, shown, scene) {
  const names = shown.rows[question.id][row.row];
  /** @type {Answers} */
  const seen = {};
  for (const name of names) if (has(row, name)) seen[name] = row[name];
  /** @type {Finding[]} */
  const found = [];
  for (const part of question.questions) {
    if (!names.includes(part.id)) continue;
    found.push(...findings(part, seen[part.id], shown.options[part.id], { ...scene, row: seen }, row.row));
  }
  return found;
}

/**
 * @param {Question} question @param {any} answer @param {string[] | undefined} offered @param {Scene} scene
 * @param {string} [row] @returns {Finding[]}
 */
function findings(question, answer, offered, scene, row) {
  const code = wrong(question, answer, offered || [], scene);
  if (code !== null) return [finding(question.id, code, WRONG[code], row)];
  return (question.checks || [])
    .filter((/** @type {any} */ check) => judge(check.refuse, scene) === true)
    .map((/** @type {any} */ check) => finding(question.id, REFUSED_BY_CHECK, check.text, row));
}

/** @param {string} question @param {string} code @param {string} text @param {string} [row] @returns {Finding} */
const finding = (question, code, text, row) => (row === undefined ? { question, code, text } : { question, row, code, text });

/**
 * The code of the first thing wrong with one answer, or null.
 * @param {Question} question @param {any} answer @param {string[]} offered @param {Scene} scene @returns {string | null}
 */
function wrong(question, answer, offered, scene) {
  const reason = noAnswer(answer);
  if (reason === 'not_asked') return question.required ? NEEDED : null;
  if (reason !== null) {
    if (Object.keys(answer).length !== 1 || !NO_REASONS.includes(reason)) return '422.41';
    return question.declinable ? null : '422.51';
  }
  const code = SHAPES[question.kind](question, answer, offered, scene);
  return code === null && question.required && !isAnswered(answer) ? NEEDED : code;
}

/** @param {any} thing @param {string[]} names */
const hasExactly = (thing, names) =>
  isObject(thing) && Object.keys(thing).length === names.length && names.every((name) => has(thing, name));

/** @type {Record<string, (question: Question, answer: any, offered: string[], scene: Scene) => string | null>} */
const SHAPES = {
  notice: (_question, answer) => (answer === 'read' || answer === 'played' ? null : '422.41'),
  yes_no: (_question, answer) => (answer === 'yes' || answer === 'no' ? null : '422.41'),
  one(_question, answer, offered) {
    if (typeof answer !== 'string') return '422.41';
    return offered.includes(answer) ? null : '422.48';
  },
  several(_question, answer, offered) {
    if (!Array.isArray(answer) || !answer.every((code) => typeof code === 'string')) return '422.41';
    if (new Set(answer).size !== answer.length) return '422.50';
    return answer.every((code) => offered.includes(code)) ? null : '422.48';
  },
  // out of a list that is not in the form: what left the list is an answer still
  listed: (_question, answer) => (typeof answer === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(answer) ? null : '422.41'),
  code: (_question, answer) => (isNumber(answer) || (typeof answer === 'string' && /^[0-9]{8}$/.test(answer)) ? null : '422.41'),
  number(question, answer) {
    if (!Number.isInteger(answer)) return '422.41';
    if (answer < (has(question, 'min') ? question.min : 0)) return '422.42';
    return answer > (has(question, 'max') ? question.max : MOST) ? '422.43' : null;
  },
  date(_question, answer, _offered, scene) {
    if (!hasExactly(answer, ['when'])) return '422.41';
    const days = daysOf(answer.when);
    if (days === null) return '422.45';
    if (days[0] > days[1]) return '422.47';
    return days[0] > Math.floor((minutesOf(scene.now) + AHEAD_MINUTES) / DAY_MINUTES) ? '422.46' : null;
  },
  text(question, answer) {
    if (!hasExactly(answer, ['text', 'language']) || typeof answer.text !== 'string' || !isTag(answer.language)) return '422.41';
    const length = [...answer.text.normalize('NFC')].length;
    return length > (has(question, 'max') ? question.max : LONGEST_TEXT) ? '422.44' : null;
  },
  rows(question, answer) {
    const rows = rowsOf(answer);
    if (!Array.isArray(answer) || rows.length !== answer.length) return '422.41';
    if (new Set(rows.map((row) => row.row)).size !== rows.length) return '422.50';
    return rows.length > (has(question, 'max') ? question.max : MOST_ROWS) ? '422.49' : null;
  },
};

/**
 * Whether this looks like a BCP 47 tag: 2 to 35 ASCII letters, digits and hyphens.
 * @param {any} language
 */
const isTag = (language) => typeof language === 'string' && /^[A-Za-z0-9-]{2,35}$/.test(language) && /[A-Za-z0-9]/.test(language);

// ---- how far, how pressing, what it says

/**
 * Visible questions that have an answer or a reason for none, counted per group and in all.
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now
 * @returns {{done: number, of: number, groups: {id: string, done: number, of: number}[]}}
 */
export function progress(form, answers, settings, now) {
  const shown = visible(form, answers, settings, now);
  const total = { done: 0, of: 0, groups: /** @type {{id: string, done: number, of: number}[]} */ ([]) };
  for (const group of form.groups) {
    if (!shown.groups.includes(group.id)) continue;
    const mine = group.questions.filter((/** @type {Question} */ one) => shown.questions.includes(one.id));
    const done = mine.filter((/** @type {Question} */ one) => dealtWith(has(answers, one.id) ? answers[one.id] : null)).length;
    total.groups.push({ id: group.id, done, of: mine.length });
    total.done += done;
    total.of += mine.length;
  }
  return total;
}

/** @param {any} answer */
const dealtWith = (answer) => isAnswered(answer) || ['declined', 'unknown'].includes(noAnswer(answer) || '');

/**
 * Whether the envelope is marked urgent: the form's `urgent` rule holds for certain over the visible answers.
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now
 */
export const urgent = (form, answers, settings, now) => certain('urgent', form, answers, settings, now);

/**
 * Whether the report is for another office than the phone's own: the form's `elsewhere` rule holds for certain.
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now
 */
export const elsewhere = (form, answers, settings, now) => certain('elsewhere', form, answers, settings, now);

/** @param {string} rule @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now */
const certain = (rule, form, answers, settings, now) =>
  has(form, rule) && judge(form[rule], { answers: prune(form, answers, settings, now), settings, now }) === true;

/**
 * What is about to be sealed, to be checked by eye; `left_out` names hidden answers that will not go.
 * @param {Form} form @param {Answers} answers @param {Settings} settings @param {string} now
 * @returns {{groups: {id: string, title: string, lines: Record<string, any>[]}[], left_out: string[]}}
 */
export function summary(form, answers, settings, now) {
  const shown = visible(form, answers, settings, now);
  const pruned = prune(form, answers, settings, now);
  /** @type {{groups: {id: string, title: string, lines: Record<string, any>[]}[], left_out: string[]}} */
  const whole = { groups: [], left_out: [] };
  for (const group of form.groups) {
    const lines = [];
    for (const question of group.questions) {
      const there = shown.questions.includes(question.id);
      if (there && question.kind !== 'notice') lines.push(line(question, pruned, shown));
      if (!there && has(answers, question.id)) whole.left_out.push(question.id);
    }
    if (lines.length) whole.groups.push({ id: group.id, title: group.title, lines });
  }
  return whole;
}

/** @param {Question} question @param {Answers} answers @param {Shown} shown */
function line(question, answers, shown) {
  const made = plainLine(question, answers, Boolean(question.identity));
  if (question.kind !== 'rows') return made;
  made.rows = rowsOf(answers[question.id]).map((row) =>
    question.questions
      .filter((/** @type {Question} */ part) => shown.rows[question.id][row.row].includes(part.id))
      .map((/** @type {Question} */ part) => plainLine(part, row, made.identity)),
  );
  return made;
}

/** @param {Question} question @param {Answers} answers @param {boolean} identity @returns {Record<string, any>} */
const plainLine = (question, answers, identity) => ({
  question: question.id,
  kind: question.kind,
  text: question.text,
  identity,
  answer: has(answers, question.id) ? answers[question.id] : { no: 'not_asked' },
});
