"""The audit chain shows every line that was changed, removed or moved."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from intake.domain.problems import Problem
from intake.services import audit
from intake.store import Session
from intake.store.office import audit as lines
from intake.store.office import records
from tests.support.staffed import StaffedOffice


@pytest.fixture
def busy(office: StaffedOffice) -> StaffedOffice:
    with office.store.office() as session:
        for name in ("amina", "bruno", "emil"):
            desk = office.desk(session, name)
            audit.write(session, desk=desk, act="opened", about=f"r-{name}", details={"n": 1}, now=office.clock.now)
    return office


def _verify(office: StaffedOffice, *, inside: bool = False) -> None:
    with office.store.office() as session:
        audit.verify(session, desk=office.desk(session, "amina") if inside else None)


def _break(office: StaffedOffice, how: Callable[[Session, list[lines.Line]], None]) -> None:
    with office.store.office() as session:
        how(session, list(lines.lines(session, office.made.office)))


def _fail_after_writing(office: StaffedOffice) -> None:
    with office.store.office() as session:
        audit.write(session, desk=office.made.desk, act="opened", about="x", details={}, now=office.clock.now)
        raise RuntimeError


def _change(session: Session, line: lines.Line, **values: object) -> None:
    session.execute(lines.audit.update().where(lines.audit.c.number == line.number).values(**values))


def _remove(session: Session, line: lines.Line) -> None:
    session.execute(lines.audit.delete().where(lines.audit.c.number == line.number))


def _rechain(session: Session, kept: list[lines.Line]) -> None:
    """What somebody does who owns the database: write the chain anew, every outer value right."""
    office, before = kept[0].office, bytes(32)
    session.execute(lines.audit.delete())
    for number, line in enumerate(kept, start=1):
        link = audit._link(before, office, number, line.day, line.key_id, line.sealed)
        lines.add(session, replace(line, number=number, chain=link))
        before = link


def test_a_whole_chain_verifies_outside_and_inside(busy: StaffedOffice) -> None:
    _verify(busy)
    _verify(busy, inside=True)


def test_lines_read_as_they_were_written_also_those_of_people_without_keys(busy: StaffedOffice) -> None:
    with busy.store.office() as session:
        entries = list(audit.read(session, desk=busy.desk(session, "dele")))
    assert [(entry.act, entry.name, entry.about) for entry in entries[-3:]] == [
        ("opened", "amina", "r-amina"),
        ("opened", "bruno", "r-bruno"),
        ("opened", "emil", "r-emil"),
    ]
    assert entries[-1].details == {"n": 1}


def test_a_page_of_lines_is_read_and_no_other_and_what_cannot_be_opened_is_left_out(
    busy: StaffedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with busy.store.office() as session:
        desk = busy.desk(session, "dele")
        total = audit.count(session, desk=desk)
        every = [entry.number for entry in audit.read(session, desk=desk)]
        assert every == list(range(1, total + 1))
        assert [entry.number for entry in audit.read(session, desk=desk, newest_first=True)] == every[::-1]
        opened: list[int] = []
        real = audit._open
        monkeypatch.setattr(audit, "_open", lambda line, chain: (opened.append(line.number), real(line, chain))[1])
        page = audit.page(session, desk=desk, upto=total - 1, most=2)
        assert [entry.number for entry in page] == opened == [total - 1, total - 2]
        _change(session, next(lines.lines(session, busy.made.office, newest_first=True)), sealed=b"spoilt")
        assert [entry.number for entry in audit.page(session, desk=desk, upto=total, most=2)] == [total - 1]


def test_nothing_of_a_line_can_be_read_without_a_key(busy: StaffedOffice) -> None:
    with busy.store.office() as session:
        kept = b"".join(line.sealed for line in lines.lines(session, busy.made.office))
    assert b"opened" not in kept
    assert b"amina" not in kept


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(lambda s, found: _change(s, found[1], day="2020-01-01"), id="a day changed"),
        pytest.param(lambda s, found: _change(s, found[1], sealed=found[2].sealed), id="content replaced"),
        pytest.param(lambda s, found: _change(s, found[1], key_id="0" * 16), id="another key named"),
        pytest.param(lambda s, found: _remove(s, found[1]), id="removed in the middle"),
        pytest.param(lambda s, found: _remove(s, found[0]), id="removed at the beginning"),
        pytest.param(lambda s, found: _remove(s, found[-1]), id="removed at the end"),
        pytest.param(
            lambda s, found: (
                _change(s, found[1], number=999),
                _change(s, found[2], number=found[1].number),
                _change(s, replace(found[1], number=999), number=found[2].number),
            ),
            id="two lines exchanged",
        ),
    ],
)
def test_a_line_changed_removed_or_moved_is_noticed_without_any_key(
    busy: StaffedOffice, how: Callable[[Session, list[lines.Line]], None]
) -> None:
    _break(busy, how)
    with pytest.raises(Problem, match=r"422\.86"):
        _verify(busy)


def test_a_chain_written_anew_without_one_line_is_noticed_by_who_holds_the_records_key(busy: StaffedOffice) -> None:
    _break(busy, lambda session, found: _rechain(session, [found[0], *found[2:]]))
    _verify(busy)
    with pytest.raises(Problem, match=r"422\.86"):
        _verify(busy, inside=True)


def test_lines_cut_off_and_the_head_moved_back_are_noticed_by_a_head_noted_before(busy: StaffedOffice) -> None:
    with busy.store.office() as session:
        head = audit.verify(session)[busy.made.office]
        assert audit.contains(session, number=head.number, chain=head.chain.hex())
    _break(busy, lambda session, found: _rechain(session, found[:-1]))
    with busy.store.office() as session:
        assert audit.verify(session)[busy.made.office].number == head.number - 1
        assert not audit.contains(session, number=head.number, chain=head.chain.hex())


def test_lines_cut_off_and_the_head_moved_back_are_noticed_by_who_holds_the_records_key(busy: StaffedOffice) -> None:
    """The last line here is of somebody without keys; the one before is of somebody who sealed the head."""
    _break(busy, lambda session, found: _rechain(session, found[:-2]))
    _verify(busy)
    with pytest.raises(Problem, match=r"422\.86"):
        _verify(busy, inside=True)


def test_a_chain_whose_sealed_head_was_taken_away_is_broken(busy: StaffedOffice) -> None:
    with busy.store.office() as session:
        session.execute(records.records.delete().where(records.records.c.id == audit.HEAD))
    with pytest.raises(Problem, match=r"422\.86"):
        _verify(busy, inside=True)


def test_an_act_that_fails_leaves_no_line(busy: StaffedOffice) -> None:
    with busy.store.office() as session:
        before = audit.verify(session)
    with pytest.raises(RuntimeError):
        _fail_after_writing(busy)
    with busy.store.office() as session:
        assert audit.verify(session) == before
