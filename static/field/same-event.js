/**
 * Another person in the same event. Her report begins with what the form calls the same for both (`same_event`, a list of
 * question ids): where and when it was, and who did it. A form without the list copies nothing.
 *
 * @typedef {import("./questionnaire.js").Answers} Answers
 * @typedef {import("./questionnaire.js").Form} Form
 * @typedef {import("./questionnaire.js").Question} Question
 * @typedef {import("./questionnaire.js").Settings} Settings
 */
import { isAnswered, prune } from "./questionnaire.js";

const AGREEMENT = ["may_write", "child_agrees", "carer_agrees"];

/**
 * Whether an answer to this question can be anybody's but the one person's. Whatever a form lists, who she is, what she
 * agreed to and what was read to her are hers alone.
 * @param {Question} question
 */
function common({ id, kind, identity }) {
  return !identity && kind !== "notice" && !AGREEMENT.includes(id);
}

/**
 * @param {Form} form
 * @param {Answers} answers
 * @param {Settings} settings
 * @param {string} now ISO minute, UTC
 * @returns {Answers} real answers only: what one person would rather not say, another may tell
 */
export function shared(form, answers, settings, now) {
  const listed = Array.isArray(form.same_event) ? form.same_event : [];
  const shown = prune(form, answers, settings, now);
  /** @type {Answers} */
  const found = {};
  for (const { questions } of form.groups) {
    for (const question of questions.filter(common)) {
      const answer = shown[question.id];
      if (!listed.includes(question.id) || !isAnswered(answer)) continue;
      found[question.id] = question.questions ? answer.map((/** @type {Answers} */ row) => sharedRow(question, row)) : answer;
    }
  }
  return found;
}

/** @param {Question} question @param {Answers} row @returns {Answers} */
function sharedRow(question, row) {
  /** @type {Answers} */
  const found = { row: row.row };
  for (const inner of question.questions.filter(common)) if (isAnswered(row[inner.id])) found[inner.id] = row[inner.id];
  return found;
}
