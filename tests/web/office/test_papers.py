"""Papers that leave the office, as they are drawn: the order in which the eye meets what runs the other way."""

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from intake.domain import scorecard as rules
from intake.domain.member_state import MemberState, Name
from intake.domain.scorecard import Hearing, Method, Scorecard
from intake.domain.verbale import Verbale
from intake.files import asset
from intake.web import committee, letters, locales
from tests.domain.test_scorecard import TODAY, allegation, inputs

MADE = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
ADDRESS = "12 rue de Rivoli\n3e étage, bureau 7\n75001 Paris (France)\n+33 1 55 55 01 02"
PAGE, WORD = "{http://www.w3.org/1999/xhtml}page", "{http://www.w3.org/1999/xhtml}word"


def lines(pdf: bytes, folder: Path) -> list[str]:
    """Each line of each sheet from left to right, as it is seen."""
    (folder / "paper.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-bbox", folder / "paper.pdf", "-"], capture_output=True, check=True)
    found = []
    for page in ElementTree.fromstring(done.stdout).iter(PAGE):
        rows: dict[int, list[tuple[float, str]]] = {}
        for word in page.iter(WORD):
            text = re.sub("[\u2066-\u2069]", "", word.text or "")
            rows.setdefault(round(float(word.attrib["yMin"])), []).append((float(word.attrib["xMin"]), text))
        found += [" ".join(text for _, text in sorted(row)) for _, row in sorted(rows.items())]
    return found


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_lines_of_an_address_that_begin_with_a_number_are_not_turned(language: str, tmp_path: Path) -> None:
    note = Verbale("n", 1, "NV-2026-0001", "FR", "claim", "claims_received", language, ())
    pdf = letters.compose(
        note,
        kind="reminder",
        office="Office 12 (East)",
        state=MemberState("s", 1, "FR", language, ADDRESS),
        to=Name("Colonel Éloi Marchand", "e.marchand@example.org"),
        annex=[letters.Line("C-2026-0004", "2026-03-04", "Zainab 4 (mother)")],
        answer_by="2026-12-24",
        made=MADE,
    )
    found = lines(pdf, tmp_path)

    for line in (*ADDRESS.split("\n"), "Office 12 (East)"):
        assert line in found
    assert any("Zainab 4 (mother)" in line for line in found)
    assert any("NV-2026-0001" in line for line in found)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_shares_and_words_of_a_state_on_the_committees_paper_are_not_turned(language: str, tmp_path: Path) -> None:
    of_nine = tuple(
        allegation(
            n, 200 + 20 * n, acknowledged=5, investigation_done=90, **({"outcome_reported": 99} if n % 2 else {})
        )
        for n in range(9)
    )
    cards = {code: (rules.card(found, Method()),) for code, found in (("FR", inputs(of_nine)), ("MA", inputs()))}
    hearings = {"FR": Hearing("2026-10-01", "2026-10-10", "We answered 5 of 9."), "MA": Hearing("2026-10-01")}
    card = Scorecard("x", 4, TODAY, Method(), 30, cards, hearings)
    app = Flask("papers", template_folder=str(asset("templates")))
    locales.install(app)
    with app.test_request_context(f"/?lang={language}"):
        name = locales.country("MA")
        found = lines(committee.compose(card, office="Office 12 (East)", made=MADE), tmp_path)

    (outcomes,) = [line for line in found if "4 / 9" in line]
    assert re.search(r"44 % \(\d+–\d+ %\)", outcomes)
    assert {"Office 12 (East)", "We answered 5 of 9."} <= set(found)
    assert len([line for line in found if "A6" in line]) == 2
    assert language == "ar" or name in found
