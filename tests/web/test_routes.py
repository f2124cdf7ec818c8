"""Every address of every face: all that forbids is on every answer, and no address is there by accident."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from intake.config import Settings
from intake.dashboard import create_figures
from intake.envelope.signing import SigningKey
from intake.office import create_office
from intake.public import create_public
from intake.store import Store
from intake.web.headers import FIXED, policy

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
HERE = "http://127.0.0.1:8000"
SAME = {"Sec-Fetch-Site": "same-origin", "Origin": HERE}
# What strangers can ask the internet-facing side. Whoever adds an address adds it here, and thinks.
PUBLIC = {
    "/",
    "/field/",
    "/field/<path:path>",
    "/field/sound/<name>",
    "/figures/",
    "/figures/<int:number>",
    "/figures/<int:number>/changes",
    "/figures/<int:number>/datapackage.json",
    "/figures/<int:number>/dictionary",
    "/figures/<int:number>/figures.csv",
    "/figures/<int:number>/figures.json",
    "/figures/<int:number>/figures.sign",
    "/figures/feed.atom",
    "/healthz",
    "/problems/<code>",
    "/public/<path:filename>",
    "/sync/v1/answers",
    "/sync/v1/bundle",
    "/sync/v1/enrol",
    "/sync/v1/have",
    "/sync/v1/messages",
    "/sync/v1/messages/seen",
    "/sync/v1/reports/<report>",
}


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    sqlite_settings.receipt_key.write_bytes(SigningKey.generate().to_bytes())
    return sqlite_settings


@pytest.fixture(params=["public", "figures", "office"])
def app(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    if request.param == "office":
        store = Store.open(settings)
        yield create_office(settings, store=store)
        store.close()
        return
    app = create_public(settings, figures=True) if request.param == "public" else create_figures(settings)
    yield app
    app.extensions["health"].close()


def bare(app: Flask) -> list[str]:
    """What is missing on any answer of any address, by any method, known or not."""
    addresses = [rule.rule.replace("<uuid:report>", str(uuid4())) for rule in app.url_map.iter_rules()]
    addresses = [re.sub(r"<[^>]+>", "x", address) for address in addresses]
    found = []
    for address in [*addresses, "/nothing", "/office/nothing", "/sync/v1/nothing", "/field/nothing", "/office"]:
        for method in METHODS:
            with app.test_client().open(address, method=method, base_url=HERE, headers=SAME) as answer:
                found += [f"{method} {address}: {missing}" for missing in _missing(answer, address)]
    return found


def _missing(answer: TestResponse, path: str) -> list[str]:
    headers = answer.headers
    wrong = [name for name in FIXED if name != "Referrer-Policy" and headers.get(name) != FIXED[name]]
    if headers.get("Referrer-Policy") not in {"no-referrer", "same-origin"}:
        wrong.append("Referrer-Policy")
    if headers.get("Content-Security-Policy") != policy(path) and not path.endswith("sw.js"):
        wrong.append("Content-Security-Policy")
    if "Cache-Control" not in headers or len(headers.getlist("Content-Security-Policy")) != 1:
        wrong.append("Cache-Control")
    return wrong


def test_every_answer_of_every_address_by_every_method_carries_the_whole_set(app: Flask) -> None:
    assert bare(app) == []


def test_a_failure_inside_a_view_carries_the_whole_set_too(app: Flask) -> None:
    def fail() -> str:
        raise RuntimeError

    app.view_functions |= dict.fromkeys(app.view_functions, fail)
    assert bare(app) == []


def test_the_guard_finds_an_app_that_forgot_its_headers() -> None:
    app = Flask("forgetful", static_folder=None)
    app.add_url_rule("/page", "page", lambda: "page")
    missing = bare(app)
    assert f"GET /page: {next(iter(FIXED))}" in missing
    assert "POST /page: Content-Security-Policy" in missing
    assert "GET /nothing: Cache-Control" in missing


def test_strangers_can_ask_what_is_listed_here_and_nothing_else(settings: Settings) -> None:
    app = create_public(settings, figures=True)
    assert {rule.rule for rule in app.url_map.iter_rules()} == PUBLIC
    app.extensions["health"].close()


def test_nothing_of_the_office_is_kept_but_files_that_are_the_same_for_everybody(settings: Settings) -> None:
    store = Store.open(settings)
    app = create_office(settings, store=store)
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "x", rule.rule.replace("<uuid:report>", str(uuid4())))
        for method in ("GET", "POST"):
            answer = app.test_client().open(path, method=method, base_url=HERE, headers=SAME)
            assert answer.headers["Cache-Control"] == "no-store", path
    store.close()
