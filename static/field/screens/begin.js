/**
 * A new report. Where the office uses one form it is begun at once; where it uses several, one button for each says in a
 * sentence what it is for.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../link.js").About} About
 */
import { back, el, title } from "../dom.js";

/** Forms the office uses and this app has words for: a bundle may be newer than the app. @param {App} app @returns {string[]} */
function offered(app) {
  const forms = app.phone.bundle().forms.map(({ id }) => id);
  const named = forms.filter((id) => app.words.has(`kind.${id}`));
  return named.length ? named : forms;
}

/** Whether there is more than one kind to tell apart. @param {App} app @param {string[]} kinds of what was begun */
export function tellsKinds(app, kinds) {
  return new Set([...offered(app), ...kinds]).size > 1;
}

/** From the home screen: into the only form, or to the choice. @param {App} app @param {About} [about] the report it belongs to */
export async function beginNew(app, about) {
  const forms = offered(app);
  return forms.length > 1 ? app.go("begin", { about }) : start(app, forms[0], about);
}

/** @param {App} app @param {{about?: About}} given @returns {Screen} */
export function begin(app, { about }) {
  const choices = offered(app).map((id) => el("button", { type: "button", class: "second draft", id: `kind-${id}`, onclick: () => start(app, id, about) },
    el("span", {}, el("strong", {}, app.t(`kind.${id}`)), el("span", { class: "under" }, app.t(`kind.${id}_what`)))));
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("home")),
      title(app.t("kind.title")),
      el("div", { class: "actions" }, ...choices),
    ],
  };
}

/** @param {App} app @param {string} form @param {About} [about] */
async function start(app, form, about) {
  try {
    const draft = await app.phone.begin(form, about);
    await app.phone.save(draft, { languages: [app.words.tag, app.hers.tag] });
    await app.go("write", { draft });
  } catch (error) {
    app.say(`${app.t("home.begin_failed")} ${app.why(error)}`);
  }
}
