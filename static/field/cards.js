/**
 * What a notice of a form may carry besides its words, when the form says so by `card`: which care still has its time,
 * and what to do in danger. A card hears of every change of the answers.
 *
 * @typedef {import("./form.js").Hand} Hand
 * @typedef {{node: HTMLElement, update: (answers: Record<string, any>) => void}} Card
 * @typedef {{finish: () => void, find: (kind: string) => void, directory: () => Promise<import("./directory.js").Directory>}} Acts
 *   what the page that shows a card can do: finish now, show where help is, read the list
 */
import { button, el, fill } from "./dom.js";
import { dialled } from "./find.js";
import { windows } from "./windows.js";

const SAFETY = "SAFETY";
/** So many numbers stand in the steps themselves; the rest is one tap away. */
const FIRST_CALLS = 3;

/** @param {string | undefined} name @param {Hand} hand @returns {Card | null} */
export function cardOf(name, hand) {
  return name !== undefined && name in CARDS ? CARDS[name](hand) : null;
}

/** @type {Record<string, (hand: Hand) => Card>} */
const CARDS = { windows: windowsCard, danger: dangerCard };

/** A sentence for the officer, and beneath it for her. @param {Hand} hand @param {(words: import("./words.js").Words) => string} say */
function forBoth({ words, hers }, say) {
  return [say(words), hers && el("span", { class: "hers", lang: hers.tag, dir: hers.dir }, say(hers))];
}

// Time windows --------------------------------------------------------------------------------------------------------

/** @param {Hand} hand @returns {Card} */
function windowsCard(hand) {
  const list = el("ul", { class: "plain" });
  const card = el("div", { class: "card care" }, el("p", { class: "said" }, ...forBoth(hand, (words) => words.text("windows.title"))), list);
  // what speaks must be there before it has anything to say
  const node = el("div", { role: "status" });
  let shown = "";
  const update = (/** @type {Record<string, any>} */ answers) => {
    const open = windows(answers.when_happened, answers.nights, hand.settings, hand.now().toISOString().slice(0, 16));
    // written anew only when it says something else, or it would be read out at every key
    if (JSON.stringify(open) === shown) return;
    shown = JSON.stringify(open);
    if (open === null) return fill(node);
    fill(list, ...open.map((one) => el("li", {}, ...forBoth(hand, (words) => sentence(words, one)))),
      el("li", {}, ...forBoth(hand, (words) => words.text("windows.any_time"))));
    return fill(node, card);
  };
  return { node, update };
}

/** @param {import("./words.js").Words} words @param {import("./windows.js").Open} open */
function sentence(words, { window, until }) {
  const what = words.text(`windows.${window}`);
  if (!until) return `${what} ${words.text("windows.now")}`;
  const day = ["today", "tomorrow"][until.in] || "day";
  return `${what} ${words.text(`windows.${day}_${until.part}`, { day: words.day(until.day) })}`;
}

// Danger now ----------------------------------------------------------------------------------------------------------

/** @param {Hand} hand @returns {Card} */
function dangerCard({ words, acts }) {
  const t = (/** @type {string} */ key) => words.text(`danger.${key}`);
  const calls = el("div", {});
  const node = el("div", { class: "card stop" },
    el("p", { class: "said" }, t("title")),
    el("ol", {},
      el("li", {}, t("stop")),
      el("li", {}, t("place")),
      el("li", {}, t("send"), button(t("send_now"), acts.finish, "now wide")),
      el("li", {}, t("call"), calls, button(t("more"), () => acts.find(SAFETY), "second wide"))),
    el("p", { class: "small" }, t("leave")));
  // without the list the steps stand all the same
  acts.directory().then(({ entries }) => fill(calls, ...safe(entries).map((one) => el("p", {}, el("bdi", {}, one.name), ": ", ...telephones(one)))), () => undefined);
  return { node, update: () => undefined };
}

/** Numbers that dial when they are tapped, and not before; always left to right. @param {import("./directory.js").Entry} one */
export function telephones(one) {
  return (one.telephone || []).map((number) => el("span", { class: "telephone" }, el("bdi", { dir: "ltr" }, el("a", { href: `tel:${dialled(number)}` }, number))));
}

/** @param {import("./directory.js").Entry[]} entries */
function safe(entries) {
  return entries.filter((one) => (one.services || []).includes(SAFETY) && (one.telephone || []).length > 0).slice(0, FIRST_CALLS);
}
