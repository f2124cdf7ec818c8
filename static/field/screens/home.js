/**
 * Where things stand, in words with a count and a time; what was begun; what became of every sealed report.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../phone.js").State} State
 * @typedef {import("../phone.js").ItemLine} ItemLine
 */
import { back, button, card, el, fill, handOver, title } from "../dom.js";

/** How the office says that it does not know this phone. */
export const UNKNOWN = ["401.1", "403.1"];

/** @param {App} app @param {{takeBack?: ItemLine, said?: string}} given @returns {Promise<Screen>} */
export async function home(app, given) {
  if (given.takeBack) return confirmTakeBack(app, given.takeBack);
  const status = el("div", {});
  const alerts = el("div", {});
  const items = el("div", {});
  let shown = "";
  const update = (/** @type {State} */ state) => {
    showStatus(app, status, state);
    showAlerts(app, alerts, state);
    draw();
  };
  const draw = async () => {
    const lines = (await app.phone.items()).filter((item) => !item.about);
    // Redrawn only when something is different, so that nothing moves under a thumb.
    const now = JSON.stringify(lines);
    if (now === shown) return;
    shown = now;
    showItems(app, items, lines);
  };
  update(app.phone.state());
  const drafts = await draftList(app);
  if (given.said) app.say(given.said);
  return {
    nodes: [
      title(app.t("home.title")),
      alerts,
      el("div", { class: "actions" }, button(app.t("home.new"), () => begin(app), "go")),
      drafts,
      status,
      el("h2", {}, app.t("home.items")),
      items,
      el("div", { class: "actions" },
        button(app.t("home.settings"), () => app.go("settings"), "second wide"),
        button(app.t("home.lock"), () => app.lockNow(), "second wide")),
    ],
    update,
  };
}

/** @param {App} app */
async function begin(app) {
  try {
    const forms = app.phone.bundle().forms;
    const draft = await app.phone.begin(forms[forms.length - 1].id);
    await app.phone.save(draft, { languages: [app.words.tag, app.hers.tag] });
    await app.go("write", { draft });
  } catch (error) {
    app.say(`${app.t("home.begin_failed")} ${app.why(error)}`);
  }
}

/** @param {App} app @returns {Promise<Node | null>} */
async function draftList(app) {
  const drafts = await app.phone.drafts();
  if (!drafts.length) return null;
  const hours = Number(app.phone.state().settings.draft_hours) || 72;
  const lines = drafts.map((draft) => {
    const word = wordOf(app, draft.word);
    const text = app.t("home.draft", { word, when: app.words.when(draft.begun) });
    return el("li", {}, el("button", { type: "button", class: "second draft", onclick: () => app.go("write", { draft: draft.id }) },
      el("span", { class: "blob", "data-colour": draft.colour, "aria-hidden": "true" }), el("span", {}, text)));
  });
  return el("section", {}, el("h2", {}, app.t("home.drafts")), el("ul", { class: "plain" }, ...lines),
    el("p", { class: "quiet small" }, app.t("home.drafts_kept", { n: hours })));
}

/** The word that tells drafts apart, in the officer's language where it has one. @param {App} app @param {string} word */
export function wordOf(app, word) {
  const key = `word.${word}`;
  return app.words.has(key) ? app.t(key) : word;
}

/** @param {App} app @param {Element} place @param {State} state */
function showStatus(app, place, state) {
  const { waiting, arrived, refused } = state.counts;
  const contact = state.lastContact ? app.t("home.contact", { when: app.words.when(state.lastContact) }) : app.t("home.contact_none");
  const lines = [
    waiting ? app.t("home.waiting", { n: waiting }) : app.t("home.waiting_none"),
    arrived ? app.t("home.arrived", { n: arrived }) : "",
    refused ? app.t("home.refused", { n: refused }) : "",
    contact,
  ];
  const reachable = state.online && !unreached(state.trouble);
  const send = button(state.sending ? app.t("home.sending") : app.t("home.send"), () => sendNow(app), "second wide");
  send.disabled = state.sending;
  const held = document.activeElement !== null && place.contains(document.activeElement);
  fill(place, card("", ...lines.filter(Boolean).map((line) => el("p", { class: "count" }, line)),
    reachable ? null : el("p", {}, app.t("home.offline")),
    el("div", { class: "side" }, send)));
  if (held) send.focus({ preventScroll: true });
}

/** No network is no trouble: it is what the app is made for, and the status says it. @param {State["trouble"]} trouble */
function unreached(trouble) {
  return trouble !== null && trouble.code === "phone.offline";
}

/** @param {App} app */
async function sendNow(app) {
  const before = app.phone.state().counts.arrived;
  const contact = app.phone.state().lastContact;
  try {
    await app.phone.send("button");
  } catch (error) {
    return app.say(app.why(error));
  }
  const after = app.phone.state();
  const come = after.counts.arrived - before;
  // Only what the office's server has signed for is called arrived; without an answer we say so.
  if (come > 0) return app.say(app.t("home.sent", { n: come }));
  return app.say(after.lastContact === contact ? app.t("home.send_failed") : app.t("home.sent_none"));
}

/** @param {App} app @param {Element} place @param {State} state */
function showAlerts(app, place, state) {
  const { ready, storage } = state;
  fill(place,
    state.trouble && !unreached(state.trouble) ? card("stop", el("p", {}, app.reason(state.trouble.code, state.trouble.params)),
      UNKNOWN.includes(state.trouble.code) ? button(app.t("home.invitation"), () => app.go("enrol"), "second wide") : null) : null,
    storage.level === "full" ? card("stop", el("p", {}, app.t("home.storage_full"))) : null,
    storage.level === "low" ? card("care", el("p", {}, app.t("home.storage_low"))) : null,
    ready.complete ? null : card("care", el("p", {}, app.t("home.not_ready", { done: ready.done, total: ready.total }))),
    state.update ? card("", el("p", {}, app.t("home.update")), button(app.t("home.update_now"), () => app.phone.update(), "second")) : null,
    state.bundleAge !== null && state.bundleAge > 45 ? card("care", el("p", {}, app.t("home.bundle_old", { n: state.bundleAge }))) : null,
    state.confirmed ? null : card("", el("p", {}, app.t("home.unconfirmed"))));
}

/** What a state is called: the outbox has few states, a person wants to know why. @param {ItemLine} item */
export function nameOf(item) {
  if (item.state === "received") return item.code === "409.1" ? "conflict" : item.aside ? "aside" : "arrived";
  if (item.state !== "sealed") return item.state;
  if (item.code && UNKNOWN.includes(item.code)) return "unknown";
  return item.later && item.code !== "phone.offline" ? "later" : "waiting";
}

/** @param {App} app @param {Element} place @param {ItemLine[]} items */
function showItems(app, place, items) {
  const open = new Set(Array.from(place.querySelectorAll("details[open]"), (one) => one.id));
  fill(place, items.length ? null : el("p", { class: "quiet" }, app.t("home.items_none")),
    ...items.map((item) => itemNode(app, item, open.has(`item-${item.report}`))));
}

/** @param {App} app @param {ItemLine} item @param {boolean} open */
function itemNode(app, item, open) {
  const name = nameOf(item);
  const next = app.t(`item.next_${name}`, { day: item.receipt ? app.words.day(item.receipt.received) : "" });
  const why = item.code && (name === "refused" || name === "later") ? app.t("item.reason", { reason: app.reason(item.code) }) : "";
  const sealed = item.kept && (name === "refused" || name === "later" || name === "unknown");
  return el("details", { class: "item", id: `item-${item.report}`, "data-state": name, open },
    el("summary", {}, el("strong", {}, app.t(`item.state_${name}`)), " ",
      item.urgent ? el("span", { class: "tag" }, app.t("item.urgent")) : null,
      el("span", { class: "quiet under" }, app.t("item.made", { when: app.words.when(item.since) }))),
    el("p", {}, next),
    why ? el("p", {}, why) : null,
    el("div", { class: "side" },
      sealed ? button(app.t("item.export"), () => exportItem(app, item), "second") : null,
      item.kept && name !== "withdrawn" ? button(app.t("item.take_back"), () => app.go("home", { takeBack: item }), "text warn") : null));
}

/** @param {App} app @param {ItemLine} item */
async function exportItem(app, item) {
  try {
    handOver(await app.phone.exportSealed(item.report), `${item.report.slice(0, 8)}.sealed`);
    app.say(app.t("item.exported"));
  } catch (error) {
    app.say(app.why(error));
  }
}

/** @param {App} app @param {ItemLine} item @returns {Screen} */
function confirmTakeBack(app, item) {
  const act = async () => {
    try {
      await app.phone.takeBack(item.report);
      await app.go("home", { said: app.t("item.taken_back") });
    } catch (error) {
      app.say(app.why(error));
    }
  };
  return {
    nodes: [
      back(app.t("common.back"), () => app.go("home")),
      title(app.t("item.take_back_title")),
      el("p", {}, app.t("item.made", { when: app.words.when(item.since) })),
      card("care", el("p", {}, app.t(item.state === "received" ? "item.take_back_arrived" : "item.take_back_waiting"))),
      el("div", { class: "actions" },
        button(app.t("item.take_back_yes"), act, "harm wide"),
        button(app.t("item.take_back_no"), () => app.go("home"), "second wide")),
    ],
  };
}
