"""Out of sight: what was on the screen is not seen again before it was put away."""

from tests.support.browser import Script


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


def test_a_saving_that_hangs_keeps_nobody_from_leaving_and_the_page_is_blank_before_it(run_js: Script) -> None:
    order = run_js(
        "exit",
        """const link = document.createElement("a");
        link.href = "#an-ordinary-page";
        const order = [];
        const blank = () => document.documentElement.classList.contains("blank");
        await new Promise((left) => {
            const keep = () => { order.push(["keeping", blank()]); return new Promise(() => {}); };
            quickExit(link, keep, () => { order.push(["keys dropped", blank()]); left(); });
            link.click();
        });
        await new Promise((done) => { setTimeout(done); });
        return [...order, window.location.hash];""",
    )
    assert order == [["keeping", True], ["keys dropped", True], "#an-ordinary-page"]
