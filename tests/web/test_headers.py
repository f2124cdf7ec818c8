"""What every answer forbids, and which requests of other websites are turned away."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser

from intake.config import Settings
from intake.dashboard import create_figures
from intake.envelope.signing import SigningKey
from intake.public import create_public
from intake.web.headers import FIXED, POLICIES, policy

PATHS = (
    "/",
    "/field/",
    "/field/fieldbook.js",
    "/sync/v1/bundle",
    "/healthz",
    "/public/public.css",
    "/nothing",
    "/problems",
)


@pytest.fixture
def settings(sqlite_settings: Settings) -> Settings:
    sqlite_settings.receipt_key.write_bytes(SigningKey.generate().to_bytes())
    return sqlite_settings


@pytest.fixture
def app(settings: Settings):
    app = create_public(settings, figures=True)
    yield app
    app.extensions["health"].close()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_whole_set(app: Flask, path: str) -> None:
    with app.test_client().get(path) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    # what browsers heed on documents alone, a phone need not load with each of its files
    document = path != "/field/fieldbook.js"
    denied = headers.get("Permissions-Policy", "")
    assert ("camera=()" in denied and "geolocation=()" in denied) is document
    assert (headers.get("Cross-Origin-Opener-Policy") == "same-origin") is document
    assert (headers.get("X-Frame-Options") == "DENY") is document
    assert "Strict-Transport-Security" not in headers
    assert headers["Content-Security-Policy"] == policy(path)


@pytest.mark.journey
def test_the_browser_knows_every_feature_that_is_denied_to_it(browser: Browser) -> None:
    """Chromium complains on the console of what it does not know."""
    page, said = browser.new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.route("**/*", lambda route: route.fulfill(headers=FIXED, body="<p>", content_type="text/html"))
    page.goto("https://fieldbook.example.org/")
    page.close()
    assert said == []


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_no_policy_allows_anything_inline_or_from_elsewhere(policy: str) -> None:
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["base-uri"] == "'none'"
    # From memory comes nothing but a sound whose digest the page has compared.
    assert not re.search(r"unsafe|https?:|data:|blob:|\*|nonce|sha256", policy.replace("media-src blob:", ""))


def test_only_the_phone_has_a_trusted_types_policy() -> None:
    assert "require-trusted-types-for 'script'; trusted-types fieldbook" in policy("/field/forms")
    for path in ("/", "/office/arrivals"):
        assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy(path)


def test_everything_personal_is_never_kept(app: Flask) -> None:
    for path in ("/sync/v1/bundle", "/sync/v1/messages", "/healthz", "/nothing"):
        assert app.test_client().get(path).headers["Cache-Control"] == "no-store"


def test_a_conditional_answer_for_a_phone_is_not_kept_either(app: Flask) -> None:
    assert app.test_client().post("/sync/v1/have").headers["Cache-Control"] == "no-store"


def test_behind_tls_browsers_are_told_to_stay_there(settings: Settings) -> None:
    app = create_public(replace(settings, origin="https://fieldbook.example", office_origin="https://desk.example"))
    answer = app.test_client().get("/healthz", base_url="https://fieldbook.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"
    app.extensions["health"].close()


def test_the_field_origin_knows_no_dashboard(settings: Settings) -> None:
    app = create_public(settings)
    answer = app.test_client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/field/")
    app.extensions["health"].close()


def test_phones_are_never_given_a_cookie(app: Flask) -> None:
    client = app.test_client()
    for path in ("/sync/v1/bundle?lang=fr", "/sync/v1/nothing?lang=fr"):
        assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8000"}, True),
        ({"Origin": "http://127.0.0.1:8000"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:9999"}, False),
    ],
)
def test_another_website_cannot_send_to_the_protocol(app: Flask, headers: dict[str, str], allowed: bool) -> None:
    answer = app.test_client().post("/sync/v1/have", base_url="http://127.0.0.1:8000", headers=headers, data=b"{}")
    assert answer.json["type"] == ("/problems/401.1" if allowed else "/problems/403.5")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, 403),
    ],
)
def test_another_website_may_link_here_and_not_embed(app: Flask, headers: dict[str, str], status: int) -> None:
    assert app.test_client().get("/", headers=headers).status_code == status


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_a_name_somebody_else_pointed_here_is_refused(app: Flask, host: str) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 400
    assert app.test_client().get("/healthz", headers={"Host": host}).status_code == 200


def test_a_proxy_is_believed_only_when_the_operator_named_it(settings: Settings) -> None:
    forwarded = {"X-Forwarded-Host": "fieldbook.example", "X-Forwarded-Proto": "https"}
    named = replace(settings, origin="https://fieldbook.example", office_origin="https://desk.example", proxies=1)
    for proxies, status in ((1, 302), (0, 400)):
        app = create_public(replace(named, proxies=proxies))
        assert app.test_client().get("/", headers=forwarded, base_url="http://10.0.0.7").status_code == status
        app.extensions["health"].close()


def test_the_dashboard_alone_serves_nothing_else(settings: Settings) -> None:
    app = create_figures(settings)
    client = app.test_client()
    assert client.get("/").status_code == 200
    assert {client.get(path).status_code for path in ("/field/", "/sync/v1/bundle", "/office/")} == {404}
    app.extensions["health"].close()
