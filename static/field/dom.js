/**
 * Elements, made one by one. There is no HTML in strings anywhere on the phone: what a person typed can only become text.
 */

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {{[name: string]: string | number | boolean | null | undefined | ((event: any) => void)}} Attributes */

/** What keeps an answer out of the browser's own memory of forms, and the keyboard from "correcting" a language. */
const UNREMEMBERED = { autocomplete: "off", spellcheck: "false", autocapitalize: "off", autocorrect: "off" };
const CONTROLS = new Set(["input", "textarea", "select"]);

/**
 * One element. An attribute that is a function is a listener (`onclick`); `true` sets an empty attribute; null, undefined
 * and false set nothing. Every control gets the attributes that keep browsers from remembering it.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Attributes} [attributes] @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  const all = CONTROLS.has(tag) ? Object.assign({}, UNREMEMBERED, attributes) : attributes;
  for (const name of Object.keys(all)) {
    const value = all[name];
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  append(made, children);
  return made;
}

/** @param {Node} parent @param {Child[]} children */
export function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === "") continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Puts `children` in the place of all that `parent` holds. @param {Element} parent @param {...Child} children */
export function fill(parent, ...children) {
  while (parent.firstChild) parent.removeChild(parent.firstChild);
  append(parent, children);
}

/**
 * Makes `children` all that `parent` holds, in this order, without taking out and putting back what is there already:
 * a node that is moved loses the focus and the press that has begun on it.
 * @param {Element} parent @param {Node[]} children
 */
export function keepInOrder(parent, children) {
  for (const node of Array.from(parent.childNodes)) if (!children.includes(node)) parent.removeChild(node);
  children.forEach((node, at) => {
    if (parent.childNodes[at] !== node) parent.insertBefore(node, parent.childNodes[at] || null);
  });
}

/** A heading that can receive the focus when its page comes. @param {string} text @param {Attributes} [attributes] */
export function title(text, attributes = {}) {
  return el("h1", Object.assign({ tabindex: -1 }, attributes), text);
}

/** @param {string} text @param {() => void} act @param {string} [kind] go, second, harm, text @param {Attributes} [attributes] */
export function button(text, act, kind = "second", attributes = {}) {
  return el("button", Object.assign({ type: "button", class: kind, onclick: act }, attributes), text);
}

/** The way back stands first on its page. @param {string} text @param {() => void} act */
export function back(text, act) {
  return button(text, act, "text back");
}

/** @param {"" | "care" | "stop"} kind @param {...Child} children */
export function card(kind, ...children) {
  return el("div", { class: `card ${kind}`.trim() }, ...children);
}

/**
 * A label, its hint, what is wrong, and one control, tied together for those who cannot see them side by side.
 * @param {{id: string, label: string, hint?: string, wrong?: string}} words @param {HTMLElement} control
 */
export function field(words, control) {
  const hint = words.hint ? el("p", { id: `${words.id}-hint`, class: "hint" }, words.hint) : null;
  const why = words.wrong ? el("p", { id: `${words.id}-why`, class: "why" }, words.wrong) : null;
  const said = [hint, why].filter(Boolean).map((node) => /** @type {HTMLElement} */ (node).id);
  control.id = words.id;
  if (said.length) control.setAttribute("aria-describedby", said.join(" "));
  if (why) control.setAttribute("aria-invalid", "true");
  return el("div", { class: why ? "question problem" : "question" }, el("label", { class: "label", for: words.id }, words.label), hint, why, control);
}

/**
 * What is typed runs in the direction of its own letters, an empty field in that of the page: Arabic words in a French
 * page do not throw their full stop to the wrong end.
 * @param {HTMLInputElement | HTMLTextAreaElement} box
 */
export function directionOf(box) {
  if (box.value) box.dir = "auto";
  else box.removeAttribute("dir");
}

/**
 * One radio button or tick box as a whole row that a thumb can hit.
 * @param {{type: "radio" | "checkbox", id: string, name: string, value: string, checked?: boolean, onchange?: () => void}} given
 * @param {...Child} children
 */
export function choice(given, ...children) {
  const input = el("input", { type: given.type, id: given.id, name: given.name, value: given.value });
  input.checked = Boolean(given.checked);
  const row = el("label", { class: input.checked ? "choice chosen" : "choice", for: given.id }, input, el("span", {}, ...children));
  input.addEventListener("change", () => {
    showChosen(row.parentElement || row);
    if (given.onchange) given.onchange();
  });
  return row;
}

/** Marks the rows whose control is on; in CSS this would want `:has()`, which old phones lack. @param {Element} within */
export function showChosen(within) {
  const root = within.closest("fieldset") || within;
  root.querySelectorAll(".choice").forEach((row) => {
    const input = row.querySelector("input");
    row.classList.toggle("chosen", Boolean(input && input.checked));
  });
}

/**
 * The list of what is wrong, at the top, each line a way to its field.
 * @param {string} heading @param {{id: string, text: string}[]} problems
 */
export function problemList(heading, problems) {
  const lines = problems.map((problem) => el("li", {}, el("a", { href: `#${problem.id}`, onclick: (/** @type {Event} */ event) => {
    event.preventDefault();
    reach(problem.id);
  } }, problem.text)));
  return el("div", { id: "problems", class: "problems", role: "alert", tabindex: -1 }, el("h2", {}, heading), el("ul", { class: "plain" }, ...lines));
}

/** Moves to a field, or to the first control inside it. @param {string} id */
export function reach(id) {
  const found = document.getElementById(id);
  if (!found) return;
  const control = found.matches("input, textarea, select, button") ? found : found.querySelector("input, textarea, select, button");
  const target = /** @type {HTMLElement} */ (control || found);
  target.focus({ preventScroll: true });
  (found.closest(".question") || found).scrollIntoView({ block: "center" });
}

/** Hands bytes over as a file with a name that tells nothing. @param {Uint8Array} bytes @param {string} name */
export function handOver(bytes, name) {
  const url = URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: "application/octet-stream" }));
  const link = el("a", { href: url, download: name });
  document.body.appendChild(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** Every language the phone can speak, by its own name; the page carries the list. @returns {{tag: string, name: string, dir: string}[]} */
export function languages() {
  return Array.from(document.querySelectorAll("#languages > li"), (line) => {
    const item = /** @type {HTMLElement} */ (line);
    return { tag: item.lang, name: item.textContent || item.lang, dir: item.dir };
  });
}
