"""The releases that come with the program for its demo: what is in the file, and when a demo takes it."""

import json
from datetime import UTC, datetime
from pathlib import Path

from intake import words
from intake.cli.commands import main
from intake.domain.figures.attack import Attacker
from intake.domain.figures.release import from_json
from intake.domain.figures.tables import TABLES
from intake.envelope import releases as signatures
from intake.services import claim_demo, release_demo, releases
from intake.store import releases as published
from tests.support.staffed import StaffedOffice

EARLY = datetime(2025, 2, 1, 12, 0, tzinfo=UTC)


def test_eight_quarterly_releases_come_with_the_program_and_say_that_they_are_synthetic(tmp_path: Path) -> None:
    file = json.loads(release_demo.SHIPPED.read_text("utf-8"))
    found = [from_json(one) for one in file["releases"]]
    assert [one.until for one in found] == list(release_demo.QUARTERS)
    assert [one.number for one in found] == list(range(1, 9))
    assert all(one.tables == TABLES for one in found)
    assert all(one.classes[table.measure, table.rows] for one in found for table in TABLES)
    assert all(one["synthetic"] for one in (file, *file["releases"]))
    states = {state for one in found for state in one.classes["claims", "state"]}
    assert states - {"other", "several", "unknown"} <= set(words.invented_states("en"))
    assert Attacker(found, "answers").findings() == []
    first = tmp_path / "first.json"
    first.write_text(json.dumps(file["releases"][0]))
    assert main(["attack", "figures", str(first)]) == 0


def test_a_demo_publishes_by_two_people_what_was_made_for_just_its_count(office: StaffedOffice) -> None:
    lives = claim_demo.lives(list(words.invented_states("en")), today=EARLY.date(), by="amina", number=60)
    with office.store.office() as session, office.store.releases() as face:
        claim_demo.keep(session, desk=office.made.desk, lives=lives, now=EARLY)
        desks = [office.made.desk, office.desk(session, "bruno", "work", "sign")]
        # Sixty claims are not those that the file was made for.
        assert release_demo.publish(session, face, desks=desks, protect=release_demo.shipped, now=EARLY) == 0
        assert release_demo.publish(session, face, desks=desks, protect=releases.Reckoned.protected, now=EARLY) == 1
    with office.store.office(reading=True) as session, office.store.releases(reading=True) as face:
        (kept,) = releases.listing(session, desk=office.made.desk)
        assert (kept.by, kept.approved_by, kept.state) == ("amina", "bruno", releases.APPROVED)
        (one,) = published.every(face)
        public = office.made.desk.need("sign").chain.current("bundle_sign").public
        signatures.verify(one.content, one.sign, public)
        assert (one.until, one.published) == ("2024-12-31", "2025-01-20")
