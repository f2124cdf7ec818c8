"""Entering by hand: sealed to its writer, sealed as a phone seals, stored as any other, and lost by nobody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import delete, select

from intake.domain import entry
from intake.domain.problems import Problem
from intake.envelope import receipts
from intake.envelope.format import parse
from intake.envelope.signing import SigningKey
from intake.services import (
    answering,
    bundles,
    cases,
    devices,
    drafts,
    elsewhere,
    entering,
    offer,
    phones,
    receive,
    register,
    signin,
    staff,
)
from intake.services.entering import Writer
from intake.store import Session, Store, inbound
from intake.store import office as office_face
from intake.store.inbound import devices as inbound_devices
from intake.store.inbound import reports
from intake.store.office import drafts as rows
from intake.store.office import staff as accounts
from tests.support.staffed import OTHER_PEOPLE, StaffedOffice

CANARY = "Zephyrine by the old well 4711"
NAME = "Quetzalina Canary 5583"
LETTER = {"form": "visit", "channel": "letter", "came": "2026-11-20", "language": "ar"}
ALL = ("work", "identity", "sign")


@dataclass
class Entering:
    """bruno at his desk, who holds *work* and not *identity*."""

    office: StaffedOffice
    name: str = "bruno"
    seeds: dict[str, bytes] = field(default_factory=dict)

    def writer(self, session: Session) -> Writer:
        account = accounts.get(session, self.office.people[self.name].id)
        assert account is not None
        if self.name not in self.seeds:
            opened = signin.unlock(account, self.office.people[self.name].passphrase)
            assert opened is not None
            self.seeds[self.name] = opened.seed
        return Writer(self.office.desk(session, self.name), account, self.seeds[self.name])

    def do(self, what: Any, **given: Any) -> Any:
        with self.office.store.office() as session:
            return what(session, writer=self.writer(session), now=self.office.clock.now, **given)

    def begin(self, **changed: str) -> str:
        with self.office.store.inbound() as inbound_, self.office.store.office() as session:
            writer = self.writer(session)
            entering.ready(session, inbound_, desk=writer.desk, now=self.office.clock.now)
            draft = entering.begin(session, writer=writer, now=self.office.clock.now, **{**LETTER, **changed})
        return str(draft.id)

    def write(self, id: str, group: str, **fields: Any) -> entering.Written:
        paper = self.do(entering.paper, id=id)
        sent = {f"q-{name}": value if isinstance(value, list) else [value] for name, value in fields.items()}
        asked = " ".join(entry.asked(paper.group(group), paper.shown))
        written: entering.Written = self.do(entering.write, id=id, group=group, fields={**sent, "asked": [asked]})
        return written

    def whole(self, **changed: str) -> str:
        """A report with a canary in each part, ready to be sealed."""
        id = self.begin(**changed)
        self.write(id, "ready", private="yes", who_speaks="self", age_band="26_40")
        self.write(id, "agreement", may_write="yes")
        self.write(id, "now", danger_now="yes", hurt="no", **{"when_happened-from-year": "2026"})
        self.write(id, "help", help_words=CANARY, **{"help_words-language": "en"})
        self.write(id, "reach", called=NAME, **{"called-language": "ar"})
        return id

    def seal(self, id: str, state: str = "final") -> str:
        return str(self.do(entering.seal, id=id, state=state))

    def pull(self, name: str = "amina") -> int:
        with self.office.store.inbound() as inbound_, self.office.store.office() as session:
            return register.pull(session, inbound_, desk=self.office.desk(session, name), now=self.office.clock.now)

    def arrived(self) -> list[str]:
        drafts.deliver(self.office.store, now=self.office.clock.now)
        self.pull()
        with self.office.store.office(reading=True) as session:
            known = register.every(session, desk=self.office.desk(session, "amina"))
        return [one.report for one in known]


@pytest.fixture
def hand(office: StaffedOffice) -> Entering:
    return Entering(office)


def test_entering_by_hand_for_calls_letters_and_walk_ins_through_the_same_forms_sealed_the_same_way(
    hand: Entering,
) -> None:
    id = hand.whole()
    assert hand.seal(id) == hand.office.made.office
    (stored,) = drafts.deliver(hand.office.store, now=hand.office.clock.now)
    assert (stored.report, stored.state, stored.urgent) == (id, "kept", True)
    assert hand.pull() == 1
    with hand.office.store.office() as session:
        opened = register.open_report(
            session, desk=hand.office.desk(session, "amina"), report=id, now=hand.office.clock.now
        )
        case = cases.open_case(session, desk=hand.office.desk(session, "amina"), report=id, now=hand.office.clock.now)
    facts = opened.copy.facts
    assert facts is not None
    assert (facts.by, facts.channel, facts.came, facts.language) == ("bruno", "letter", "2026-11-20", "ar")
    assert opened.troubles == ()
    assert opened.report is not None
    assert opened.report.odd == ()
    assert [one["code"] for one in opened.remarks] == []
    assert opened.report.answers["help_words"] == {"text": CANARY, "language": "en"}
    assert opened.report.answers["channel"] == "letter"
    assert "by_hand" in opened.row.marks
    assert "unconfirmed" not in opened.row.marks
    assert case.reports == (id,)
    history = hand.office
    with history.store.office(reading=True) as session:
        acts = [line.act for line in register.history(session, desk=history.desk(session, "amina"), report=id)]
    assert "entered_by_hand" in acts


def test_who_entered_it_cannot_open_the_names_in_it(hand: Entering) -> None:
    id = hand.whole()
    hand.seal(id)
    hand.arrived()
    asked: dict[str, Any] = {"report": id, "reason": "To call her back", "now": hand.office.clock.now}
    with hand.office.store.office() as session:
        with pytest.raises(Problem, match=r"403\.20"):
            register.open_identity(session, desk=hand.office.desk(session, "bruno", "work", "identity"), **asked)
        found = register.open_identity(session, desk=hand.office.desk(session, "amina", "work", "identity"), **asked)
        assert NAME in str(found)
        with pytest.raises(Problem, match=r"404\.8"):
            entering.paper(session, writer=hand.writer(session), id=id, now=hand.office.clock.now)


def stored_bytes(store: Store) -> Iterator[bytes]:
    """Everything that rests in every table of both databases."""
    for face, metadata in ((store.inbound, inbound.metadata), (store.office, office_face.metadata)):
        with face(reading=True) as session:
            for table in metadata.sorted_tables:
                for row in session.execute(select(table)):
                    yield from (one if isinstance(one, bytes) else str(one).encode() for one in row)


def test_nothing_of_the_plain_text_rests_in_a_database_before_or_after(hand: Entering) -> None:
    secret = [word.encode() for text in (CANARY, NAME) for word in text.split() if len(word) > 3]

    def look() -> None:
        assert not [one for one in stored_bytes(hand.office.store) if any(word in one for word in secret)]

    id = hand.whole()
    look()
    hand.write(id, "now", **{"when_happened-from-year": "Zephyrine"})
    look()
    hand.write(id, "now", danger_now="no", hurt="no", **{"when_happened-from-year": "2026"})
    hand.seal(id)
    look()
    hand.arrived()
    look()


def test_a_draft_opens_for_nobody_but_its_writer(hand: Entering) -> None:
    id = hand.whole()
    other = Entering(hand.office, "amina")
    with pytest.raises(Problem, match=r"404\.8"):
        other.do(entering.paper, id=id)
    with hand.office.store.office() as session:
        assert entering.listing(session, writer=other.writer(session)) == []
        (row,) = rows.of_staff(session, hand.office.people["bruno"].id)
        rows.put(session, rows.Row(id, row.office, hand.office.people["amina"].id, row.day, row.sealed, row.envelope))
    with pytest.raises(Problem, match=r"404\.8"):
        other.do(entering.paper, id=id)


def test_what_is_typed_and_cannot_be_read_is_kept_with_the_draft(hand: Entering) -> None:
    id = hand.whole()
    written = hand.write(id, "now", danger_now="no", hurt="yes", **{"when_happened-from-year": "twenty"})
    assert written.wrong == {"q-when_happened": "422.251"}
    paper = hand.do(entering.paper, id=id)
    assert paper.draft.typed["now"]["q-when_happened-from-year"] == ["twenty"]
    assert paper.draft.answers["hurt"] == "yes"
    with pytest.raises(Problem, match=r"422\.258"):
        hand.seal(id)


def test_a_store_that_does_not_answer_loses_nothing_and_twice_is_once(
    hand: Entering, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = hand.whole()
    hand.seal(id)
    with monkeypatch.context() as broken:
        broken.setattr(receive, "receive", _does_not_answer)
        assert drafts.deliver(hand.office.store, now=hand.office.clock.now) == []
    with monkeypatch.context() as killed:
        # Stored, and the process dies before the office's own database hears of it.
        killed.setattr(rows, "remove", _dies)
        with pytest.raises(RuntimeError):
            drafts.deliver(hand.office.store, now=hand.office.clock.now)
    assert [one.report for one in drafts.deliver(hand.office.store, now=hand.office.clock.now)] == [id]
    assert drafts.deliver(hand.office.store, now=hand.office.clock.now) == []
    with hand.office.store.inbound(reading=True) as inbound_:
        assert len(reports.of(inbound_, id)) == 1


def _does_not_answer(*_: object, **__: object) -> None:
    raise Problem("503.1")


def _dies(*_: object, **__: object) -> None:
    raise RuntimeError


def test_a_draft_that_nobody_goes_on_with_arrives_as_unfinished(hand: Entering) -> None:
    id, silent = hand.whole(), hand.begin()
    hand.write(silent, "ready", private="yes")
    hand.office.clock.move(days=3)
    with hand.office.store.office() as session:
        drafts.sweep(session, now=hand.office.clock.now)
    assert hand.arrived() == []
    hand.office.clock.move(days=1)
    with hand.office.store.office() as session:
        drafts.sweep(session, now=hand.office.clock.now)
    assert hand.arrived() == [id]
    with hand.office.store.office(reading=True) as session:
        found = register.find(session, desk=hand.office.desk(session, "amina"), report=id)
        assert entering.listing(session, writer=hand.writer(session)) == []
    assert found.facts is not None
    assert (found.facts.state, found.facts.by) == ("unfinished", "bruno")


def test_what_somebody_who_leaves_had_begun_goes_out(hand: Entering) -> None:
    id = hand.whole()
    with hand.office.store.office() as session:
        staff.close(session, desk=hand.office.desk(session, "emil"), name="bruno", now=hand.office.clock.now)
    assert hand.arrived() == [id]


def test_without_agreement_nothing_is_sealed_and_a_no_takes_the_copy_away(hand: Entering) -> None:
    id = hand.whole()
    hand.write(id, "agreement", may_write="no")
    with hand.office.store.office() as session:
        (row,) = rows.of_staff(session, hand.office.people["bruno"].id)
    assert row.envelope == b""
    for state in ("final", "unfinished"):
        with pytest.raises(Problem, match=r"422\.255"):
            hand.seal(id, state)
    with hand.office.store.office() as session:
        entering.destroy(session, writer=hand.writer(session), id=id)
    assert hand.arrived() == []


def test_every_number_is_given_once_and_the_receipt_is_the_one_a_phone_gets(hand: Entering) -> None:
    key, numbers = SigningKey.generate(), []
    for _ in range(2):
        id = hand.whole()
        hand.seal(id)
        (stored,) = drafts.deliver(hand.office.store, now=hand.office.clock.now)
        receipts.check(receive.receipt(key, stored), key.public)
        hand.pull()
        with hand.office.store.office(reading=True) as session:
            found = register.find(session, desk=hand.office.desk(session, "amina"), report=id)
        assert found.facts is not None
        numbers.append(found.facts.n)
    assert numbers == [1, 2]


def test_a_phone_that_calls_its_report_entered_by_hand_is_not_believed(hand: Entering) -> None:
    report = hand.office.phone().send(version=2, entered={"channel": "call", "came": "2026-11-20"})
    hand.pull()
    with hand.office.store.office(reading=True) as session:
        found = register.find(session, desk=hand.office.desk(session, "amina"), report=report)
    assert found.facts is not None
    assert (found.facts.channel, found.facts.by) == ("", "")


def test_the_desk_is_no_phone(hand: Entering) -> None:
    phone = hand.office.phone()
    id = hand.whole()
    hand.seal(id)
    hand.arrived()
    with hand.office.store.inbound() as inbound_, hand.office.store.office() as session:
        desk = hand.office.desk(session, "amina")
        register.pull(session, inbound_, desk=desk, now=hand.office.clock.now)
        listed = phones.every(session, inbound_, desk=desk, now=hand.office.clock.now)
        assert [one.device.id for one in listed] == [phone.id]
        case = cases.open_case(session, desk=desk, report=id, now=hand.office.clock.now)
        (road,) = answering.roads(session, desk=desk, case=case)
        assert road.refused == "422.257"
        assert [one.desk for one in devices.every(session, desk=desk)].count(True) == 1


def test_a_public_side_restored_to_before_the_desk_had_a_key_learns_it_again(hand: Entering) -> None:
    hand.begin()
    with hand.office.store.inbound() as inbound_:
        inbound_.execute(delete(inbound_devices.devices))
    id = hand.whole()
    hand.seal(id)
    assert hand.arrived() == [id]


@pytest.mark.parametrize("named", [True, False])
def test_what_this_office_must_not_read_goes_to_another_one_or_nowhere(hand: Entering, named: bool) -> None:
    office = hand.office
    other = StaffedOffice.make(office.store, office.clock, name="Bay of Reeds", people=OTHER_PEOPLE)
    if named:
        with office.store.inbound() as inbound_, office.store.office() as session:
            desk = office.desk(session, "amina", *ALL)
            words = " ".join(other.made.words)
            elsewhere.add(session, inbound_, desk=desk, office="Bay of Reeds", words=words, now=office.clock.now)
            bundles.publish(session, inbound_, desk=desk, shell="none", now=office.clock.now)  # noqa: S604  no shell
    id = hand.whole()
    hand.write(id, "readers", reader_involved="yes")
    with office.store.office() as session:
        (row,) = rows.of_staff(session, office.people["bruno"].id)
    own = office.made.desk.opened["work"].chain.current("report").id
    assert not row.envelope or parse(row.envelope).parts[0].key_id != own
    if not named:
        assert row.envelope == b""
        with pytest.raises(Problem, match=r"422\.256"):
            hand.seal(id)
        return
    assert hand.seal(id) == other.made.office
    assert hand.arrived() == []
    with office.store.inbound() as inbound_, office.store.office() as session:
        desk = other.desk(session, "hanna")
        assert register.pull(session, inbound_, desk=desk, now=office.clock.now) == 1
        opened = register.open_report(session, desk=desk, report=id, now=office.clock.now)
        assert not register.history(session, desk=office.desk(session, "amina"), report=id)
    assert opened.report is not None
    assert opened.report.answers["help_words"] == {"text": CANARY, "language": "en"}
    assert opened.copy.guest is not None


def test_a_form_that_is_off_and_a_language_nobody_knows_are_refused(hand: Entering) -> None:
    for changed, code in (({"form": "wish"}, "422.55"), ({"language": "xx"}, "422.222"), ({"channel": ""}, "422.254")):
        with pytest.raises(Problem) as refused:
            hand.begin(**changed)
        assert refused.value.code == code
        assert refused.value.params["field"] in changed
    with hand.office.store.office(reading=True) as session:
        on = [one["id"] for one in offer.said(session, office=hand.office.made.office)["forms"]]
        assert entering.forms(session, desk=hand.office.desk(session, "bruno")) == on


def test_what_is_entered_adds_to_a_report_that_the_writer_may_see(hand: Entering) -> None:
    report = hand.office.phone().send()
    hand.pull()
    id = hand.whole(about=report)
    hand.seal(id)
    hand.arrived()
    with hand.office.store.office() as session:
        desk = hand.office.desk(session, "amina")
        found = register.find(session, desk=desk, report=id)
        assert found.facts is not None
        assert (found.facts.about, found.facts.relation) == (report, "adds_to")
        case = cases.open_case(session, desk=desk, report=report, now=hand.office.clock.now)
        cases.act(
            session, desk=desk, case=case.id, kind="kept_from", version=case.version, now=hand.office.clock.now,
            who="staff:bruno",
        )  # fmt: skip
    with pytest.raises(Problem, match=r"403\.12"):
        hand.begin(about=report)
    with pytest.raises(Problem, match=r"404\.2"):
        hand.begin(about="8f0a1b2c-0000-4000-8000-000000000000")
