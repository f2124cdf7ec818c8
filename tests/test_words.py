"""Words: every language is complete, no gate sleeps, and no sentence is there for nothing."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.core import UnknownLocaleError

from intake import questionnaires, words
from intake.domain.problems import CATALOGUE
from intake.domain.questionnaire import REFUSED_BY_CHECK, WRONG
from intake.files import asset

OFFERED = ["en", "fr", "ar", "sw", "ln", "sg", "ht", "es", "so", "pga"]
NUMBERS = [*range(1200), 10**6, 2 * 10**6, 10**6 + 1]
COMMENT = re.compile(r"(?s:/\*.*?\*/)|(?m:^\s*//.*$)")
LITERAL = re.compile(r"""["'`]([a-z]+(?:\.[a-z0-9_]+)+)["'`]""")
BEGUN = re.compile(r"`([a-z]+\.[a-z0-9_.]*)\$\{")


def cldr(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag)
    except UnknownLocaleError:
        return None


def scripts() -> str:
    """The phone's own scripts without comments."""
    made = {"common.js", "sw.js", "kdf-worker.js", "fieldbook.js"}
    paths = [
        path for path in asset("static/field").rglob("*.js") if "vendor" not in path.parts and path.name not in made
    ]
    return "\n".join(COMMENT.sub("", path.read_text("utf-8")) for path in sorted(paths))


# ---- the gates, on the words as they are


def test_nothing_is_stale_missing_or_misspelt_and_no_jargon_reaches_an_officer() -> None:
    assert words.check() == []


def test_every_word_that_the_phone_asks_for_exists() -> None:
    domains = {key.split(".")[0] for key in words.reference()}
    asked = {key for key in LITERAL.findall(scripts()) if key.split(".")[0] in domains}
    assert sorted(asked - set(words.reference())) == []


def test_every_word_of_the_phone_is_used() -> None:
    code = scripts()
    asked, begun = set(LITERAL.findall(code)), tuple(BEGUN.findall(code))
    forms = "".join(questionnaires.raw(*form).decode() for form in questionnaires.published())
    used = asked | set(re.findall(r'"(form\.[a-z0-9_.]+)"', forms)) | set(WRONG.values())
    assert [key for key in words.reference() if key not in used and not key.startswith(begun)] == []


def test_every_finding_about_an_answer_has_a_number_and_a_sentence() -> None:
    assert set(WRONG) | {REFUSED_BY_CHECK} <= set(CATALOGUE)
    assert set(WRONG.values()) <= set(words.reference())


# ---- languages


def test_the_first_set_of_languages_is_offered_each_marked_unreviewed_until_somebody_signs() -> None:
    assert [language.tag for language in words.offered()] == OFFERED
    assert not [one.tag for one in words.offered() if one.tag != words.REFERENCE and one.reviewed]
    assert [tag for tag in OFFERED if tag not in words.JARGON] == []


@pytest.mark.parametrize("tag", [tag for tag in words.languages() if cldr(tag) and tag not in ("sg", "ht")])
def test_plural_rules_are_those_of_cldr_where_it_has_them(tag: str) -> None:
    language, locale = words.languages()[tag], cldr(tag)
    assert locale is not None
    assert [(n, language.category(n)) for n in NUMBERS] == [(n, locale.plural_form(n)) for n in NUMBERS]


@pytest.mark.parametrize("tag", [tag for tag in words.languages() if cldr(tag)])
def test_directions_are_those_of_cldr(tag: str) -> None:
    locale = cldr(tag)
    assert locale is not None
    assert words.languages()[tag].dir == locale.text_direction


def test_a_day_that_shows_how_to_write_one_is_read_from_left_to_right_among_arabic_letters() -> None:
    """After an Arabic letter, 2026-11 would be shown as 11-2026: a mark of direction (U+200E) stands before it."""
    arabic = asset("translations/ar/LC_MESSAGES/office.po").read_text("utf-8")
    assert re.findall(r"msgstr.*[^\u200e\d-]\d{4}-[\dP]", arabic) == []
    assert "\u200e2026-11-22" in arabic


def test_arabic_has_six_plural_forms() -> None:
    arabic = words.languages()["ar"]
    assert arabic.categories == ("zero", "one", "two", "few", "many", "other")
    assert arabic.plural_forms.startswith("nplurals=6;")
    assert [arabic.category(n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103)] == [
        *("zero", "one", "two", "few", "few", "many", "many", "other", "other", "few")
    ]


def test_the_server_chooses_the_same_form_from_a_catalogue() -> None:
    translated = words.translations("ar")
    text = ("%(num)d phone", "%(num)d phones")
    assert translated.ngettext(*text, 2) == "هاتفان"
    assert translated.ngettext(*text, 11) == "%(num)d هاتفًا"


def test_what_is_not_translated_stands_in_english() -> None:
    assert set(words.field_texts("fr")) == set(words.reference())


# ---- the gates, on words that are wrong


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the translations that a test may spoil."""
    shutil.copytree(asset("translations"), tmp_path / "translations")
    real = words.asset
    monkeypatch.setattr(words, "asset", lambda path: tmp_path / path if path.startswith("translations") else real(path))
    words.reference.cache_clear()
    yield tmp_path / "translations"
    words.reference.cache_clear()


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    words.reference.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('msgstr "Réglages"', 'msgstr ""', "fr/field: not translated: home.settings"),
        (
            'msgstr "Dernier contact {when}."',
            'msgstr "Dernier contact {quand}."',
            "fr/field: placeholders differ: home.contact",
        ),
        ('msgstr[1] "{n} minutes"', 'msgstr[1] ""', "fr/field: not translated: common.minutes"),
        ('msgctxt "home.send"', '#, fuzzy\nmsgctxt "home.send"', "fr/field: #, fuzzy"),
        ('msgctxt "home.send"', '#: app.js:7\nmsgctxt "home.send"', "fr/field: #:"),
        ("nplurals=3", "nplurals=4", "fr/field: the plural rule is not that of the registry"),
        (
            'msgstr "Changer\u00a0: {question}"',
            'msgstr "Changer : {question}"',
            "fr/field: an ordinary space beside a sign: check.change_what",
        ),
        ('msgstr "Réglages"', 'msgstr "« Réglages\u00a0»"', "fr/field: an ordinary space beside a sign: home.settings"),
        ('msgstr "Envoyer maintenant"', 'msgstr "Synchroniser maintenant"', "fr: home.send says “Synchroniser”"),
    ],
)
def test_a_fault_in_a_catalogue_is_found(copy: Path, old: str, new: str, complaint: str) -> None:
    spoil(copy / "fr" / "LC_MESSAGES" / "field.po", old, new)
    assert complaint in words.check()


def test_a_template_that_lags_behind_is_found_and_brought_up(copy: Path) -> None:
    spoil(copy / "reference" / "screens.toml", 'send = "Send now"', 'send = "Send it now"')
    assert "field.pot is stale" in words.check()
    words.run("extract")
    words.run("update")
    assert "fr/field: not translated: home.send" in words.check()
    assert "field.pot is stale" not in words.check()


def test_updating_keeps_every_word_and_changes_nothing_twice(copy: Path) -> None:
    paths = sorted(copy.rglob("*.po"))
    before = [path.read_bytes() for path in paths]
    words.run("update")
    assert [path.read_bytes() for path in paths] == before


def test_jargon_is_found_in_the_reference_too(copy: Path) -> None:
    spoil(copy / "reference" / "screens.toml", 'send = "Send now"', 'send = "Sync now"')
    assert "en: home.send says “Sync”" in words.check()


def test_a_key_that_stands_twice_is_an_error(copy: Path) -> None:
    (copy / "reference" / "third.toml").write_text('"home.send" = "Once more"\n', "utf-8")
    words.reference.cache_clear()
    with pytest.raises(ValueError, match=r"home\.send stands in two places"):
        words.reference()


def test_compiling_writes_a_file_for_every_catalogue(copy: Path) -> None:
    words.run("compile")
    made: list[Any] = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*.mo"))
    assert made == [f"{tag}/LC_MESSAGES/{domain}.mo" for tag in sorted(OFFERED[1:]) for domain in ("field", "office")]
