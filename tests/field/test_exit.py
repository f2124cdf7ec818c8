"""Out of sight: what was on the screen is not seen again before it was put away."""

from tests.support.browser import Script
from tests.support.scripted import PhoneInHand


def test_coming_back_too_late_shows_nothing_until_the_lock_is_done(run_js: Script) -> None:
    during, after = run_js(
        "exit",
        """const at = { hidden: true };
        Object.defineProperty(document, "hidden", { configurable: true, get: () => at.hidden });
        watchSight({ leaving: () => {}, grace: () => 0, late: () => new Promise((done) => { at.done = done; }) });
        const blank = () => document.documentElement.classList.contains("blank");
        const turn = () => new Promise((done) => { setTimeout(done); });
        document.dispatchEvent(new Event("visibilitychange"));
        at.hidden = false;
        document.dispatchEvent(new Event("visibilitychange"));
        window.dispatchEvent(new Event("pageshow"));
        await turn();
        const during = blank();
        at.done();
        await turn();
        return [during, blank()];""",
    )
    assert (during, after) == (True, False)


LEAVE = """window.history.replaceState(null, "", window.location.pathname);
const link = document.createElement("a");
link.href = "#an-ordinary-page";
const order = [];
const blank = () => document.documentElement.classList.contains("blank");
const note = (what) => order.push([what, blank(), window.location.hash]);
const left = new Promise((done) => { addEventListener("hashchange", done, { once: true }); });
"""


def test_a_saving_that_hangs_keeps_nobody_from_leaving_and_no_key_in_memory(run_js: Script) -> None:
    order = run_js(
        "exit",
        LEAVE
        + """const keep = () => { note("keeping"); return new Promise(() => {}); };
        quickExit(link, keep, () => note("keys dropped"));
        link.click();
        note("clicked");
        await left;
        return [...order, window.location.hash];""",
    )
    at_once = [[what, True, ""] for what in ("keeping", "keys dropped", "clicked")]
    assert order == [*at_once, "#an-ordinary-page"]


def test_a_saving_that_cannot_begin_keeps_neither_keys_nor_anybody(run_js: Script) -> None:
    order = run_js(
        "exit",
        LEAVE
        + """addEventListener("unhandledrejection", (event) => event.preventDefault());
        quickExit(link, () => { throw new Error("nothing can be read"); }, () => note("keys dropped"));
        link.click();
        await left;
        return [...order, window.location.hash];""",
    )
    assert order == [["keys dropped", True, ""], "#an-ordinary-page"]


def test_what_began_to_be_saved_before_the_lock_is_kept_although_the_keys_are_gone(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    locked = tab(
        """const before = phone.save(arg, { page: 4 });
        const last = phone.save(arg, { answers: { may_write: "yes", danger_now: "yes" } });
        phone.lock();
        const locked = await phone.save(arg, { page: 5 }).catch((error) => error.code);
        await Promise.all([before, last]);
        return locked;""",
        draft,
    )
    assert locked == "phone.locked"
    tab.unlock()
    kept = tab("return phone.draft(arg)", draft)
    assert (kept["page"], kept["answers"]["danger_now"]) == (4, "yes")
