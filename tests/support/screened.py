"""The phone's real screens before an office whose answers a test writes.

`screened`  a ScreenedOffice on a port of its own, one for a test file; `screened.link()` is an invitation to open
`say`       the sentence that the screens have for a key, in the reference language
"""

from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask

from intake import words
from intake.files import asset
from intake.web.field import Packed, shelf
from tests.support.scripted import Said, ScriptedOffice, at_work, html


class ScreenedOffice(ScriptedOffice):
    """A scripted office that serves every file of the phone as the program does."""

    def link(self) -> str:
        return f"{self.url}/field/#{self.invite()}"

    def _file(self, path: str) -> Said:
        path = path.split("?")[0]
        found = _shelf().get(path.removeprefix("/field/"))
        if found is None or path in self.spoilt:
            return html(404 if found is None else 200)
        return Said(200, found.media_type, found.plain, {"Cache-Control": "no-cache"})


@cache
def _shelf() -> dict[str, Packed]:
    return shelf(Flask("screens", template_folder=str(asset("templates"))))


@pytest.fixture(scope="module")
def screened() -> Iterator[ScreenedOffice]:
    with at_work(ScreenedOffice()) as office:
        yield office


def say(key: str, **params: object) -> str:
    """The English sentence of `key`; `n` chooses one or other."""
    found = words.reference()[key]
    text: str = found if isinstance(found, str) else found["one" if params.get("n") == 1 else "other"]
    for param, value in params.items():
        text = text.replace(f"{{{param}}}", str(value))
    return text
