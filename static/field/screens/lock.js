/**
 * Under the lock: a field for the passphrase, and of everything that is kept only a mark and an age.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 */
import { Refusal } from "../bytes.js";
import { back, button, card, el, field, fill, title } from "../dom.js";
import { normalise } from "../passphrase.js";
import { lossLines } from "./loss.js";
import { leaveButton } from "./practice.js";

/** @param {App} app @param {{wrong?: boolean, wait?: number, forgot?: boolean, said?: string}} given @returns {Screen} */
export function lock(app, given) {
  if (app.phone.state().place === "missing") return missing(app);
  if (given.forgot) return forgot(app, given);
  const counts = el("div", {});
  const typed = el("input", { type: "password" });
  const submit = el("button", { type: "submit", class: "go" }, app.t("lock.open"));
  const form = el("form", { novalidate: true, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    open(app, typed, submit);
  } },
    field({ id: "passphrase", label: app.t("lock.label"), wrong: given.wrong ? app.t("lock.wrong") : "" }, typed),
    el("div", { class: "actions" }, submit),
  );
  pause(app, submit, given.wait || 0);
  showCounts(app, counts);
  return {
    nodes: [
      title(app.t("lock.title")),
      given.said ? card("", el("p", {}, given.said)) : null,
      form,
      counts,
      ...(app.phone.state().practice ? outOfPractice(app) : [
        button(app.t("lock.forgot"), () => app.go("lock", { forgot: true }), "text"),
        button(app.t("officers.invited"), () => app.go("enrol"), "text")]),
    ],
    update: () => showCounts(app, counts),
    focus: given.wrong || given.wait || given.said ? "passphrase" : undefined,
  };
}

/** @param {App} app */
function outOfPractice(app) {
  return [el("p", {}, app.t("practice.lock_hint")), el("div", { class: "actions" }, leaveButton(app))];
}

/** @param {App} app @param {HTMLInputElement} typed @param {HTMLButtonElement} submit */
async function open(app, typed, submit) {
  if (submit.disabled) return;
  if (!typed.value) return typed.focus();
  submit.disabled = true;
  app.say(app.t("lock.opening"));
  try {
    await app.phone.unlock(typed.value);
  } catch (error) {
    typed.value = "";
    const { code, params } = error instanceof Refusal ? error : new Refusal("");
    if (code === "phone.wrong") return app.go("lock", { wrong: true });
    const reason = app.why(error);
    // Wrong tries slow down; there is no wipe, which would lose reports and escalate violence.
    await app.go("lock", { wait: code === "phone.wait" ? Number(params.n) : 0 });
    return app.say(reason);
  }
  await app.goFirst();
}

/** Counts the seconds down on the button itself. @param {App} app @param {HTMLButtonElement} submit @param {number} seconds */
function pause(app, submit, seconds) {
  submit.disabled = seconds > 0;
  submit.textContent = seconds > 0 ? app.t("lock.wait", { n: seconds }) : app.t("lock.open");
  if (seconds > 0) setTimeout(() => pause(app, submit, seconds - 1), 1000);
}

/** @param {App} app @param {Element} place */
async function showCounts(app, place) {
  const { waiting } = app.phone.state().counts;
  const items = waiting ? await app.phone.items() : [];
  const ages = items.filter((item) => item.state === "sealed").map((item) => el("li", {}, app.words.age(item.since)));
  fill(
    place,
    waiting ? el("p", {}, app.t("lock.waiting", { n: waiting })) : el("p", { class: "quiet" }, app.t("lock.nothing")),
    ages.length ? el("ul", { class: "marks" }, ...ages) : null,
  );
}

/**
 * Which of several officers: by the name that the office knows, typed and not chosen from a list, so that whoever finds
 * the phone does not learn who uses it.
 * @param {App} app @param {{wrong?: boolean}} given @returns {Screen}
 */
function forgot(app, given) {
  const officers = app.phone.state().compartments;
  const typed = officers.length > 1 ? el("input", { type: "text" }) : null;
  const lines = ["sealed", "lost", "sent", "new"].map((key) => el("li", {}, app.t(`lock.forgot_${key}`)));
  const act = async () => {
    const found = typed ? officers.filter(({ label }) => normalise(label) === normalise(typed.value)) : officers;
    if (found.length !== 1) return app.go("lock", { forgot: true, wrong: true });
    try {
      await app.phone.forgotPassphrase(found[0].id);
      if (app.phone.state().place === "new") await app.go("enrol", { said: app.t("lock.forgot_done") });
      else await app.go("lock", { said: app.t("lock.forgot_done") });
    } catch (error) {
      app.say(app.why(error));
    }
  };
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("lock")),
      title(app.t("lock.forgot_title")),
      el("p", {}, app.t("lock.forgot_what")),
      el("ul", {}, ...lines),
      typed ? el("h2", {}, app.t("officers.which")) : null,
      typed ? field({ id: "which", label: app.t("officers.which_label"), hint: app.t("officers.which_hint"), wrong: given.wrong ? app.t("officers.which_none") : "" }, typed) : null,
      el("div", { class: "actions" }, button(app.t("lock.forgot_do"), act, "harm wide")),
    ],
    focus: given.wrong ? "which" : undefined,
  };
}

/** @param {App} app @returns {Screen} */
function missing(app) {
  const what = el("div", {});
  const update = () => {
    const { lost } = app.phone.state();
    fill(what, ...(lost ? lossLines(app, lost) : []));
  };
  update();
  return {
    update,
    nodes: [
      title(app.t("lock.missing_title")),
      card("stop", el("p", {}, app.t("lock.missing"))),
      what,
      el("div", { class: "actions" }, button(app.t("enrol.title"), () => app.go("enrol"), "go")),
    ],
  };
}
