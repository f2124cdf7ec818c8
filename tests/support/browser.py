"""Chromium, started once, and a small server that hands it the phone's modules.

`browser`   one Chromium for the whole session, of the kind without windows; `whole_browser` one with all it has
`context`   a fresh 360 × 640 context; `page` a page of it; passphrases are quick there, but for tests marked `argon2`
`modules`   serves `/static/field/`, `/tests/` and an empty page at `/`; `modules.url` is its origin
`page_at`   a page on that server: `page_at("/")`
`wait_until(page, …)` waits for what only an async function can tell
`run_js`    runs an async function body with modules imported: see `Script`
`start_persistent(playwright, profile, …)` a context with a real profile directory, for tests that kill the browser
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

ROOT = Path(__file__).parents[2]
NODE = str(ROOT / "deploy" / "node")
SMALL_PHONE = {"width": 360, "height": 640}
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EMPTY_PAGE = b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Modules</title></html>'


# What a test waits for comes on a busy machine too; only a failing test waits this long.
expect.set_options(timeout=20_000)


# The shell has the same engine without a browser's own windows: a good third less work per test. What it lacks is
# background sync, so tests of that ask for the whole browser.
SHELL = "chromium-headless-shell"
WHOLE = ("chromium", "chromium-browser", "google-chrome")


QUICK_PASSPHRASE = ROOT / "tests" / "support" / "quick_passphrase.js"


def chromium_path(*, whole: bool = False) -> str:
    """The system's Chromium. Raises when there is none: the tests do not download one."""
    for name in WHOLE if whole else (SHELL, *WHOLE):
        if found := shutil.which(name):
            return found
    raise RuntimeError("No Chromium found: install the system's package `chromium`.")


class _Handler(SimpleHTTPRequestHandler):
    """Serves the repository's `static/field` and `tests`, and nothing else."""

    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".json": "application/json",
    }

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/":
            self._answer(EMPTY_PAGE)
        elif path.startswith(("/static/field/", "/tests/")):
            super().do_GET()
        else:
            self.send_error(404)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the browser's own errors are what a test reports."""


@dataclass(frozen=True)
class ModuleServer:
    url: str


@dataclass(frozen=True)
class Script:
    """Runs JavaScript beside imported modules, in a page: `run_js("bytes keys", "return keyId(utf8(arg))", "x")`.

    `modules` names files of `static/field` without ".js" (or paths from the root); their exports are in scope of
    `body`, the body of an async function of `arg`. What it returns must be JSON; a `Refusal` comes back as
    `{"refused": code}`.
    """

    page: Page

    def __call__(self, modules: str, body: str, arg: object = None) -> Any:
        paths = [name if name.startswith("/") else f"/static/field/{name}.js" for name in modules.split()]
        return self.page.evaluate(
            """async ([paths, body, arg]) => {
                const found = Object.assign({}, ...(await Promise.all(paths.map((path) => import(path)))));
                const names = Object.keys(found);
                const run = new Function(...names, "arg", `return (async () => { ${body} })();`);
                try {
                    return await run(...names.map((name) => found[name]), arg);
                } catch (error) {
                    if (error.name === "Refusal") return { refused: error.code };
                    throw error;
                }
            }""",
            [paths, body, arg],
        )


def wait_until(page: Page, body: str, arg: object = None) -> None:
    """Until the body of an async function of `arg` gives something true: Playwright's own waiting takes any promise
    for true. Raises Error after half a minute."""
    page.evaluate(
        """async ([body, arg]) => {
            const found = new Function("arg", `return (async () => { ${body} })()`);
            for (const end = Date.now() + 30e3; !(await found(arg)); ) {
                if (Date.now() > end) throw new Error(`never true: ${body}`);
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
        }""",
        [body, arg],
    )


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(executable_path=chromium_path(whole=True), args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=SMALL_PHONE)
    if request.node.get_closest_marker("argon2") is None:
        opened.add_init_script(path=QUICK_PASSPHRASE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@contextmanager
def module_server() -> Iterator[ModuleServer]:
    """The server of the modules, for as long as it is wanted."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(ROOT))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield ModuleServer(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def modules() -> Iterator[ModuleServer]:
    with module_server() as started:
        yield started


@pytest.fixture
def page_at(context: BrowserContext, modules: ModuleServer) -> Callable[[str], Page]:
    def open_at(path: str) -> Page:
        opened = context.new_page()
        opened.goto(modules.url + path)
        return opened

    return open_at


@pytest.fixture(scope="module")
def run_js(browser: Browser, modules: ModuleServer) -> Iterator[Script]:
    """One page for a whole test file: for modules that keep nothing between calls."""
    with browser.new_context(viewport=SMALL_PHONE) as opened:
        page = opened.new_page()
        page.goto(modules.url + "/")
        yield Script(page)


def start_persistent(playwright: Playwright, profile: Path, *, whole: bool = False, **options: Any) -> BrowserContext:
    """A browser of its own with a profile directory on disk; the caller closes it, or kills it."""
    path = chromium_path(whole=whole)
    return playwright.chromium.launch_persistent_context(
        str(profile), executable_path=path, args=FLAGS, **{"viewport": SMALL_PHONE, **options}
    )
