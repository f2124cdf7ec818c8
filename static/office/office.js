/**
 * Small helps for the pages of the office. Every page works without them.
 */

const IDLE = 15 * 60 * 1000;
const WARN = 13 * 60 * 1000;

/** Takes what is on the screen out of the page, not only out of sight, once the server has forgotten the session. */
function close() {
  document.querySelector("main")?.replaceChildren();
  document.querySelector("[data-warning]")?.setAttribute("hidden", "");
}

function warn() {
  document.querySelector("[data-warning]")?.removeAttribute("hidden");
}

const lasts = document.documentElement.classList.contains("brief") ? 10 * 60 * 1000 : IDLE;
if (document.querySelector(".locked")) {
  setTimeout(close, lasts);
  if (lasts === IDLE) {
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
