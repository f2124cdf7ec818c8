"""Releases: two people, the same count twice, a signature, and never a change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from intake.domain.figures.attack import attack
from intake.domain.figures.counting import Record, key
from intake.domain.figures.release import from_json
from intake.domain.figures.tables import Table
from intake.domain.problems import Problem
from intake.envelope import releases as signatures
from intake.envelope.encoding import loads
from intake.services import releases
from intake.store import releases as published
from tests.support.staffed import StaffedOffice

LINE = (Table("told", "answers", "told"),)


def told(*values: int) -> list[Record]:
    """So many answers told in time, late, not yet, and not recorded."""
    codes = ("in_time", "late", "not_yet", "not_recorded")
    return [
        Record("answers", {"told": code}, True) for code, value in zip(codes, values, strict=True) for _ in range(value)
    ]


def prepare(office: StaffedOffice, who: str, counted: Sequence[Record], until: str, **chosen: str) -> int:
    with office.store.office() as session:
        desk, now = office.desk(session, who), office.clock.now
        told: dict[str, Any] = {
            "records_of": counted,
            "until": until,
            "policy": "protected",
            "now": now,
            "tables": LINE,
        }
        return releases.prepare(session, desk=desk, **told, **chosen)


def approve(office: StaffedOffice, who: str, number: int, counted: Sequence[Record]) -> None:
    with office.store.releases() as face, office.store.office() as session:
        desk, now = office.desk(session, who, "work", "sign"), office.clock.now
        releases.approve(
            session, face, desk=desk, number=number, seen=1, records_of=counted, policy="protected", now=now
        )


def test_releases_prepared_by_one_person_approved_by_another_immutable_signed(office: StaffedOffice) -> None:
    counted = told(12, 8, 20, 1)
    number = prepare(office, "amina", counted, "2026-09-30")

    with pytest.raises(Problem) as own:
        approve(office, "amina", number, counted)
    assert own.value.code == "422.344"
    approve(office, "bruno", number, counted)

    with office.store.releases(reading=True) as face, office.store.office() as session:
        one = published.every(face)[0]
        desk = office.desk(session, "bruno", "work", "sign")
        public = desk.need("sign").chain.current("bundle_sign").public
    signatures.verify(one.content, one.sign, public)
    with pytest.raises(Problem) as changed:
        signatures.verify(one.content.replace(b"2026-09-30", b"2026-09-29"), one.sign, public)
    assert changed.value.code == "422.349"
    said = from_json(loads(one.content)).said  # type: ignore[arg-type]
    assert (said[key("answers", told="in_time")].least, said[key("answers", told="in_time")].most) == (8, 12)
    with pytest.raises(Problem) as again:
        approve(office, "bruno", number, counted)
    assert again.value.code == "422.348"


def test_what_was_decided_when_the_machine_stopped_is_public_later(office: StaffedOffice) -> None:
    counted = told(12, 8, 20, 1)
    number = prepare(office, "amina", counted, "2026-09-30")

    def catch_up() -> list[str]:
        with office.store.releases() as face, office.store.office() as session:
            desk = office.desk(session, "bruno")
            assert releases.is_behind(session, face, desk=desk)
            releases.catch_up(session, face, desk=desk)
            assert not releases.is_behind(session, face, desk=desk)
            return [one.note for one in published.every(face)]

    asked: dict[str, Any] = {"records_of": counted, "policy": "protected", "number": number}
    with power_cut(office) as (session, face, desk, now):
        releases.approve(session, face, desk=desk, seen=1, now=now, **asked)
    assert catch_up() == [""]
    with power_cut(office) as (session, face, desk, now):
        releases.withdraw(session, face, desk=desk, number=number, seen=2, note="One State was counted twice.", now=now)
    assert catch_up() == ["One State was counted twice."]


class PowerCut(Exception):
    """The machine stopped."""


@contextmanager
def power_cut(office: StaffedOffice) -> Iterator[Any]:
    """What the office writes is kept, what goes to the public is not."""
    with suppress(PowerCut), office.store.releases() as face:
        with office.store.office() as session:
            yield session, face, office.desk(session, "bruno", "work", "sign"), office.clock.now
        raise PowerCut


def test_what_is_public_is_of_one_office_that_knows_all_of_it(office: StaffedOffice) -> None:
    counted = told(12, 8, 20, 1)
    number = prepare(office, "amina", counted, "2026-09-30")
    lost = published.Published(7, office.made.office, "2026-06-30", "2026-07-01", b"{}", b"")

    def approve_beside(there: published.Published) -> None:
        with office.store.releases() as face, office.store.office() as session:
            published.add(face, there)
            desk, now = office.desk(session, "bruno", "work", "sign"), office.clock.now
            asked: dict[str, Any] = {"records_of": counted, "policy": "protected", "number": number}
            releases.approve(session, face, desk=desk, seen=1, now=now, **asked)

    for there, code in ((replace(lost, office="0" * 32), "409.27"), (lost, "409.28")):
        with pytest.raises(Problem) as refused:
            approve_beside(there)
        assert refused.value.code == code


def test_recomputed_figures_equal_the_release_before_rounding(office: StaffedOffice) -> None:
    number = prepare(office, "amina", told(12, 8, 20, 1), "2026-09-30")

    with pytest.raises(Problem) as refused:
        approve(office, "bruno", number, told(12, 8, 20, 2))
    assert refused.value.code == "409.16"


def test_withdrawn_only_with_a_public_note_and_the_attacker_goes_on_knowing_it(office: StaffedOffice) -> None:
    first, second = told(12, 8, 20, 1), told(13, 9, 20, 1)
    approve(office, "bruno", prepare(office, "amina", first, "2026-06-30"), first)

    with office.store.releases() as face, office.store.office() as session:
        desk, now = office.desk(session, "bruno", "work", "sign"), office.clock.now
        with pytest.raises(Problem) as refused:
            releases.withdraw(session, face, desk=desk, number=1, seen=2, note=" ", now=now)
        assert refused.value.code == "422.345"
        releases.withdraw(session, face, desk=desk, number=1, seen=2, note="One State was counted twice.", now=now)
    approve(office, "bruno", prepare(office, "amina", second, "2026-09-30"), second)

    with office.store.releases(reading=True) as face:
        found = published.every(face)
    assert [(one.number, one.note) for one in found] == [(1, "One State was counted twice."), (2, "")]
    assert attack([from_json(loads(one.content)) for one in found]) == []  # type: ignore[arg-type]


def test_the_licence_is_chosen_with_the_policy_and_an_old_release_keeps_its_own(office: StaffedOffice) -> None:
    first, second = told(12, 8, 20, 1), told(20, 20, 20, 20)
    with pytest.raises(Problem) as refused:
        prepare(office, "amina", first, "2026-06-30", licence="All rights reserved")
    assert (refused.value.code, refused.value.params["field"]) == ("422.48", "licence")
    approve(office, "bruno", prepare(office, "amina", first, "2026-06-30"), first)
    approve(office, "bruno", prepare(office, "amina", second, "2026-09-30", licence="CC0-1.0"), second)

    with office.store.releases(reading=True) as face:
        files: list[Any] = [loads(one.content) for one in published.every(face)]
    assert [file["licence"] for file in files] == ["CC-BY-4.0", "CC0-1.0"]


@pytest.mark.parametrize("until", ["2026-06-30", "2026-03-31", "2999-01-01"])
def test_a_day_is_over_and_later_than_the_last_release(office: StaffedOffice, until: str) -> None:
    counted = told(12, 8, 20, 1)
    approve(office, "bruno", prepare(office, "amina", counted, "2026-06-30"), counted)

    with pytest.raises(Problem) as refused:
        prepare(office, "amina", counted, until)
    assert refused.value.code == "422.346"


def test_one_release_waits_at_a_time_and_may_be_put_aside(office: StaffedOffice) -> None:
    counted = told(12, 8, 20, 1)
    number = prepare(office, "amina", counted, "2026-06-30")
    with pytest.raises(Problem) as refused:
        prepare(office, "amina", counted, "2026-06-30")
    assert refused.value.code == "422.347"

    with office.store.office() as session:
        releases.put_aside(session, desk=office.desk(session, "bruno"), number=number, seen=1, now=office.clock.now)

    assert prepare(office, "amina", counted, "2026-06-30") == number + 1
    with office.store.releases(reading=True) as face:
        assert published.every(face) == []
