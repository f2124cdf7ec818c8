"""What the office's templates ask for to put keys, tags and instants into the reader's words."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_timedelta
from babel.numbers import format_currency, get_currency_name, get_currency_precision
from flask import current_app
from markupsafe import Markup, escape

from intake import words
from intake.services import times
from intake.web import desks, locales

# At least seven digits, as people write them: not an hour, nor a day.
_TELEPHONE = re.compile(r"(\+?[0-9](?:[ ()/-]{0,2}[0-9]){6,14})")


@cache
def _texts(tag: str) -> Mapping[str, words.Text]:
    return words.field_texts(tag)


def form_text(key: str) -> str:
    """A question, choice or group title in the reader's language, in English where it is not translated, else ""."""
    tag = locales.language()
    text = _texts(words.REFERENCE if tag == locales.PSEUDO else tag).get(key, "")
    plain = text if isinstance(text, str) else text["other"]
    return locales.pseudo(plain) if tag == locales.PSEUDO and plain else plain


def form_said(key: str, **params: str | int) -> str:
    """The same with its `{name}` put in, in the form that the number `n` takes."""
    tag = locales.language()
    text = _texts(words.REFERENCE if tag == locales.PSEUDO else tag).get(key, "")
    if not isinstance(text, str):
        language = words.languages()[words.REFERENCE if tag == locales.PSEUDO else tag]
        text = text.get(language.category(int(params["n"])), text["other"])
    spoken = text.format(**params)
    return locales.pseudo(spoken) if tag == locales.PSEUDO else spoken


def texts_in(tag: str) -> Mapping[str, words.Text]:
    """Every text of the phone in a language; what is not translated stands in English."""
    return _texts(tag)


def reference_text(key: str) -> str:
    """The same in the reference language, for whoever compares."""
    text = words.reference().get(key, "")
    return text if isinstance(text, str) else text["other"]


def direction_of(tag: str) -> str:
    """ltr or rtl for a language we know; the browser judges by the letters of any other."""
    known = words.languages().get(tag)
    return known.dir if known else "auto"


def language_name(tag: str) -> str:
    """A language's own name, or its tag where we do not know it."""
    known = words.languages().get(tag)
    return known.name if known else tag


def currency_name(code: str) -> str:
    """A currency (ISO 4217) with its code and its name in the reader's language."""
    name = f"{code} – {get_currency_name(code, locale=_locale())}"
    return locales.pseudo(name) if locales.language() == locales.PSEUDO else name


def money(amount: int, currency: str) -> str:
    """An amount in smallest units as it is written in the reader's language, with Latin digits."""
    value = Decimal(amount).scaleb(-get_currency_precision(currency))
    shown = format_currency(value, currency, format_type="name", locale=_locale(), numbering_system="latn")
    return locales.pseudo(shown) if locales.language() == locales.PSEUDO else shown


def _locale() -> Locale:
    tag = locales.language()
    return Locale.parse(words.languages()[words.REFERENCE if tag == locales.PSEUDO else tag].formats_from)


def day(text: str) -> str:
    """A day, month or year in words; what is none, since phones and servers write it, as it was written."""
    try:
        return locales.days(text)
    except (ValueError, IndexError):
        return text


def ago(text: str) -> str:
    """How long ago an instant was, in words such as "3 hours ago"; what is none as it was written."""
    try:
        instant = times.instant(text)
    except ValueError:
        return text
    tag = locales.language()
    formats = words.languages()[words.REFERENCE if tag == locales.PSEUDO else tag].formats_from
    # What happened in this very moment is past too: "0 minutes ago", never "in 0 minutes".
    passed = min(instant - desks.now(), -timedelta(seconds=1))
    spoken = format_timedelta(passed, add_direction=True, granularity="minute", locale=formats)
    return locales.pseudo(spoken) if tag == locales.PSEUDO else spoken


def telephones(text: str) -> Markup:
    """A text with the telephone numbers in it as links that dial, each from left to right whatever stands around it."""
    parts = _TELEPHONE.split(text)  # what stands between numbers, and they themselves, in turn
    return Markup("").join(_dialled(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def _dialled(number: str) -> Markup:
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return Markup('<bdi dir="ltr"><a href="tel:{}">{}</a></bdi>').format(digits, number)


def said(template: str, macro: str, code: str) -> str:
    """What a macro of a template says for a code, for whoever needs the words outside a page: a chart does."""
    return str(getattr(current_app.jinja_env.get_template(template).module, macro)(code)).strip()
