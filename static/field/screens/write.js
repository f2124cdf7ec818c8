/**
 * One group of questions at a time. Every change is kept under the passphrase; every page turn, once she has agreed,
 * also leaves a sealed copy for the office.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../form.js").Control} Control
 * @typedef {import("../form.js").Wrong} Wrong
 * @typedef {import("../questionnaire.js").Form} Form
 * @typedef {{id: string, text: string, why: string}} Line `text` names the question, `why` stands at it
 */
import { back, button, card, el, fill, languages, problemList, title } from "../dom.js";
import { hasAgreed } from "../drafts.js";
import { control, mark, restore, snapshot } from "../form.js";
import { placesOf } from "../lists.js";
import { problems, visible } from "../questionnaire.js";
import { wordOf } from "./home.js";
import { goesNowhere } from "./recipient.js";
import { findButton } from "./services.js";
import { linkHint } from "./together.js";

const SAVE_AFTER = 500;

/** The current minute, UTC, as rules want it. */
export function minute() {
  return new Date().toISOString().slice(0, 16);
}

/** Groups that have something to show now. @param {Form} form @param {Record<string, any>} answers @param {any} settings @returns {any[]} */
export function openGroups(form, answers, settings) {
  const shown = visible(form, answers, settings, minute());
  return form.groups.filter((/** @type {any} */ group) => shown.groups.includes(group.id) && group.questions.some((/** @type {any} */ one) => shown.questions.includes(one.id)));
}

/** @param {App} app @param {{draft: string, page?: string, confirm?: "finish" | "destroy", quiet?: boolean}} given @returns {Promise<Screen>} */
export async function write(app, given) {
  try {
    const draft = await app.phone.draft(given.draft);
    if (given.confirm) return given.confirm === "finish" ? confirmFinish(app, draft) : confirmDestroy(app, draft);
    const form = await app.phone.forms(draft.form, draft.version);
    await speakAs(app, draft.languages);
    const lines = await app.phone.drafts();
    return new Page(app, form, draft, lines.find((line) => line.id === draft.id), given.page).screen();
  } catch (error) {
    const back_ = button(app.t("check.saved_home"), () => app.go("home"), "go");
    return { nodes: [title(app.t("common.error_title")), card("stop", el("p", {}, app.why(error))), el("div", { class: "actions" }, back_)] };
  }
}

/** @param {App} app @param {string[]} chosen of the draft */
async function speakAs(app, chosen) {
  if (!chosen.length || (chosen[0] === app.words.tag && (chosen[1] || chosen[0]) === app.hers.tag)) return;
  await app.speak(chosen[0], chosen[1]).catch(() => undefined);
}

/** The group of questions on the screen. */
class Page {
  /** @param {App} app @param {Form} form @param {import("../phone.js").Draft} draft @param {import("../phone.js").DraftLine | undefined} line @param {string} [page] */
  constructor(app, form, draft, line, page) {
    this.app = app;
    this.form = form;
    this.draft = draft;
    this.line = line;
    this.settings = draft.settings;
    this.answers = draft.answers;
    const groups = openGroups(form, this.answers, this.settings);
    const wanted = page || draft.page;
    this.group = groups.find((one) => one.id === wanted) || groups[0];
    /** @type {Control[]} */
    this.controls = [];
    this.root = el("div", {});
    this.timer = 0;
    this.dirty = false;
    /** Saves follow each other, so that an older one never lands on a newer. @type {Promise<void>} */
    this.saving = Promise.resolve();
  }

  /** @returns {Screen} */
  screen() {
    this.draw();
    return { nodes: [this.root], keep: () => this.keep() };
  }

  /** @param {string} key @param {import("../words.js").Params} [params] */
  t(key, params) {
    return this.app.t(key, params);
  }

  draw() {
    const { app, group } = this;
    const forHer = group.for === "her";
    const two = forHer && app.hers.tag !== app.words.tag;
    /** @type {import("../form.js").Hand} */
    const hand = {
      words: app.words, hers: two ? app.hers : null, reference: app.reference, settings: this.settings, changed: () => this.changed(),
      now: () => new Date(), places: placesOf(app.phone.bundle()), voice: app.voice, acts: this.acts(),
    };
    this.controls = group.questions.map((/** @type {any} */ question) => control(question, this.answers[question.id], hand));
    this.problems = el("div", {});
    this.nowhere = el("div", { "aria-live": "polite" });
    const { done, total } = this.place();
    fill(this.root,
      back(this.t("common.back"), () => this.back()),
      this.languageLine(),
      el("p", { class: "quiet small", id: "where" }, this.line ? `${wordOf(app, this.line.word)} · ` : null, this.t("form.progress", { done, total })),
      el("progress", { max: total, value: done, "aria-labelledby": "where" }),
      app.words.reviewed || app.words.tag === app.reference.tag ? null : el("p", { class: "quiet small" }, this.t("common.unreviewed")),
      this.problems,
      linkHint(app, this.line && this.line.link),
      title(this.t(group.title)),
      el("p", { class: "who" }, this.t(forHer ? "form.with_her" : "form.for_officer")),
      el("form", { novalidate: true, onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        this.next();
      } },
        ...this.controls.map((one) => one.node),
        this.nowhere,
        el("div", { class: "actions" },
          el("button", { type: "submit", class: "go" }, this.t(done === total ? "form.check" : "form.next")))),
      stopping(app, this.draft.id, group.id));
    this.showVisible();
  }

  /** What cards on this page can do. @returns {import("../cards.js").Acts} */
  acts() {
    const { app, draft, group } = this;
    return {
      finish: () => app.go("write", { draft: draft.id, confirm: "finish" }),
      find: (kind) => app.go("services", { draft: draft.id, page: group.id, kind }),
      directory: () => app.phone.directory(),
    };
  }

  place() {
    const groups = openGroups(this.form, this.answers, this.settings);
    // Before she has answered whether anything may be written, the rest may still come.
    const total = this.answers.may_write === undefined ? Math.max(groups.length, this.form.groups.length) : groups.length;
    return { done: groups.findIndex((one) => one.id === this.group.id) + 1, total, groups };
  }

  // Languages -----------------------------------------------------------------------------------------------------

  languageLine() {
    const { app } = this;
    const select = (/** @type {string} */ id, /** @type {string} */ key, /** @type {string} */ tag) => {
      const box = el("select", { id, onchange: () => this.speak(mine.value, hers.value) }, ...languages().map((one) => el("option", { value: one.tag, lang: one.tag }, one.name)));
      box.value = tag;
      return { box, node: el("div", {}, el("label", { for: id }, this.t(key)), box) };
    };
    const first = select("language-mine", "form.language_mine", app.words.tag);
    const second = select("language-hers", "form.language_hers", app.hers.tag);
    const [mine, hers] = [first.box, second.box];
    const names = app.words.tag === app.hers.tag ? app.words.name : `${app.words.name} · ${app.hers.name}`;
    return el("details", { class: "language-line", id: "languages-of-page" },
      el("summary", {}, el("span", { class: "hidden-title" }, `${this.t("form.languages")}: `), el("bdi", {}, names)),
      el("div", { class: "languages" }, first.node, second.node));
  }

  /** Redraws the same page in other words: what was typed, where the cursor stood, nothing is lost. @param {string} mine @param {string} hers */
  async speak(mine, hers) {
    const kept = snapshot(this.root);
    const open = this.root.querySelector("#languages-of-page[open]");
    this.answers = this.read().answers;
    const spoken = await this.app.speak(mine, hers).then(() => true, () => false);
    kept.values.delete("language-mine");
    kept.values.delete("language-hers");
    this.draw();
    const line = /** @type {HTMLDetailsElement} */ (this.root.querySelector("#languages-of-page"));
    line.open = Boolean(open);
    restore(this.root, kept);
    this.showVisible();
    this.dirty = true;
    this.app.say(spoken ? this.t("common.language_changed", { language: this.app.words.name }) : this.t("settings.languages_failed"));
    await this.keep().catch((error) => this.app.say(`${this.t("form.not_saved")} ${this.app.why(error)}`, true));
  }

  // Answers -------------------------------------------------------------------------------------------------------

  /** @returns {{answers: Record<string, any>, wrong: Map<string, Wrong>}} everything answered so far, and what cannot be read, by element id */
  read() {
    const answers = Object.assign({}, this.answers);
    /** @type {Map<string, Wrong>} */
    const wrong = new Map();
    for (const one of this.controls) {
      const reading = one.read();
      if (reading.answer !== undefined) answers[one.question.id] = reading.answer;
      else if (!reading.wrong) delete answers[one.question.id];
      if (reading.wrong) wrong.set(one.id, reading.wrong);
      for (const inner of this.innerControls(one)) {
        const found = inner.read();
        if (found.wrong) wrong.set(inner.id, found.wrong);
      }
    }
    return { answers, wrong };
  }

  /** @param {Control} one @returns {Control[]} */
  innerControls(one) {
    return one.rows ? Array.from(one.rows().values()).reduce((all, some) => all.concat(some), /** @type {Control[]} */ ([])) : [];
  }

  changed() {
    this.dirty = true;
    const { answers, wrong } = this.read();
    this.answers = answers;
    this.showVisible();
    this.forgive(wrong);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep().catch((error) => this.app.say(`${this.t("form.not_saved")} ${this.app.why(error)}`, true)), SAVE_AFTER);
  }

  showVisible() {
    const nowhere = goesNowhere(this.app, this.form, Object.assign({}, this.draft, { answers: this.answers }));
    const place = /** @type {HTMLElement} */ (this.nowhere);
    // Written anew only when it comes or goes: otherwise it would be read aloud at every letter.
    if (Boolean(nowhere) !== place.hasChildNodes()) fill(place, nowhere);
    const shown = visible(this.form, this.answers, this.settings, minute());
    for (const one of this.controls) {
      one.node.hidden = !shown.questions.includes(one.question.id);
      if (one.update) one.update(this.answers);
      if (!one.rows) continue;
      one.rows().forEach((inner, row) => {
        const names = (shown.rows[one.question.id] || {})[row] || [];
        for (const part of inner) part.node.hidden = !names.includes(part.question.id);
      });
    }
  }

  /** Saves what is on the screen. @returns {Promise<void>} rejects when it could not be kept */
  keep() {
    window.clearTimeout(this.timer);
    if (!this.dirty) return this.saving;
    this.dirty = false;
    const { answers } = this.read();
    this.answers = answers;
    const content = { answers, page: this.group.id, languages: [this.app.words.tag, this.app.hers.tag] };
    // At once, and not after what is still being saved: the phone keeps the order, and may be locked in the next moment.
    this.saving = this.app.phone.save(this.draft.id, content).catch((error) => {
      this.dirty = true;
      throw error;
    });
    return this.saving;
  }

  // Turning pages -------------------------------------------------------------------------------------------------

  async next() {
    if (this.showProblems()) return;
    const { done, groups } = this.place();
    const following = groups[done];
    await this.turn(following ? following.id : this.group.id, () => (following
      ? this.app.go("write", { draft: this.draft.id, page: following.id })
      : this.app.go("check", { draft: this.draft.id })));
  }

  async back() {
    const { done, groups } = this.place();
    const before = groups[done - 2];
    await this.turn(before ? before.id : this.group.id, () => (before
      ? this.app.go("write", { draft: this.draft.id, page: before.id })
      : this.app.go("home")));
  }

  /** Nothing moves before it is kept. @param {string} page to be opened at next time @param {() => Promise<void>} move */
  async turn(page, move) {
    try {
      this.dirty = true;
      await this.keep();
      await this.app.phone.save(this.draft.id, { answers: this.answers, page, languages: [this.app.words.tag, this.app.hers.tag] });
      await this.app.phone.turnPage(this.draft.id);
    } catch (error) {
      return this.app.say(`${this.t("form.not_saved")} ${this.app.why(error)}`, true);
    }
    return move();
  }

  /** Marks what is wrong on this page. @returns {boolean} whether anything is */
  showProblems() {
    const { answers, wrong } = this.read();
    this.answers = answers;
    const lines = this.problemLines(answers, wrong);
    for (const one of this.everyControl()) {
      const line = lines.find((found) => found.id === one.id);
      mark(one.node, one.id, line ? `${this.t("common.error_prefix")} ${line.why}` : "");
    }
    const place = /** @type {HTMLElement} */ (this.problems);
    fill(place, lines.length ? problemList(this.t("common.error_title"), lines) : null);
    const list = place.firstElementChild;
    if (list instanceof HTMLElement) {
      list.focus({ preventScroll: true });
      list.scrollIntoView({ block: "start" });
    }
    return lines.length > 0;
  }

  /** What has been put right is no longer called wrong; nothing new is, before the next try. @param {Map<string, Wrong>} wrong */
  forgive(wrong) {
    const marked = this.everyControl().filter((one) => one.node.classList.contains("problem"));
    if (!marked.length) return;
    const left = this.problemLines(this.answers, wrong).map((line) => line.id);
    for (const one of marked) if (!left.includes(one.id)) mark(one.node, one.id);
  }

  /** @returns {Control[]} those of rows too */
  everyControl() {
    return this.controls.reduce((list, one) => list.concat([one], this.innerControls(one)), /** @type {Control[]} */ ([]));
  }

  /** @param {Record<string, any>} answers @param {Map<string, Wrong>} wrong @returns {Line[]} in the order of the page */
  problemLines(answers, wrong) {
    const found = problems(this.form, answers, this.settings, minute());
    /** @type {Line[]} */
    const lines = [];
    const visit = (/** @type {Control} */ one, /** @type {string | undefined} */ row) => {
      const bad = wrong.get(one.id);
      const rule = found.find((problem) => problem.question === one.question.id && problem.row === row);
      if (!one.node.hidden && (bad || rule)) {
        const why = bad ? this.t(bad.key, bad.params) : this.t(/** @type {any} */ (rule).text);
        lines.push({ id: one.id, text: `${this.t(one.question.text)} ${why}`, why });
      }
      if (one.rows) one.rows().forEach((inner, name) => inner.forEach((part) => visit(part, name)));
    };
    this.controls.forEach((one) => visit(one, undefined));
    return lines;
  }
}

/** The ways to stop, on every page: for now, for good, and as if it had never been; and the way to help. @param {App} app @param {string} draft @param {string} [page] */
export function stopping(app, draft, page) {
  return el("div", { class: "actions stop" },
    el("h2", {}, app.t("form.more")),
    findButton(app, { draft, page }),
    button(app.t("form.later"), () => app.go("home", { said: app.t("form.later_said") }), "later wide"),
    button(app.t("form.finish"), () => app.go("write", { draft, confirm: "finish" }), "second wide"),
    button(app.t("form.destroy"), () => app.go("write", { draft, confirm: "destroy" }), "text warn"));
}

/** @param {App} app @param {import("../phone.js").Draft} draft @returns {Screen} */
function confirmFinish(app, draft) {
  if (!hasAgreed(draft.answers)) return confirm(app, draft, ["form.finish_title", "form.finish_before", "form.finish_yes_before", "form.finish_no"], () => destroy(app, draft));
  return confirm(app, draft, ["form.finish_title", "form.finish_what", "form.finish_yes", "form.finish_no"], async () => {
    await app.phone.finish(draft.id, "unfinished");
    await app.go("home", { said: app.t("form.finished") });
  });
}

/** @param {App} app @param {import("../phone.js").Draft} draft @returns {Screen} */
function confirmDestroy(app, draft) {
  return confirm(app, draft, ["form.destroy_title", "form.destroy_what", "form.destroy_yes", "form.destroy_no"], () => destroy(app, draft));
}

/** @param {App} app @param {import("../phone.js").Draft} draft */
export async function destroy(app, draft) {
  await app.phone.destroy(draft.id);
  await app.go("home", { said: app.t("form.destroyed") });
}

/** @param {App} app @param {import("../phone.js").Draft} draft @param {string[]} keys title, what, yes, no @param {() => Promise<void>} act @returns {Screen} */
function confirm(app, draft, [heading, what, yes, no], act) {
  const stay = () => app.go("write", { draft: draft.id });
  const doIt = () => act().catch((error) => app.say(app.why(error)));
  return {
    nodes: [
      back(app.t("common.back"), stay),
      title(app.t(heading)),
      card("care", el("p", {}, app.t(what))),
      el("div", { class: "actions" }, button(app.t(yes), doIt, "harm wide"), button(app.t(no), stay, "second wide")),
    ],
  };
}
