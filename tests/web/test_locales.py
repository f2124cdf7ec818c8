"""Languages of the pages and the file of words for the phone."""

import json
from collections.abc import Iterator

import pytest
from babel import Locale
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from intake import words
from intake.domain.claim_rows import folded
from intake.web import locales, phrases

PAGE = (
    "{{ lang }}|{{ dir }}|{{ _('Yes') }}|{{ ngettext('%(num)d phone', '%(num)d phones', 3) }}|{{ '2026-11-04' | days }}"
)


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app = Flask("pages")
    locales.install(app, pseudo=True)
    app.add_url_rule("/", "page", view_func=lambda: render_template_string(PAGE))
    app.add_url_rule(
        "/links", "links", view_func=lambda: "\n".join(one["href"] for one in locales._context()["languages"])
    )
    with app.test_client() as opened:
        yield opened


@pytest.mark.parametrize(
    ("wish", "tag"),
    [("fr-CD,en;q=0.5", "fr"), ("ar", "ar"), ("din", "en"), ("", "en"), ("din, fr;q=0.3, en;q=0.2", "fr")],
)
def test_the_browser_is_asked_and_languages_not_offered_are_passed_over(
    client: FlaskClient, wish: str, tag: str
) -> None:
    assert client.get("/", headers={"Accept-Language": wish}).text.startswith(f"{tag}|")


def test_a_language_once_chosen_is_remembered(client: FlaskClient) -> None:
    assert client.get("/?lang=ar").text == "ar|rtl|نعم|3 هواتف|4 نوفمبر 2026"
    assert client.get("/", headers={"Accept-Language": "fr"}).text.startswith("ar|")


def test_a_language_that_does_not_exist_is_not_remembered(client: FlaskClient) -> None:
    answer = client.get("/?lang=xx")
    assert answer.text.startswith("en|")
    assert "Set-Cookie" not in answer.headers


def test_the_cookie_says_nothing_but_the_language(client: FlaskClient) -> None:
    cookie = client.get("/?lang=fr", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("lang=fr;")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_caches_are_told_that_pages_differ_by_language(client: FlaskClient) -> None:
    assert {"Accept-Language", "Cookie"} <= set(client.get("/").vary)


def test_where_nothing_is_remembered_no_cookie_is_set_or_read_and_links_carry_the_language() -> None:
    app = Flask("pages")
    locales.install(app, remember=False)
    app.add_url_rule("/", "page", view_func=lambda: render_template_string("{{ lang }} {{ onward('/there') }}"))
    client = app.test_client()
    answer = client.get("/?lang=fr")
    assert answer.text == "fr /there?lang=fr"
    assert "Set-Cookie" not in answer.headers
    client.set_cookie("lang", "ar")
    answer = client.get("/?lang=xx")
    assert answer.text == "en /there"
    assert set(answer.vary) == {"Accept-Language"}


def test_a_link_to_another_language_keeps_the_rest_of_the_address(client: FlaskClient) -> None:
    assert client.get("/links?page=2&lang=fr").text.splitlines()[2] == "/links?page=2&lang=ar"


def test_the_pseudo_locale_marks_everything_that_went_through_a_catalogue(client: FlaskClient) -> None:
    assert client.get("/?lang=qps").text.split("|")[2:4] == ["⟦Ýés·⟧", "⟦3 phöñés····⟧"]


def test_the_pseudo_locale_is_for_tests_only() -> None:
    app = Flask("pages")
    locales.install(app)
    app.add_url_rule("/", "page", view_func=lambda: render_template_string(PAGE))
    assert app.test_client().get("/?lang=qps").text.startswith("en|")


@pytest.mark.parametrize(
    ("tag", "day", "month"),
    [
        ("en", "4 November 2026", "November 2026"),
        ("fr", "4 novembre 2026", "novembre 2026"),
        ("ar", "4 نوفمبر 2026", "نوفمبر 2026"),
    ],
)
def test_days_are_written_in_words_with_latin_digits(client: FlaskClient, tag: str, day: str, month: str) -> None:
    client.get(f"/?lang={tag}")
    assert [locales.days(iso) for iso in ("2026-11-04", "2026-11", "2026", "2026-11-04T12:00:00Z")] == [
        day,
        month,
        "2026",
        day,
    ]


@pytest.mark.parametrize("tag", list(words.languages()))
def test_every_language_has_twelve_months_and_patterns_that_can_be_filled(tag: str) -> None:
    assert len(set(locales.months(tag))) == 12
    values = {"day": "4", "month": "X", "year": "2026"}
    assert {"4", "X", "2026"} <= set(locales._pattern(tag, "day").format(**values).replace(",", " ").split())
    assert {"X", "2026"} <= set(locales._pattern(tag, "month").format(**values).replace(",", " ").split())


@pytest.mark.parametrize("tag", ["en", "fr", "ar", "qps"])
def test_the_phones_file_has_every_word_and_is_the_same_every_time(tag: str) -> None:
    first = locales.field_words(tag)
    locales.field_words.cache_clear()
    assert locales.field_words(tag) == first
    file = json.loads(first)
    assert set(file) == {"tag", "name", "dir", "plural", "months", "dates", "reviewed", "countries", "texts"}
    assert set(file["texts"]) == set(words.reference())


def test_only_the_reference_needs_no_review() -> None:
    assert json.loads(locales.field_words("en"))["reviewed"] == {}
    assert json.loads(locales.field_words("fr"))["reviewed"] is None


def test_the_pseudo_locale_keeps_what_is_put_in() -> None:
    assert locales.pseudo("Part {done} of <b>%(num)d</b>").count("{done}") == 1
    assert "%(num)d" in locales.pseudo("Part {done} of <b>%(num)d</b>")


def test_the_states_of_a_demo_are_no_countries_and_have_a_name_in_every_language() -> None:
    named = [words.invented_states(one.tag) for one in words.offered()]
    assert {len(set(one.values())) for one in named} == {55}
    assert not [
        code for one in words.offered() for code in named[0] if code in Locale.parse(one.formats_from).territories
    ]
    assert not {name.casefold() for name in locales.countries("en").values()} & {
        name.casefold() for name in named[0].values()
    }
    assert locales.country_in("ar", "QM") == "ألموريا"
    listed = json.loads(locales.field_words("ar", demo=True))["countries"]
    assert {code for code, _ in listed} == set(named[0])


def test_a_demo_offers_its_own_states_and_no_real_one() -> None:
    app = Flask("demo")
    locales.install(app, demo=True)
    with app.test_request_context("/?lang=fr"):
        assert set(locales.countries_here()) == set(words.invented_states("fr"))
        assert (locales.country("QM"), locales.country("FR")) == ("Almoria", "France")
    locales.install(app)
    with app.test_request_context("/?lang=fr"):
        assert "QM" not in locales.countries_here()


@pytest.mark.parametrize("tag", ["en", "fr", "ar"])
def test_every_country_has_a_name_and_stands_in_the_order_of_the_language(tag: str) -> None:
    listed = json.loads(locales.field_words(tag))["countries"]
    assert len(listed) == len({code for code, _ in listed}) == 249
    names = [name for _, name in listed]
    assert {"en": "Afghanistan", "fr": "Afghanistan", "ar": "إثيوبيا"}[tag] == names[0]
    assert not {"EU", "UN", "ZZ"} & {code for code, _ in listed}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Blue gate · +243 81 555 0100", '<bdi dir="ltr"><a href="tel:+243815550100">+243 81 555 0100</a></bdi>'),
        ("عند البوابة 0815-550-100", '<bdi dir="ltr"><a href="tel:0815550100">0815-550-100</a></bdi>'),
        ("8–16, since 2026", ""),
        ("<b>0815550100", "&lt;b&gt;"),
    ],
)
def test_a_telephone_number_runs_from_left_to_right_and_dials(text: str, shown: str) -> None:
    found = phrases.telephones(text)
    assert shown in found
    assert ("<a" in found) is ("2026" not in text)
    assert "<b>" not in found


def test_a_country_can_be_read_by_its_name_in_any_language_and_no_name_is_that_of_two() -> None:
    found: dict[str, set[str]] = {}
    for tag in words.languages():
        for code, name in locales.countries(tag).items():
            found.setdefault(folded(name), set()).add(code)
    assert {name: codes for name, codes in found.items() if len(codes) > 1} == {}
    assert (found["marruecos"], found["ufaransa"]) == ({"MA"}, {"FR"})
