"""The words of the list of places that help and of the cards: each is there, each is used, none is jargon."""

import re
import tomllib

from intake import words
from tests.support.browser import ROOT

SCRIPTS = [ROOT / "static/field/cards.js", ROOT / "static/field/screens/services.js"]
FAMILIES = ("services.help.", "services.cost_", "windows.")
STATES = {"services.missing", "services.none", "services.unreadable"}


def known() -> set[str]:
    table = tomllib.loads((ROOT / "translations/reference/services.toml").read_text("utf-8"))
    return {key for key in words.reference() if key.split(".")[0] in table}


def test_every_word_of_the_list_and_the_cards_is_used_and_every_word_used_exists() -> None:
    text = "\n".join(path.read_text("utf-8") for path in SCRIPTS)
    said = set(re.findall(r"\"((?:services|windows)\.[a-z0-9_]+)\"", text)) | STATES
    said |= {f"danger.{name}" for name in re.findall(r"\bt\(\"([a-z_]+)\"\)", text)}
    said |= {f"services.{name}" for name in re.findall(r"\bsaid\(\"([a-z_]+)\"", text)}
    assert said - known() == set()
    assert {key for key in known() - said if not key.startswith(FAMILIES)} == set()


def test_the_list_and_the_cards_speak_without_jargon() -> None:
    said = " ".join(str(text) for key, text in words.reference().items() if key in known())
    assert re.findall(words.JARGON["en"], said, re.IGNORECASE) == []
