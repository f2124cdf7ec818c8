/**
 * Out of sight, at once. The button and three times Escape lead to an ordinary page that takes this one's place in the
 * history; leaving the app blanks it before the system can make its small picture for the list of recent apps.
 */

const ESCAPES = 3;
const ESCAPES_WITHIN = 2000;

/** The last words are on the disk long before this; nobody who must leave waits longer for them, before a blank page without keys. */
const KEEP_AT_MOST = 250;

/**
 * @param {HTMLAnchorElement} link the way out; also works before this has run
 * @param {() => unknown} keep begins to save what was entered last, which must not be lost because somebody came; it takes
 *   the one key it needs in hand before it returns
 * @param {() => void} forget drops the keys, at once
 */
export function quickExit(link, keep, forget) {
  const leave = () => window.location.replace(link.href);
  const go = async () => {
    document.documentElement.classList.add("blank");
    const late = window.setTimeout(leave, KEEP_AT_MOST);
    try {
      await keepAndForget(keep, forget);
    } finally {
      window.clearTimeout(late);
      leave();
    }
  };
  link.addEventListener("click", (event) => {
    event.preventDefault();
    go();
  });
  /** @type {number[]} */
  let pressed = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    pressed = [...pressed.slice(1 - ESCAPES), event.timeStamp];
    if (pressed.length === ESCAPES && pressed[ESCAPES - 1] - pressed[0] < ESCAPES_WITHIN) go();
  });
}

/** @param {() => unknown} keep @param {() => void} forget whatever becomes of the keeping @returns {unknown} the keeping */
function keepAndForget(keep, forget) {
  try {
    return keep();
  } finally {
    forget();
  }
}

/**
 * Blank while hidden. `leaving` is called as soon as the page goes out of sight, `grace` says how many seconds it may stay
 * away before `late` is called: by a timer where timers still run, and else on coming back, judged by the clock. What was
 * on the screen is not seen again before `late` is done with it.
 * @param {{leaving: () => void, grace: () => number, late: () => unknown}} acts
 */
export function watchSight({ leaving, grace, late }) {
  let since = 0;
  let timer = 0;
  /** @type {unknown} */
  let closing = null;
  const hide = () => {
    if (since) return;
    since = Date.now();
    document.documentElement.classList.add("blank");
    leaving();
    timer = window.setTimeout(late, grace() * 1000);
  };
  const show = async () => {
    window.clearTimeout(timer);
    // A clock that went backwards while away cannot keep the page open.
    const away = Date.now() - since;
    const tooLong = since > 0 && (away < 0 || away >= grace() * 1000);
    since = 0;
    if (tooLong) closing = late();
    await closing;
    if (!since) document.documentElement.classList.remove("blank");
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : show()));
  window.addEventListener("pagehide", hide);
  window.addEventListener("pageshow", () => document.hidden || show());
}
