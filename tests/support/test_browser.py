"""The fixtures that other tests stand on."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.support.browser import ModuleServer, Script, start_persistent, wait_until


def test_a_profile_on_disk_outlives_its_browser(playwright: Playwright, modules: ModuleServer, tmp_path: Path) -> None:
    with start_persistent(playwright, tmp_path / "profile") as first:
        page = first.new_page()
        page.goto(modules.url + "/")
        page.evaluate("localStorage.setItem('kept', 'yes')")
    with start_persistent(playwright, tmp_path / "profile") as second:
        page = second.new_page()
        page.goto(modules.url + "/")
        assert page.evaluate("localStorage.getItem('kept')") == "yes"


def test_the_page_is_the_size_of_a_small_phone_and_may_use_cryptography(page_at: Callable[[str], Page]) -> None:
    page = page_at("/")
    assert page.evaluate("[innerWidth, innerHeight, isSecureContext]") == [360, 640, True]


def test_modules_are_served_and_nothing_else_is(page_at: Callable[[str], Page], modules: ModuleServer) -> None:
    page = page_at("/")
    status = "async (path) => (await fetch(path)).status"
    assert page.evaluate(status, "/static/field/bytes.js") == 200
    assert page.evaluate(status, "/pyproject.toml") == 404
    assert page.evaluate(status, "/static/field/../../pyproject.toml") == 404


def test_a_refusal_comes_back_as_its_code(run_js: Script) -> None:
    assert run_js("bytes", 'throw new Refusal("422.1")') == {"refused": "422.1"}


# `wait_for_function` takes a promise for something true, so such a wait is over at once: `wait_until` is for those.
_AT_ONCE = re.compile(r"wait_for_function\(\s*(?:f?\"{3}|f?\")\s*(?:async\b|[^\"]*\.then\()")


def test_no_test_waits_for_a_promise_where_every_promise_counts_as_true() -> None:
    here = Path(__file__).parents[1]
    assert [path.name for path in sorted(here.rglob("*.py")) if _AT_ONCE.search(path.read_text("utf-8"))] == []
    for waits in ('("() => f().then(g)")', '(\n    """async () => false"""'):
        assert _AT_ONCE.search(f"wait_for_function{waits}")


def test_waiting_ends_only_with_something_true(page: Page) -> None:
    page.evaluate("() => { window.asked = 0; }")
    wait_until(page, "window.asked += 1; return window.asked === arg", 3)
    assert page.evaluate("window.asked") == 3
