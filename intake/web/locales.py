"""Languages of the pages: which one a reader gets, its words, its dates, and the file of words for the phone.

Flask-Babel cannot serve languages that CLDR lacks, so this uses Babel's catalogues directly. A page's language is, in
this order: `?lang=` (which the office, and it alone, remembers in a cookie), the cookie, the browser's wish, English.
Digits are Latin everywhere.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import urlencode

from babel import Locale
from babel.numbers import format_decimal
from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request

from intake import words

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
PSEUDO = "qps"

# What CLDR has names for beside the countries of ISO 3166-1: parts, unions, and codes that a user may assign.
_NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}

# Pseudo-locale of the tests: whatever a page shows outside ⟦…⟧ did not go through a catalogue.
_ACCENTS = str.maketrans("AEIOUYaceinouy", "ÅÉÎÖÛÝåçéîñöûý")
_KEPT = re.compile(r"(\{\w+\}|%\(\w+\)[sd]|%%|<[^>]+>)")


# ---- the phone


def field_languages() -> list[dict[str, str]]:
    """The languages a phone may show: [{"tag", "name", "dir"}], English first."""
    return [{"tag": one.tag, "name": one.name, "dir": one.dir} for one in words.offered()]


@cache
def field_words(tag: str, *, demo: bool = False) -> bytes:
    """`/field/words/<tag>.json`; the same words give the same bytes. Raises KeyError for a language that is none.

    In a demo the countries to choose from are invented ones.

    Members: tag, name, dir, plural (lines of category, modulus, from, to), months (January first), dates (patterns for
    a day and a month), reviewed (null, or by whom and when; the reference needs no review), countries (code and name,
    sorted by name), texts.
    """
    if tag == PSEUDO:
        file = _file(words.REFERENCE, demo)
        return _json({**file, "tag": PSEUDO, "name": pseudo("Pseudo"), "texts": _pseudo_texts()})
    return _json(_file(tag, demo))


def _file(tag: str, demo: bool) -> dict[str, Any]:
    language = words.languages()[tag]
    reviewed = {} if tag == words.REFERENCE else language.reviewed
    return {
        "tag": tag,
        "name": language.name,
        "dir": language.dir,
        "plural": language.plural,
        "months": months(tag),
        "dates": {"day": _pattern(tag, "day"), "month": _pattern(tag, "month")},
        "reviewed": None if reviewed is None else dict(reviewed),
        "countries": sorted(_offered(tag, demo).items(), key=lambda one: sorted_as(one[1])),
        "texts": words.field_texts(tag),
    }


def _json(file: Mapping[str, Any]) -> bytes:
    return json.dumps(file, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def pseudo(text: str) -> str:
    """The text with accents and a third longer, in brackets; placeholders and tags stay as they are."""
    parts = _KEPT.split(text)
    parts[::2] = [part.translate(_ACCENTS) for part in parts[::2]]
    return f"⟦{''.join(parts)}{'·' * (len(text) // 3)}⟧"


def _pseudo_texts() -> dict[str, words.Text]:
    return {
        key: pseudo(text) if isinstance(text, str) else {name: pseudo(form) for name, form in text.items()}
        for key, text in words.reference().items()
    }


# ---- countries


@cache
def countries(tag: str) -> dict[str, str]:
    """The name of every country (ISO 3166-1 alpha-2) in a language, as CLDR has it."""
    names = Locale.parse(words.languages()[tag].formats_from).territories
    return {code: name for code, name in names.items() if len(code) == 2 and code not in _NOT_COUNTRIES}


def _offered(tag: str, demo: bool) -> Mapping[str, str]:
    return words.invented_states(tag) if demo else countries(tag)


def offered_countries(tag: str) -> Mapping[str, str]:
    """Code and name of those that can be chosen in this app: in a demo invented ones, and no real one."""
    return _offered(tag, demo())


def countries_here() -> dict[str, str]:
    """The same in the page's language, in the order of their names."""
    found = {code: country(code) for code in offered_countries(words.REFERENCE)}
    return dict(sorted(found.items(), key=lambda one: sorted_as(one[1])))


def country(code: str) -> str:
    """A country in the page's language; what is no code of one, since phones write it, as it was written."""
    tag = language()
    name = country_in(_words_tag(tag), code)
    return pseudo(name) if tag == PSEUDO else name


def country_in(tag: str, code: str) -> str:
    """The same in any language, for what is not read on the page."""
    return countries(tag).get(code) or words.invented_states(tag).get(code, code)


def sorted_as(name: str) -> str:
    """Without accents and capitals, so that Égypte stands by Equateur and not after Zambie."""
    return "".join(one for one in normalize("NFKD", name.casefold()) if not combining(one))


# ---- dates


def months(tag: str) -> list[str]:
    """Names of the months, January first."""
    names = Locale.parse(words.languages()[tag].formats_from).months["format"]["wide"]
    return [names[number] for number in range(1, 13)]


def _pattern(tag: str, kind: str) -> str:
    """How a "day" or a "month" is written, with {day}, {month} and {year}; CLDR's own pattern, its quotes resolved."""
    locale = Locale.parse(words.languages()[tag].formats_from)
    pattern = locale.date_formats["long"].pattern if kind == "day" else locale.datetime_skeletons["yMMMM"].pattern
    names = {"d": "{day}", "M": "{month}", "L": "{month}", "y": "{year}"}
    return re.sub(r"'([^']*)'|([dMLy])\2*", lambda found: found[1] or names[found[2]], pattern)


def days(day: str | date) -> str:
    """A day ("2026-11-22", or the day of a time), a month ("2026-11") or a year in words of the page's language."""
    return days_in(_words_tag(language()), day)


def days_in(tag: str, day: str | date) -> str:
    """The same in words of any language, for what is not read on the page."""
    iso = day.strftime("%Y-%m-%d") if isinstance(day, (date, datetime)) else day[:10]
    parts = iso.split("-")
    if len(parts) == 1:
        return iso
    values = {"year": parts[0], "month": months(tag)[int(parts[1]) - 1], "day": str(int(parts[-1]))}
    return _pattern(tag, "day" if len(parts) == 3 else "month").format(**values)


# ---- directions


def isolated(text: str) -> str:
    """Each line of a text in its own direction, wherever it is put (UAX #9: FSI … PDI).

    Without it an address that begins with a number, or a share, is turned between letters from right to left.
    """
    return "\n".join(f"\u2068{line}\u2069" for line in text.split("\n"))


# ---- numbers


def number(value: float) -> str:
    """A number as the page's language groups and points it, with Latin digits."""
    formats = words.languages()[_words_tag(language())].formats_from
    return format_decimal(value, locale=formats, numbering_system="latn")


# ---- the pages


def install(app: Flask, *, pseudo: bool = False, remember: bool = True, demo: bool = False) -> None:
    """Give templates `_`, `ngettext`, `lang`, `dir`, `languages`, `reviewed`, `demo`, and filters `days`, `number`.

    In a `demo` every page says that it is synthetic, and States are invented.
    With `pseudo` the pseudo-locale of the tests can be asked for as `?lang=qps`. Without `remember` no cookie is set
    nor read: readers of what is public carry nothing, and links hand the language on (`onward`).
    """
    app.config["PSEUDO_LANGUAGE"] = pseudo
    app.config["REMEMBER_LANGUAGE"] = remember
    app.config["DEMO"] = demo
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    app.jinja_env.filters["days"] = days
    app.jinja_env.filters["number"] = number
    app.jinja_env.globals["onward"] = onward
    app.context_processor(_context)
    app.after_request(_remember)


def gettext(message: str, **params: str | int) -> str:
    """One sentence in the page's language, with its `%(name)s` put in."""
    return _gettext(message) % params


def ngettext(one: str, other: str, number: int, **params: str | int) -> str:
    """The sentence for a number, which it may show as `%(num)d`."""
    return _ngettext(one, other, number) % {"num": number, **params}


def demo() -> bool:
    """Whether everything that this app shows is invented; no outside an app."""
    return has_app_context() and bool(current_app.config.get("DEMO"))


def language() -> str:
    """The tag of the page's language; English outside a request."""
    if not has_request_context():
        return words.REFERENCE
    if "language" not in g:
        g.language = _negotiated()
    tag: str = g.language
    return tag


def direction() -> str:
    """ltr or rtl."""
    return words.languages()[_words_tag(language())].dir


def _words_tag(tag: str) -> str:
    return words.REFERENCE if tag == PSEUDO else tag


def words_tag() -> str:
    """The tag of the language whose words the page has."""
    return _words_tag(language())


def _choices() -> list[str]:
    return [one.tag for one in words.offered()] + ([PSEUDO] if current_app.config["PSEUDO_LANGUAGE"] else [])


def _negotiated() -> str:
    tags = _choices()
    kept = request.cookies.get(COOKIE) if current_app.config["REMEMBER_LANGUAGE"] else None
    for wish in (request.args.get("lang"), kept):
        if wish in tags:
            return str(wish)
    wishes = [str(wish).split("-")[0].lower() for wish, _quality in request.accept_languages]
    return next((wish for wish in wishes if wish in tags and wish != PSEUDO), words.REFERENCE)


def _gettext(message: str) -> str:
    tag = language()
    return pseudo(message) if tag == PSEUDO else words.translations(tag).gettext(message)


def _ngettext(one: str, other: str, number: int) -> str:
    tag = language()
    if tag == PSEUDO:
        return pseudo(one if number == 1 else other)
    return words.translations(tag).ngettext(one, other, number)


def _context() -> dict[str, Any]:
    tag = language()
    return {
        "lang": tag,
        "dir": direction(),
        "languages": [
            {"tag": one.tag, "name": one.name, "dir": one.dir, "href": _href(one.tag)} for one in words.offered()
        ],
        "demo": demo(),
        "reviewed": tag == words.REFERENCE or bool(words.languages()[_words_tag(tag)].reviewed),
    }


def _href(tag: str) -> str:
    """This page in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', tag)])}"


def onward(path: str) -> str:
    """An address of this side, in the language that the reader chose by `?lang=`."""
    chosen = request.args.get("lang")
    return f"{path}?{urlencode({'lang': chosen})}" if chosen in _choices() else path


def _remember(answer: Response) -> Response:
    """Keep the language that `?lang=` asked for, and tell caches that pages differ by it."""
    if answer.mimetype != "text/html":
        return answer
    answer.vary.add("Accept-Language")
    if not current_app.config["REMEMBER_LANGUAGE"]:
        return answer
    answer.vary.add("Cookie")
    if request.args.get("lang") in _choices():
        answer.set_cookie(
            COOKIE, language(), max_age=COOKIE_SECONDS, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return answer
