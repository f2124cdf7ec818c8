"""Counts and classes of releases in words: the same on the public page and in the office."""

from intake.domain.figures.release import Said
from intake.domain.figures.tables import OTHER, SEVERAL, UNKNOWN, Table
from intake.web import locales
from intake.web.figure_words import CLASSES

_ = locales.gettext


def said(one: Said | None) -> str:
    """From least to most, one number where it is exact, or that it is not shown."""
    if one is None or one.least is None or one.most is None:
        return _("not shown")
    if one.least == one.most:
        return str(one.least)
    return _("%(least)s–%(most)s", least=one.least, most=one.most)


def where(table: Table, row: str, column: str) -> str:
    """Which count of a table it is."""
    names = [name(each, code) for each, code in ((table.rows, row), (table.columns, column)) if code]
    return " · ".join(names) or _("All together")


def name(dimension: str, code: str) -> str:
    """A class in words; several that were merged one after the other."""
    return " + ".join(_one(dimension, each) for each in code.split("+"))


def _one(dimension: str, code: str) -> str:
    if dimension == "state" and code not in (OTHER, UNKNOWN, SEVERAL):
        tag = locales.language()
        return locales.countries(tag if tag != locales.PSEUDO else "en").get(code, code)
    return _(CLASSES[dimension, code]) if (dimension, code) in CLASSES else code
