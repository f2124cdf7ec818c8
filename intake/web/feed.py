"""The feed of releases: Atom (RFC 4287), one for each language. A release has the same id wherever it is served."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from intake.domain.figures.changes import changes
from intake.web import dictionary, locales
from intake.web.published import Shown

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
register_namespace("", ATOM)

_ = locales.gettext


def atom(found: Sequence[Shown], *, origin: str) -> bytes:
    """All releases, the newest first. `found` has the oldest first and is not empty; `origin` is the dashboard's."""
    tag = locales.words_tag()
    feed = Element(f"{{{ATOM}}}feed", {"xml:lang": tag})
    _text(feed, "title", _("Releases of figures"))
    _text(feed, "id", _id("feed", found[-1].published.office, tag))
    _text(feed, "updated", max(_changed(one) for one in found))
    _link(feed, "self", f"{origin}/figures/feed.atom?lang={tag}", MEDIA_TYPE)
    _link(feed, "alternate", f"{origin}/figures/?lang={tag}", "text/html")
    _text(SubElement(feed, f"{{{ATOM}}}author"), "name", found[-1].file["office"]["name"])
    for at in reversed(range(len(found))):
        _entry(feed, found[at], found[at - 1] if at else None, f"{origin}/figures/{found[at].release.number}")
    file: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return file


def _entry(feed: Element, one: Shown, before: Shown | None, address: str) -> None:
    release, tag = one.release, locales.words_tag()
    entry = SubElement(feed, f"{{{ATOM}}}entry")
    title = _("Release %(number)s, as of %(day)s", number=release.number, day=locales.days(release.until))
    _text(entry, "title", title)
    _text(entry, "id", _id("release", one.published.office, f"{release.number}", tag))
    _text(entry, "published", _instant(one.published.published))
    _text(entry, "updated", _changed(one))
    _text(entry, "summary", " ".join(_summary(one, before)))
    name, address_of_licence = dictionary.licence(one)
    _text(entry, "rights", f"{name} ({one.file['licence']})")
    # RFC 4946: the licence of an entry by its address
    if address_of_licence:
        _link(entry, "license", address_of_licence, "text/html")
    _link(entry, "alternate", f"{address}?lang={tag}", "text/html")
    _link(entry, "enclosure", f"{address}/figures.csv", "text/csv")
    _link(entry, "enclosure", f"{address}/figures.json", "application/json")


def _summary(one: Shown, before: Shown | None) -> list[str]:
    """Withdrawn and why; how much changed. Nothing that the page does not say too."""
    said = []
    if one.file.get("synthetic"):
        said.append(_("Everything here is synthetic: invented to show how figures look."))
    if one.published.withdrawn:
        day = locales.days(one.published.withdrawn)
        said.append(_("This release was withdrawn on %(day)s:", day=day) + f" {one.published.note}")
    if before is None:
        said.append(_("The first release: there is none before it to compare with."))
    elif found := len(changes(before.release, one.release)):
        said.append(_changes(found))
    else:
        said.append(_("Nothing is said otherwise than before."))
    return said


def _changes(count: int) -> str:
    one, other = "%(num)d number is said otherwise than before", "%(num)d numbers are said otherwise than before"
    return f"{locales.ngettext(one, other, count)}."


def _changed(one: Shown) -> str:
    return _instant(one.published.withdrawn or one.published.published)


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"


def _id(*parts: str) -> str:
    return uuid5(NAMESPACE_URL, "/".join(("intake", *parts))).urn


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: Element, rel: str, href: str, kind: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": kind})
