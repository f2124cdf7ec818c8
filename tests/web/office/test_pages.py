"""Every page of the office: valid HTML, guarded headers, nothing inline or from elsewhere, every word translated."""

import json
import re
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from intake import words
from intake.config import Settings
from intake.web.locales import pseudo
from tests.support.browser import NODE
from tests.support.staffed import Phone
from tests.web.office.conftest import Visitor
from tests.web.office.pages import every_page

ROOT = Path(__file__).parents[3]
STATUS = {
    "forwarding, refused": 422,
    "forwarding, no such step": 404,
    "forwarded, stale": 401,
    "came, refused": 422,
    "forwarding, ended twice": 409,
    "sign in, refused": 422,
    "asking for names, refused": 422,
    "deciding, refused": 422,
    "deciding, stale": 409,
    "a place, refused": 422,
    "a place, stale": 409,
    "a file of places": 422,
    "a place that helps, refused": 422,
    "a place that helps, stale": 409,
    "a setting, refused": 422,
    "a setting, stale": 409,
    "ages, refused": 422,
    "a shape, refused": 422,
    "a sentence, refused": 422,
    "a sentence, stale": 409,
    "words, nothing chosen": 422,
    "a sound, refused": 422,
    "publishing, refused": 401,
    "taking, stale": 409,
    "languages, refused": 422,
    "translating, refused": 422,
    "translating, stale": 409,
    "translating names, refused": 422,
    "no such text": 404,
    "entering, refused": 422,
    "entering a page, refused": 422,
    "entering a date, refused": 422,
    "comparing names, refused": 422,
    "nature, refused": 422,
    "person, refused": 422,
    "named, refused": 422,
    "join, refused": 422,
    "owner, refused": 422,
    "close, refused": 422,
    "resume, refused": 409,
    "split, refused": 422,
    "split, stale": 409,
    "agree, refused": 422,
    "no such step": 404,
    "search not kept": 422,
    "overview, refused": 422,
    "taking out, refused": 422,
    "inviting, refused": 422,
    "confirming, refused": 422,
    "lost, refused": 422,
    "changing the rota, refused": 422,
    "changing the rota, stale": 409,
    "opening a claim, refused": 422,
    "a step of a claim, refused": 422,
    "a step of a claim, stale": 409,
    "names of a claim, refused": 422,
    "result of a claim, refused": 422,
    "planning a mission, refused": 422,
    "a mission, no claim": 422,
    "a mission, refused": 422,
    "a mission, stale": 409,
    "a file of claims": 422,
    "a file of claims, wrong": 422,
    "a list taken, refused": 422,
    "offering, refused": 422,
    "consent, refused": 409,
    "note, refused": 422,
    "provider, refused": 422,
    "programme, refused": 422,
    "programme, stale": 409,
    "line of spending, refused": 422,
    "line of spending, stale": 409,
    "line of reached, refused": 422,
    "line of reached, stale": 409,
    "what is decided about claims, refused": 422,
    "what would be decided about claims, refused": 422,
    "term, refused": 422,
    "women and men, refused": 422,
    "school, refused": 422,
    "seeing to school, refused": 422,
    "no such letter": 404,
    "State, refused": 422,
    "terms, refused": 422,
    "calendar, refused": 422,
    "law, stale": 409,
    "law, refused": 422,
    "focal point, refused": 422,
    "allegation, refused": 422,
    "step of an allegation, refused": 422,
    "note verbale, refused": 422,
    "answer, refused": 422,
    "answer, stale": 409,
    "opening a letter, refused": 422,
    "scorecard, refused": 422,
    "release, refused": 422,
    "release, no code": 401,
    "method, refused": 422,
    "reply, refused": 422,
    "sharing, refused": 409,
    "no right": 403,
    "not there": 404,
    "you, refused": 401,
    "keys, refused": 401,
    "admitting, refused": 422,
    "proposing, refused": 422,
    "roles, refused": 422,
    "joining, refused": 422,
    "checked, refused": 422,
}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


# Boxes to tick share a name, as the standard has it.
SHARED = {"form-dup-name": ["error", {"shared": ["radio", "checkbox", "submit"]}]}
HTML = {"root": True, "extends": ["html-validate:recommended"], "rules": SHARED}


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
    """What of a text stands outside all brackets, but for a report's short number, a day and the time scale's name.

    A name that is too long for a picture ends in "…" without its bracket.
    """
    rest = text
    while rest != (shorter := re.sub(r"⟦[^⟦⟧]*(⟧|…$)", "", rest)):
        rest = shorter
    return re.sub(
        r"\b[0-9a-f]{8}\b|UTC|\b(\d+ )?(January|March|June|August|September|October|November|December) 20\d\d\b",
        "",
        rest,
    )


Pages = list[tuple[str, TestResponse]]


@pytest.fixture(scope="module")
def walked() -> dict[tuple[bool, str], Pages]:
    """Every page as it was answered, by database and language: a walk is long, and the pages do not change."""
    return {}


@pytest.fixture
def pages(
    visitor: Visitor, phone: Phone, database_settings: Settings, walked: dict[tuple[bool, str], Pages]
) -> Callable[[str], Pages]:
    """Every page in one language, walked through once; in the pseudo-locale those of a demo."""

    def walk(lang: str) -> Pages:
        key = (bool(database_settings.database_url), lang)
        if key not in walked:
            visitor.client.application.config["DEMO"] = lang == "qps"
            walked[key] = list(every_page(visitor, phone, lang))
        return walked[key]

    return walk


@pytest.mark.usefixtures("sqlite_only")
def test_every_page_is_valid_html(pages: Callable[[str], Pages], tmp_path: Path) -> None:
    for name, answer in pages("en"):
        (tmp_path / f"{name}.html").write_bytes(answer.data)
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(HTML))
    program = [NODE, str(ROOT / "node_modules/html-validate/bin/html-validate.mjs"), str(tmp_path)]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_page_answers_as_it_should_and_is_guarded(pages: Callable[[str], Pages]) -> None:
    for name, answer in pages("en"):
        assert answer.status_code == STATUS.get(name, 200), name
        assert {header: answer.headers[header] for header in HEADERS} == HEADERS, name
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.usefixtures("sqlite_only")
def test_no_page_has_inline_script_or_style_or_anything_from_elsewhere(pages: Callable[[str], Pages]) -> None:
    for name, answer in pages("en"):
        for tag, attributes in parsed(answer.text).found:
            assert tag not in {"style", "iframe", "object", "embed", "base"}, name
            assert not [each for each in attributes if each.startswith("on") or each == "style"], name
            assert tag != "script" or attributes.get("src"), name
            for address in (attributes.get("src"), attributes.get("href"), attributes.get("action")):
                assert address is None or address.startswith(("/office/", "#")), (name, address)


@pytest.mark.usefixtures("sqlite_only")
def test_every_page_says_its_language_and_is_not_to_be_translated_by_machines(pages: Callable[[str], Pages]) -> None:
    for name, answer in pages("qps"):
        (html,) = [attributes for tag, attributes in parsed(answer.text).found if tag == "html"]
        assert (html["lang"], html["dir"], html["translate"]) == ("qps", "ltr", "no"), name
        assert "notranslate" in str(html["class"]), name


def test_every_style_sheet_closes_what_it_opens() -> None:
    for sheet in (ROOT / "static").rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        assert text.count("{") == text.count("}"), sheet.name


@pytest.mark.usefixtures("sqlite_only")
def test_a_page_in_arabic_is_written_from_right_to_left(visitor: Visitor) -> None:
    assert '<html lang="ar" dir="rtl"' in visitor.get("/office/sign-in?lang=ar").text


@pytest.mark.usefixtures("sqlite_only")
def test_it_says_on_every_page_that_it_is_synthetic(pages: Callable[[str], Pages]) -> None:
    said = "Synthetic: everything here is invented. Write nothing real."
    assert [name for name, answer in pages("qps") if pseudo(said) not in answer.text] == []


@pytest.mark.usefixtures("sqlite_only")
def test_no_page_of_a_real_office_says_that_it_is_synthetic(pages: Callable[[str], Pages]) -> None:
    assert [name for name, answer in pages("en") if 'class="synthetic"' in answer.text] == []


@pytest.mark.long
@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("tag", [one.tag for one in words.offered()])
def test_every_page_is_rendered_in_every_language_and_says_what_is_unreviewed(
    pages: Callable[[str], Pages], tag: str
) -> None:
    for name, answer in pages(tag):
        assert answer.status_code == STATUS.get(name, 200), name
        (html,) = [attributes for element, attributes in parsed(answer.text).found if element == "html"]
        assert (html["lang"], html["dir"]) == (tag, words.languages()[tag].dir), name
        assert not re.search(r"%\(\w+\)[sd]|\{\w+\}", " ".join(parsed(answer.text).texts)), name


@pytest.mark.usefixtures("sqlite_only")
def test_every_word_of_every_page_went_through_a_catalogue(pages: Callable[[str], Pages]) -> None:
    """In the pseudo-locale whatever stands outside ⟦…⟧ was not translated: only numbers, signs and names may."""
    for name, answer in pages("qps"):
        for text in parsed(answer.text).texts:
            assert not re.search(r"[A-Za-z]{2,}", untranslated(text)), (name, text)


@pytest.mark.usefixtures("sqlite_only")
def test_the_title_tells_the_page_and_no_content(pages: Callable[[str], Pages]) -> None:
    titles = [re.search(r"<title>(.*?)</title>", answer.text) for _, answer in pages("en")]
    found = [title[1] for title in titles if title]
    assert len(found) == len(titles)
    assert not [title for title in found if len(title) > 70]


def test_the_style_sheet_may_be_kept_because_its_address_is_its_content(visitor: Visitor) -> None:
    address = re.search(r'href="(/office/files/[^"]+\.css)"', visitor.get("/office/sign-in").text)
    assert address is not None
    answer = visitor.get(address[1])
    assert "immutable" in answer.headers["Cache-Control"]
    assert visitor.get(address[1].replace("/files/", "/files/0")).status_code == 404


def test_everything_that_goes_on_record_is_said_in_words() -> None:
    written = (ROOT / "templates/office/words.html").read_text("utf-8")
    services = (path.read_text("utf-8") for path in sorted((ROOT / "intake/services").glob("*.py")))
    acts = {act for text in services for act in re.findall(r'\bact="(\w+)"', text)}
    assert {act for act in acts if f'"{act}"' not in written} == set()


@pytest.mark.usefixtures("sqlite_only")
def test_a_list_has_no_page_but_its_own(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    for path in ("arrivals", "cases", "claims", "claims/forwarded", "due", "translate", "offer/words"):
        for number in ("0", "-1", "x", "9" * 20):
            assert visitor.get(f"/office/{path}?page={number}").status_code == 200
