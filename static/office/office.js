/**
 * Small helps for the pages of the office. Every page works without them.
 */

const IDLE = 15 * 60 * 1000;
const WARN = 13 * 60 * 1000;
const BRIEF = 10 * 60 * 1000;

const main = document.querySelector("main");

/** @param {HTMLFormElement} form */
function typed(form) {
  return new URLSearchParams(/** @type {any} */ (new FormData(form)));
}

/** The forms of the page that take what somebody types, with what they held when the page came. */
const forms = [...document.querySelectorAll("main form")]
  .filter((form) => form instanceof HTMLFormElement && form.querySelector("textarea, input:not([type=hidden])"))
  .map((form) => {
    const found = /** @type {HTMLFormElement} */ (form);
    return { form: found, held: typed(found).toString() };
  });

/**
 * Lets the server keep, sealed to this person, what would be lost with the page. Secrets are left out there, and
 * here already, so that they are not sent at all.
 */
function keep() {
  for (const each of forms) {
    const fields = typed(each.form);
    if (main instanceof HTMLElement && main.dataset.keep && fields.toString() !== each.held) {
      each.held = fields.toString();
      for (const secret of each.form.querySelectorAll("input[type=password], input[autocomplete=one-time-code]")) {
        fields.delete(/** @type {HTMLInputElement} */ (secret).name);
      }
      const here = location.pathname + location.search;
      fields.append("kept_page", here);
      fields.append("kept_action", each.form.getAttribute("action") || here);
      fetch(main.dataset.keep, { method: "POST", body: fields, keepalive: true }).catch(() => {});
    }
  }
}

/** Takes what is on the screen out of the page, not only out of sight, once the server has forgotten the session. */
function close() {
  keep();
  main?.replaceChildren();
  document.querySelector("[data-warning]")?.setAttribute("hidden", "");
}

function warn() {
  keep();
  document.querySelector("[data-warning]")?.removeAttribute("hidden");
}

const brief = document.documentElement.classList.contains("brief");
if (document.querySelector(".locked")) {
  setTimeout(close, brief ? BRIEF : IDLE);
  if (!brief) {
    setTimeout(warn, WARN);
  }
}

// A page that comes back from the browser's memory may show what its reader may no longer see.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});

const summary = document.querySelector(".error-summary");
if (summary instanceof HTMLElement) {
  summary.focus();
}

const printing = document.querySelector("[data-print]");
if (printing instanceof HTMLElement) {
  printing.hidden = false;
  printing.addEventListener("click", () => window.print());
}
