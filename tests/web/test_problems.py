"""Every refusal: for a program by number, for a person in words of her language."""

import logging
import re
import shutil
from collections.abc import Iterator

import pytest
from flask import Flask

from intake.config import Settings
from intake.domain.problems import CATALOGUE, Problem
from intake.envelope.signing import SigningKey
from intake.public import create_public
from intake.web import problems
from tests.support.postgres import settings_in

RETRY = 7


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, ready_files: Settings) -> Iterator[Flask]:
    """The public app with two pages more, on which something goes wrong: as named, and as nobody foresaw."""
    data = tmp_path_factory.mktemp("problems") / "data"
    shutil.copytree(ready_files.data, data)
    settings = settings_in(data)
    settings.receipt_key.write_bytes(SigningKey.generate().to_bytes())
    app = create_public(settings, figures=True)
    app.add_url_rule("/sync/v1/fail/<code>", "fail", _fail)
    app.add_url_rule("/sync/v1/fail", "fail_unforeseen", _fail_unforeseen)
    yield app
    app.extensions["health"].close()


def _fail(code: str) -> str:
    raise Problem(code, **({"retry": RETRY} if code == "429.1" else {}))


def _fail_unforeseen() -> str:
    raise ValueError("her name is Canary")


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_of_the_catalogue_can_be_said_to_a_program(app: Flask, code: str) -> None:
    answer = app.test_client().get(f"/sync/v1/fail/{code}")
    assert answer.status_code == int(code.split(".")[0])
    assert answer.content_type == "application/problem+json"
    assert answer.json == {"type": f"/problems/{code}", "title": CATALOGUE[code].title, "status": answer.status_code}
    assert ("Retry-After" in answer.headers) == (answer.status_code in {429, 503})


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_person_reads_it_as_a_page(app: Flask, language: str) -> None:
    answer = app.test_client().get("/nothing", headers={"Accept-Language": language})
    assert answer.status_code == 404
    page = answer.text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    assert "<bdi>404.1</bdi>" in page
    assert not re.search(r"<script|<style|\bstyle=|\bon\w+=", page)


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_type_of_every_problem_is_the_address_of_a_page_that_explains_it(app: Flask, code: str) -> None:
    page = app.test_client().get(f"/problems/{code}?lang=fr")
    assert page.status_code == 200
    assert f"<bdi>{code}</bdi>" in page.text
    assert "{" not in page.text


def test_a_number_that_is_not_in_the_catalogue_has_no_page(app: Flask) -> None:
    assert app.test_client().get("/problems/999.9").status_code == 404


def test_what_nobody_foresaw_tells_and_logs_nothing_of_its_content(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    client = app.test_client()
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/sync/v1/fail")
    assert (answer.status_code, answer.json["type"]) == (500, "/problems/500.1")
    assert "Canary" not in answer.text + caplog.text
    assert re.search(r"ValueError at .*test_problems\.py:\d+", caplog.text)


def test_a_wrong_method_is_told_the_right_ones(app: Flask) -> None:
    answer = app.test_client().delete("/sync/v1/bundle")
    assert (answer.status_code, answer.json["type"]) == (405, "/problems/405.1")
    assert "GET" in answer.headers["Allow"]


def test_a_known_problem_keeps_its_retry_time(app: Flask) -> None:
    assert app.test_client().get("/sync/v1/fail/429.1").headers["Retry-After"] == str(RETRY)


def test_health_follows_the_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.test_client().get("/healthz").text == "ok\n"
    monkeypatch.setattr(app.extensions["health"], "answers", lambda: False)
    assert app.test_client().get("/healthz").json["type"] == "/problems/503.1"


def test_the_problem_for_a_program_takes_more_members(app: Flask) -> None:
    with app.test_request_context("/sync/v1/reports/x"):
        assert problems.problem_json(Problem("409.1"), receipt={"a": "b"}).json["receipt"] == {"a": "b"}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_dashboard_says_that_there_is_nothing_yet(app: Flask, language: str) -> None:
    page = app.test_client().get(f"/?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert ("No figures have been published yet." in page.text) == (language == "en")
