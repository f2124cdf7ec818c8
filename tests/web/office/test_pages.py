"""Every page of the office: valid HTML, guarded headers, nothing inline or from elsewhere, every word translated."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from intake.config import Settings
from tests.support.browser import NODE
from tests.support.staffed import Phone
from tests.web.office.conftest import Visitor
from tests.web.office.pages import every_page

ROOT = Path(__file__).parents[3]
STATUS = {
    "sign in, refused": 422,
    "asking for names, refused": 422,
    "deciding, refused": 422,
    "deciding, stale": 409,
    "offering, refused": 422,
    "consent, refused": 409,
    "note, refused": 422,
    "provider, refused": 422,
    "no right": 403,
    "not there": 404,
}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Elements(HTMLParser):
    """Elements with their attributes, and the texts that a person reads outside what phones and people wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "input", "br", "img"}:
            self._open.append("verbatim" if ("lang" in dict(attrs) and tag != "html") else tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() in {tag, "verbatim"}

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"bdi", "code", "verbatim", "textarea", "script"} & set(self._open):
            self.texts.append(data.strip())


def parsed(text: str) -> Elements:
    elements = Elements()
    elements.feed(text)
    return elements


def untranslated(text: str) -> str:
    """What of a text stands outside all brackets, but for a report's short number, a day and the time scale's name."""
    rest = text
    while rest != (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)):
        rest = shorter
    return re.sub(r"\b[0-9a-f]{8}\b|UTC|\b(\d+ )?November 2026\b", "", rest)


@pytest.fixture
def sqlite_only(database_settings: Settings) -> None:
    """Pages look the same over either database."""
    if database_settings.database_url:
        pytest.skip("the same on PostgreSQL")


@pytest.mark.usefixtures("sqlite_only")
def test_every_page_is_valid_html(visitor: Visitor, phone: Phone, tmp_path: Path) -> None:
    for name, answer in every_page(visitor, phone, "en"):
        (tmp_path / f"{name}.html").write_bytes(answer.data)
    (tmp_path / ".htmlvalidate.json").write_text('{"root": true, "extends": ["html-validate:recommended"]}')
    program = [NODE, str(ROOT / "node_modules/html-validate/bin/html-validate.mjs"), str(tmp_path)]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_answers_as_it_should_and_is_guarded(visitor: Visitor, phone: Phone) -> None:
    for name, answer in every_page(visitor, phone, "en"):
        assert answer.status_code == STATUS.get(name, 200), name
        assert {header: answer.headers[header] for header in HEADERS} == HEADERS, name
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.usefixtures("sqlite_only")
def test_no_page_has_inline_script_or_style_or_anything_from_elsewhere(visitor: Visitor, phone: Phone) -> None:
    for name, answer in every_page(visitor, phone, "en"):
        for tag, attributes in parsed(answer.text).found:
            assert tag not in {"style", "iframe", "object", "embed", "base"}, name
            assert not [each for each in attributes if each.startswith("on") or each == "style"], name
            assert tag != "script" or attributes.get("src"), name
            for address in (attributes.get("src"), attributes.get("href"), attributes.get("action")):
                assert address is None or address.startswith(("/office/", "#")), (name, address)


@pytest.mark.usefixtures("sqlite_only")
def test_every_page_says_its_language_and_is_not_to_be_translated_by_machines(visitor: Visitor, phone: Phone) -> None:
    for name, answer in every_page(visitor, phone, "ar"):
        (html,) = [attributes for tag, attributes in parsed(answer.text).found if tag == "html"]
        assert (html["lang"], html["dir"], html["translate"]) == ("ar", "rtl", "no"), name
        assert "notranslate" in str(html["class"]), name


@pytest.mark.usefixtures("sqlite_only")
def test_every_word_of_every_page_went_through_a_catalogue(visitor: Visitor, phone: Phone) -> None:
    """In the pseudo-locale whatever stands outside ⟦…⟧ was not translated: only numbers, signs and names may."""
    for name, answer in every_page(visitor, phone, "qps"):
        for text in parsed(answer.text).texts:
            assert not re.search(r"[A-Za-z]{2,}", untranslated(text)), (name, text)


@pytest.mark.usefixtures("sqlite_only")
def test_the_title_tells_the_page_and_no_content(visitor: Visitor, phone: Phone) -> None:
    titles = [re.search(r"<title>(.*?)</title>", answer.text) for _, answer in every_page(visitor, phone, "en")]
    found = [title[1] for title in titles if title]
    assert len(found) == len(titles)
    assert not [title for title in found if len(title) > 70]


def test_the_style_sheet_may_be_kept_because_its_address_is_its_content(visitor: Visitor) -> None:
    address = re.search(r'href="(/office/files/[^"]+\.css)"', visitor.get("/office/sign-in").text)
    assert address is not None
    answer = visitor.get(address[1])
    assert "immutable" in answer.headers["Cache-Control"]
    assert visitor.get(address[1].replace("/files/", "/files/0")).status_code == 404
