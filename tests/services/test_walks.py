"""The chain walked in portions, from a sealed mark on: whoever rewrites what is old is found by day or by night."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.domain.problems import Problem
from intake.services import audit, walks
from intake.services.walks import Night, Walked, Walker
from intake.store import Session
from intake.store.office import audit as lines
from intake.store.office import records
from tests.support.staffed import StaffedOffice


@pytest.fixture
def busy(office: StaffedOffice, monkeypatch: pytest.MonkeyPatch) -> StaffedOffice:
    """Twelve lines of people with keys; walked in portions of five."""
    monkeypatch.setattr(walks, "AT_ONCE", 5)
    monkeypatch.setattr(walks, "KEEP_AFTER", 2)
    for number in range(12):
        write(office, f"r{number}")
    return office


def write(office: StaffedOffice, about: str) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        audit.write(session, desk=desk, act="opened", about=about, details={"n": 1}, now=office.clock.now)


def look(office: StaffedOffice, *, afresh: bool = False) -> Walked:
    """What the page does."""
    with office.store.office() as session:
        desk = office.desk(session, "dele")
        found = walks.walk(session, desk=desk, afresh=afresh)
        walks.keep(session, desk=desk, walked=found, now=office.clock.now)
    return found


def to_the_end(office: StaffedOffice) -> Walked:
    while not look(office).whole:
        pass
    return look(office)


def whole_night(walker: Walker, office: StaffedOffice) -> Night:
    while not (found := walker.step(now=office.clock.now)):
        pass
    return found[0]


def change(session: Session, number: int) -> None:
    """Old words replaced by older ones: line and chain value stay."""
    (other,) = (one for one in lines.lines(session, _office(session)) if one.number == number + 1)
    session.execute(lines.audit.update().where(lines.audit.c.number == number).values(sealed=other.sealed))


def rechain(session: Session, without: int) -> None:
    """What somebody does who owns the database: take a line out and compute all that follows, the head too."""
    kept = [one for one in lines.lines(session, _office(session)) if one.number != without]
    session.execute(lines.audit.delete())
    before = audit.BEGINNING
    for number, line in enumerate(kept, start=1):
        link = audit._link(before.chain, line.office, number, line.day, line.key_id, line.sealed)
        lines.add(session, replace(line, number=number, chain=link))
        before = lines.Head(number, link)


def _office(session: Session) -> str:
    return str(session.execute(lines.audit_heads.select()).one().office)


def test_each_look_walks_a_portion_more_and_later_ones_only_what_is_new(
    busy: StaffedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(busy).upto.number == 5
    found = to_the_end(busy)
    assert found.whole
    assert found.total - found.before < 5
    opened: list[int] = []
    real = audit._open
    monkeypatch.setattr(audit, "_open", lambda line, chain: (opened.append(line.number), real(line, chain))[1])
    write(busy, "another")
    assert look(busy).total == found.total + 1
    assert min(opened) == found.before + 1
    assert look(busy, afresh=True).upto.number == 5


def test_an_old_part_that_was_computed_anew_is_found_by_day_though_it_is_not_walked(busy: StaffedOffice) -> None:
    found = to_the_end(busy)
    with busy.store.office() as session:
        rechain(session, without=2)
        # Whoever owns the database can put the record of the head away, and not seal another mark.
        session.execute(records.records.delete().where(records.records.c.id == audit.HEAD))
    write(busy, "seals the head")
    write(busy, "and one more")
    with pytest.raises(Problem) as caught:
        look(busy)
    assert caught.value.params["number"] == found.before


def test_an_old_line_that_was_replaced_as_it_stands_is_found_by_night_which_the_page_says(busy: StaffedOffice) -> None:
    to_the_end(busy)
    walker = Walker(busy.store)
    assert whole_night(walker, busy) == Night(look(busy).night.at, look(busy).night.number, broken=False)  # type: ignore[union-attr]
    assert walker.step(now=busy.clock.now) == [], "once a day"
    to_the_end(busy)
    with busy.store.office() as session:
        change(session, 3)
    assert to_the_end(busy).whole, "it lies before the mark"
    busy.clock.now += timedelta(days=1)
    assert whole_night(walker, busy).number == 3
    night = to_the_end(busy).night
    assert night is not None
    assert (night.number, night.broken) == (3, True)


def test_the_night_remembers_where_the_chain_ended_and_finds_one_that_was_computed_anew(busy: StaffedOffice) -> None:
    walker = Walker(busy.store)
    last = whole_night(walker, busy)
    with busy.store.office() as session:
        rechain(session, without=2)
    for number in range(3):
        write(busy, f"later {number}")
    busy.clock.now += timedelta(days=1)
    assert whole_night(walker, busy) == Night(walks.times.text(busy.clock.now), last.number, broken=True)


def test_who_takes_the_mark_away_or_puts_an_older_one_back_has_more_walked_and_not_less(busy: StaffedOffice) -> None:
    to_the_end(busy)
    with busy.store.office() as session:
        change(session, 3)
        session.execute(records.records.delete().where(records.records.c.id == walks.ID))
    with pytest.raises(Problem, match=r"422\.86"):
        look(busy)
