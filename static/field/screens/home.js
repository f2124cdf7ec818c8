/**
 * Where things stand, in words with a count and a time; what was begun; what became of every sealed report.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("../app.js").Screen} Screen
 * @typedef {import("../phone.js").State} State
 * @typedef {import("../phone.js").ItemLine} ItemLine
 * @typedef {{node: HTMLDetailsElement, state: HTMLElement, urgent: HTMLElement, made: HTMLElement, link: HTMLElement, more: HTMLElement, line: string}} Shown
 *   an item on the screen, its parts, and what it says
 */
import { back, button, card, el, fill, handOver, keepInOrder, title } from "../dom.js";
import { askButton } from "./ask.js";
import { beginNew, tellsKinds } from "./begin.js";
import { UNKNOWN } from "../sync.js";
import { lossCard } from "./loss.js";
import { mailCard } from "./messages.js";
import { findButton } from "./services.js";
import { linkText, writeMore } from "./together.js";


/** @param {App} app @param {{takeBack?: ItemLine, writeMore?: ItemLine, said?: string}} given @returns {Promise<Screen>} */
export async function home(app, given) {
  if (given.takeBack) return confirmTakeBack(app, given.takeBack);
  if (given.writeMore) return writeMore(app, given.writeMore, (about) => beginNew(app, about));
  const status = el("div", {});
  const send = button("", () => sendNow(app), "second wide");
  const alerts = el("div", {});
  const items = el("div", {});
  /** @type {Map<string, Shown>} */
  const shown = new Map();
  const update = (/** @type {State} */ state) => {
    showStatus(app, status, send, state);
    showAlerts(app, alerts, state);
    draw();
  };
  const draw = async () => showItems(app, items, (await app.phone.items()).filter((item) => !item.about), shown);
  update(app.phone.state());
  const drafts = await draftList(app);
  if (given.said) app.say(given.said);
  return {
    nodes: [
      app.phone.state().practice ? back(app.t("practice.back_home"), () => app.go("practice")) : null,
      title(app.t("home.title")),
      alerts,
      el("div", { class: "actions" }, button(app.t("home.new"), () => beginNew(app), "go")),
      drafts,
      card("", status, el("div", { class: "side" }, send)),
      el("h2", {}, app.t("home.items")),
      items,
      el("div", { class: "actions" },
        findButton(app),
        askButton(app),
        button(app.t("home.settings"), () => app.go("settings"), "second wide"),
        button(app.t("home.lock"), () => app.lockNow(), "second wide")),
    ],
    update,
  };
}

/** @param {App} app @returns {Promise<Node | null>} */
async function draftList(app) {
  const drafts = await app.phone.drafts();
  if (!drafts.length) return null;
  const hours = Number(app.phone.state().settings.draft_hours) || 72;
  const kinds = tellsKinds(app, drafts.map(({ form }) => form));
  const lines = drafts.map((draft) => {
    const word = wordOf(app, draft.word);
    const text = app.t("home.draft", { word, when: app.words.when(draft.begun) });
    return el("li", {}, el("button", { type: "button", class: "second draft", onclick: () => app.go("write", { draft: draft.id }) },
      el("span", { class: "blob", "data-colour": draft.colour, "aria-hidden": "true" }),
      el("span", {}, text, kinds && el("span", { class: "quiet under" }, app.t(`kind.${draft.form}`)),
        draft.link ? el("span", { class: "quiet under" }, linkText(app, draft.link)) : null)));
  });
  return el("section", {}, el("h2", {}, app.t("home.drafts")), el("ul", { class: "plain" }, ...lines),
    el("p", { class: "quiet small" }, app.t("home.drafts_kept", { n: hours })));
}

/** The word that tells drafts apart, in the officer's language where it has one. @param {App} app @param {string} word */
export function wordOf(app, word) {
  const key = `word.${word}`;
  return app.words.has(key) ? app.t(key) : word;
}

/** @param {App} app @param {Element} place @param {HTMLButtonElement} send @param {State} state */
function showStatus(app, place, send, state) {
  const { waiting, arrived, refused } = state.counts;
  const contact = state.lastContact ? app.t("home.contact", { when: app.words.when(state.lastContact) }) : app.t("home.contact_none");
  const lines = [
    waiting ? app.t("home.waiting", { n: waiting }) : app.t("home.waiting_none"),
    arrived ? app.t("home.arrived", { n: arrived }) : "",
    refused ? app.t("home.refused", { n: refused }) : "",
    contact,
  ];
  const reachable = state.online && !unreached(state.trouble);
  send.textContent = app.t(state.sending ? "home.sending" : "home.send");
  // Not `disabled`: that would take the focus from who has just pressed it.
  send.setAttribute("aria-disabled", String(state.sending));
  fill(place, ...lines.filter(Boolean).map((line) => el("p", { class: "count" }, line)),
    reachable ? null : el("p", {}, app.t("home.offline")));
}

/** No network is no trouble: it is what the app is made for, and the status says it. @param {State["trouble"]} trouble */
function unreached(trouble) {
  return trouble !== null && trouble.code === "phone.offline";
}

/** @param {App} app */
async function sendNow(app) {
  if (app.phone.state().sending) return undefined;
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
    mailCard(app, state),
    state.lost ? lossCard(app, state.lost) : null,
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

/**
 * Each report keeps its place on the screen, open or closed, and only what is different is written anew: a thumb that is
 * already coming down meets what it was aimed at.
 * @param {App} app @param {Element} place @param {ItemLine[]} items @param {Map<string, Shown>} shown
 */
function showItems(app, place, items, shown) {
  for (const item of items) {
    const line = JSON.stringify(item);
    const known = shown.get(item.report) || newItem(app, item.report);
    if (known.line !== line) showItem(app, known, item);
    shown.set(item.report, Object.assign(known, { line }));
  }
  const nodes = items.map((item) => /** @type {Shown} */ (shown.get(item.report)).node);
  keepInOrder(place, nodes.length ? nodes : [el("p", { class: "quiet" }, app.t("home.items_none"))]);
}

/** @param {App} app @param {string} report @returns {Shown} */
function newItem(app, report) {
  const state = el("strong", {});
  const urgent = el("span", { class: "tag" }, app.t("item.urgent"));
  const made = el("span", { class: "quiet under" });
  const link = el("span", { class: "quiet under" });
  const more = el("div", {});
  const node = el("details", { class: "item", id: `item-${report}` }, el("summary", {}, state, " ", urgent, made, link), more);
  return { node, state, urgent, made, link, more, line: "" };
}

/** @param {App} app @param {Shown} shown @param {ItemLine} item */
function showItem(app, shown, item) {
  const name = nameOf(item);
  const next = app.t(`item.next_${name}`, { day: item.receipt ? app.words.day(item.receipt.received) : "" });
  const why = item.code && (name === "refused" || name === "later") ? app.t("item.reason", { reason: app.reason(item.code) }) : "";
  const sealed = item.kept && (name === "refused" || name === "later" || name === "unknown");
  shown.node.dataset.state = name;
  shown.state.textContent = app.t(`item.state_${name}`);
  shown.urgent.hidden = !item.urgent;
  shown.made.textContent = app.t("item.made", { when: app.words.when(item.since) });
  shown.link.textContent = linkText(app, item.link);
  fill(shown.more,
    el("p", {}, next),
    why ? el("p", {}, why) : null,
    el("div", { class: "side" },
      sealed ? button(app.t("item.export"), () => exportItem(app, item), "second") : null,
      name !== "withdrawn" ? button(app.t("together.more"), () => app.go("home", { writeMore: item }), "second") : null,
      name !== "withdrawn" ? button(app.t("item.take_back"), () => app.go("home", { takeBack: item }), "text warn") : null));
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
