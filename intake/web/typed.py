"""Put what was kept of a form back into its page, whichever view made it, without script.

It reads the finished page and changes nothing but the values of the controls of one form: the one that goes to the
address that was kept, and of several the one that is about the same, as its hidden fields say. Passwords and the form's
token stay as the page has them.
"""

from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser

from intake.services.kept import GIVEN, SECRETS

Attributes = list[tuple[str, str | None]]

_TICKED = {"radio", "checkbox"}
_LEFT_ALONE = {"password", "submit", "button", "file"}


def put_back(page: str, action: str, fields: Iterable[tuple[str, str]], *, at: str = "") -> str:
    """The page with these fields in the form that is posted to `action`; one that names no address goes to `at`."""
    kept = list(fields)
    forms = _Forms(at)
    forms.feed(page)
    forms.close()
    chosen = forms.like(action, kept)
    if chosen is None:
        return page
    found = _Filler(page, chosen, kept)
    found.feed(page)
    found.close()
    return "".join((*found.parts, page[found.at :]))


class _Forms(HTMLParser):
    """The posting forms of a page, each with what its hidden fields say it is about."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            posts = given.get("method", "").lower() == "post"
            self.found.append((given.get("action") or self.at if posts else "", {}))
        elif tag == "input" and self.found and given.get("type") == "hidden":
            name = given.get("name", "")
            if name not in SECRETS | GIVEN:
                self.found[-1][1][name] = given.get("value", "")

    def like(self, action: str, kept: list[tuple[str, str]]) -> int | None:
        """The number of the one form that goes to this address; of several the first that is about the same."""
        there = [number for number, (goes_to, _) in enumerate(self.found) if goes_to and goes_to == action]
        if len(there) > 1:
            there = [number for number in there if self.found[number][1].items() <= set(kept)]
        return next(iter(there), None)


class _Filler(HTMLParser):
    """Copies the page, and writes the tags anew that hold a value in the form of this number."""

    def __init__(self, page: str, chosen: int, fields: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.page, self.chosen = page, chosen
        self.values: dict[str, list[str]] = {}
        for name, value in fields:
            self.values.setdefault(name, []).append(value)
        self.parts: list[str] = []
        self.at = 0
        self._form = -1
        self._inside = False
        self._select: str | None = None
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = dict(attrs)
        if tag == "form":
            self._form += 1
            self._inside = self._form == self.chosen
        elif self._inside and tag in {"input", "textarea", "select", "option"}:
            self._control(tag, attrs, given.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None

    def _control(self, tag: str, attrs: Attributes, name: str) -> None:
        if name in SECRETS:
            return
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select is not None:
            self._write(tag, _marked(attrs, "selected", self.values.get(self._select, [])))
        elif tag == "textarea" and self.values.get(name):
            self._write(tag, attrs)
            self.parts.append(f"\n{escape(self.values[name].pop(0))}")
            self.at = self.page.index("</textarea", self.at)
        elif tag == "input":
            self._input(attrs, name, dict(attrs).get("type") or "text")

    def _input(self, attrs: Attributes, name: str, kind: str) -> None:
        if kind in _TICKED:
            self._write("input", _marked(attrs, "checked", self.values.get(name, [])))
        elif kind not in _LEFT_ALONE and self.values.get(name):
            others = [(one, value) for one, value in attrs if one != "value"]
            self._write("input", [*others, ("value", self.values[name].pop(0))])

    def _write(self, tag: str, attrs: Attributes) -> None:
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        written = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs)
        self.parts += [self.page[self.at : start], f"<{tag}{written}>"]
        self.at = start + len(self.get_starttag_text() or "")


def _marked(attrs: Attributes, mark: str, chosen: list[str]) -> Attributes:
    """With the mark if this is what was chosen, else without."""
    others = [(name, value) for name, value in attrs if name != mark]
    return [*others, (mark, None)] if (dict(attrs).get("value") or "") in chosen else others
