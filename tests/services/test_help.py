"""Help in a case: offered, agreed to, sent, and ended when she takes her word back. On both databases."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from intake.domain.problems import Problem
from intake.domain.referral import Referral
from intake.services import audit, cases, consents, directory, help, notes, providers, receive, register
from intake.store.office import records as rows
from tests.support.care import AGREED, NOBODY, SENT, Care, care_for
from tests.support.staffed import StaffedOffice

# Rules that say nothing of the database are tried on one of them.
on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)

ENTRY: dict[str, Any] = {
    "name": "House of Lanterns",
    "services": ["SAFETY"],
    "place": "south",
    "telephone": ["+000 555 0102"],
    "hours": "Day and night",
    "serves": "Women",
    "landmark": "",
    "notes": "",
    "cost": "free",
    "languages": ["en"],
    "checked": "2026-08-01",
}


@pytest.fixture
def care(office: StaffedOffice) -> Iterator[Care]:
    return care_for(office, version=2, answers=NOBODY)


@pytest.fixture
def sent(care: Care) -> Referral:
    offered = care.offer(provider=care.clinic().id)
    agreed = care.step(offered, "consented", **AGREED)
    return care.step(agreed, "sent", provider=offered.provider, **SENT)


def test_help_goes_its_way_and_each_step_is_on_record(care: Care, sent: Referral) -> None:
    accepted = care.step(sent, "accepted", appointment="2026-11-25")
    begun = care.step(accepted, "in_progress", follow_up="2026-12-08")
    done = care.step(begun, "done", done_on="2026-11-22", met="yes")
    assert care.find(sent) == done
    with care.office.store.office(reading=True) as session:
        lines = [
            one for one in audit.read(session, desk=care.office.desk(session, "amina")) if one.about == care.case.id
        ]
    kinds = [one.details["kind"] for one in lines if one.act == "changed_a_referral"]
    assert kinds == ["offered", "consented", "sent", "accepted", "in_progress", "done"]


def test_when_to_act_and_who_stand_beside_the_sealed_record(care: Care, sent: Referral) -> None:
    with care.office.store.office(reading=True) as session:
        row = rows.get(session, office=care.office.made.desk.office, kind="referral", id=sent.id)
    assert row is not None
    assert (row.due_on, row.owner) == ("2026-11-29", care.office.people["amina"].id)


@on_sqlite
def test_nothing_is_sent_without_her_agreement(care: Care) -> None:
    clinic = care.clinic(services=("SAFETY",))
    offered = care.offer("SAFETY", clinic.id)
    agreed = care.step(offered, "consented", **AGREED)
    other = care.clinic(name="Another", services=("SAFETY",))
    with pytest.raises(Problem, match=r"422\.191"):
        care.step(agreed, "sent", provider=other.id, **SENT)
    assert care.step(agreed, "sent", provider=clinic.id, **SENT).state == "sent"


@on_sqlite
def test_agreeing_to_help_records_who_was_told_and_how(care: Care) -> None:
    offered = care.offer()
    with pytest.raises(Problem, match=r"422\.40"):
        care.step(offered, "consented", **{**AGREED, "how": ""})
    assert care.find(offered).state == "offered"
    care.step(offered, "consented", **AGREED)
    assert [(one.recipient, one.agrees) for one in care.help().wishes.agreements.words] == [("MED", True)]


def test_taking_her_word_back_ends_what_is_open_and_leaves_a_recall_to_do(care: Care, sent: Referral) -> None:
    still = care.offer("LEGAL")
    assert care.says("no", "LIVELI") == 0
    assert care.says("no", f"provider:{sent.provider}") == 1
    ended = care.find(sent)
    assert (ended.state, ended.to_recall, ended.due) == ("revoked", True, "2026-11-22")
    assert care.find(still).state == "offered"
    assert [line.referral.id for line in care.help().open] == [ended.id, still.id]
    care.step(ended, "recalled", recall="destroyed")
    assert [line.referral.id for line in care.help().open] == [still.id]


@on_sqlite
def test_a_no_to_a_kind_of_help_ends_what_went_out_under_it(care: Care) -> None:
    clinic = care.clinic()
    agreed = care.step(care.offer(), "consented", **AGREED)
    gone = care.step(agreed, "sent", provider=clinic.id, **SENT)
    care.office.clock.move(minutes=1)
    assert care.says("no") == 1
    assert care.find(gone).state == "revoked"


@on_sqlite
def test_revoking_is_never_done_without_her_word(care: Care, sent: Referral) -> None:
    with pytest.raises(Problem, match=r"422\.190"):
        care.step(sent, "revoked")


def test_a_step_from_an_older_state_overwrites_nothing(care: Care, sent: Referral) -> None:
    care.step(sent, "followed_up", met="no", follow_up="2026-12-05")
    with pytest.raises(Problem, match=r"409\.4"):
        care.step(sent, "accepted", version=sent.version)
    assert care.find(sent).follow_up == "2026-12-05"
    with pytest.raises(Problem, match=r"409\.4"):
        care.do(consents.record, case=care.case.id, version=0, person="P1", recipient="MED", answer="no", **AGREED)


@on_sqlite
def test_a_closed_case_takes_no_new_help_and_what_was_sent_can_still_end(care: Care, sent: Referral) -> None:
    care.act("closed", reasons=["needs_met"])
    with pytest.raises(Problem, match=r"422\.170"):
        care.offer()
    care.office.clock.move(minutes=1)
    assert care.says("no", f"provider:{sent.provider}") == 1
    assert [line.referral.state for line in care.help().open] == ["revoked"]


@on_sqlite
def test_only_somebody_in_the_case_is_offered_help(care: Care) -> None:
    with pytest.raises(Problem, match=r"404\.3"):
        care.offer(person="P9")
    with pytest.raises(Problem, match=r"404\.1"):
        care.offer(provider=str(uuid4()))
    assert care.help().lines == ()


@on_sqlite
def test_a_referral_is_found_in_its_own_case_alone(care: Care, sent: Referral) -> None:
    other = care.do(cases.open_case, report=str(uuid4()))
    with pytest.raises(Problem, match=r"404\.1"):
        care.look(help.find, case=other.id, id=sent.id)


@on_sqlite
def test_needs_stand_beside_what_was_offered_and_opening_them_is_on_record(office: StaffedOffice) -> None:
    care = care_for(office, form="needs", answers={"need_health": "needed", "need_food": "declined"})
    offered = care.offer("SAFETY")
    found = care.help()
    assert found.services == ("MED", "BASIC", "SAFETY")
    assert found.needed[0].services["BASIC"]["declined"] == [0]
    assert [line.referral.id for line in found.of("SAFETY")] == [offered.id]
    with office.store.office(reading=True) as session:
        history = register.history(session, desk=office.desk(session, "amina"), report=care.case.reports[0])
    assert history[0].details["for"] == "help"


@on_sqlite
def test_where_several_were_harmed_the_reports_agree_for_none_of_them(care: Care) -> None:
    assert care.help().wishes.allows("P1", "MED", "")
    care.act("person_added", part="victim", group="woman")
    assert not care.help().wishes.allows("P1", "MED", "")
    assert not care.help().wishes.allows("P2", "MED", "")
    care.says("yes")
    assert care.help().wishes.allows("P1", "MED", "")


@on_sqlite
def test_a_report_that_was_taken_back_agrees_to_nothing(care: Care) -> None:
    agreed = care.step(care.offer(), "consented", **AGREED)
    phone = care.office.phone("Salt Hill 2")
    about = {"report": care.case.reports[0], "as": "withdraws"}
    phone.send(state="withdrawn", about=about, answers={})
    with care.office.store.inbound() as inbound, care.office.store.office() as session:
        register.pull(session, inbound, desk=care.office.desk(session, "amina"), now=care.office.clock.now)
    assert care.help().wishes.said == ()
    assert care.find(agreed).state == "consented", "her own word to the office stands"


# whom it must be kept from ------------------------------------------------------------------------------------------


@on_sqlite
def test_what_is_kept_from_the_police_is_not_sent_to_the_police(office: StaffedOffice) -> None:
    care = care_for(office, answers={**NOBODY, "keep_from": ["police", "nobody"]})
    post = care.clinic(name="Police post", services=("SAFETY",), marks=("police",))
    with pytest.raises(Problem, match=r"422\.192"):
        care.offer("SAFETY", post.id, checked=True)


@on_sqlite
def test_where_she_named_somebody_whoever_sends_says_that_they_have_checked(office: StaffedOffice) -> None:
    care = care_for(office, answers={**NOBODY, "keep_from": ["family"]})
    clinic = care.clinic()
    agreed = care.step(care.offer(), "consented", **AGREED)
    with pytest.raises(Problem, match=r"422\.193"):
        care.step(agreed, "sent", provider=clinic.id, **SENT)
    assert care.step(agreed, "sent", provider=clinic.id, checked=True, **SENT).state == "sent"


@on_sqlite
def test_a_provider_she_named_gets_nothing_until_somebody_says_why_it_may(care: Care) -> None:
    clinic = care.clinic()
    care.act("kept_from", who=f"provider:{clinic.id}")
    with pytest.raises(Problem, match=r"422\.192"):
        care.offer(provider=clinic.id, checked=True)
    with pytest.raises(Problem, match=r"422\.20"):
        care.act("not_kept_from", who=f"provider:{clinic.id}")
    care.act("not_kept_from", who=f"provider:{clinic.id}", reason="It was the other clinic")
    assert care.offer(provider=clinic.id).state == "offered"


@on_sqlite
def test_a_colleague_she_named_is_given_no_charge_and_does_not_see_the_case(care: Care) -> None:
    care.act("owned", owner="bruno")
    care.act("kept_from", who="staff:bruno")
    assert care.case.owner == ""
    with pytest.raises(Problem, match=r"422\.192"):
        care.act("owned", owner="bruno")
    for look in (cases.find, notes.of_case):
        with pytest.raises(Problem, match=r"403\.12"):
            care.look(look, "bruno", case=care.case.id)
    assert care.look(cases.every, "bruno") == []


# a child ------------------------------------------------------------------------------------------------------------


def best_interests(care: Care, by: str, what: Callable[..., Any], **asked: Any) -> None:
    version = care.help().wishes.agreements.version
    care.do(what, by, case=care.case.id, version=version, **asked)


@on_sqlite
def test_two_people_act_for_a_child_and_nobody_for_a_grown_woman(care: Care) -> None:
    care.act("person_added", part="victim", group="girl")
    proposal = {"recipient": "CP", "reason": "Her uncle answers for her"}
    with pytest.raises(Problem, match=r"422\.194"):
        best_interests(care, "amina", consents.ask_best_interests, person="P1", **proposal)
    best_interests(care, "amina", consents.ask_best_interests, person="P2", **proposal)
    with pytest.raises(Problem, match=r"422\.176"):
        best_interests(care, "amina", consents.answer_best_interests, agree=True)
    best_interests(care, "bruno", consents.answer_best_interests, agree=True)
    assert care.help().wishes.allows("P2", "CP", "")
    assert not care.help().wishes.allows("P1", "CP", "")


# providers ----------------------------------------------------------------------------------------------------------


@on_sqlite
def test_what_phones_show_and_what_staff_note_are_one_provider(care: Care) -> None:
    care.do(directory.replace, entries=[ENTRY])
    own = care.clinic()
    shown = next(one for one in care.look(providers.every) if one.on_phones)
    assert (shown.name, shown.services, shown.verified, shown.old("2026-11-22")) == (
        "House of Lanterns",
        ("SAFETY",),
        "2026-08-01",
        True,
    )
    fields = {"name": "Another name", "room": "full", "capacity": "Two beds on Friday", "marks": ("employer",)}
    noted = care.do(providers.change, provider=shown.id, version=0, **fields)
    assert (noted.name, noted.room, noted.marks) == ("House of Lanterns", "full", ("employer",))
    assert {one.id for one in care.look(providers.every)} == {own.id, shown.id}


def test_making_sure_of_a_provider_tells_phones_too(care: Care) -> None:
    care.do(directory.replace, entries=[ENTRY])
    shown = care.look(providers.every)[0]
    verified = care.do(providers.verify, provider=shown.id, version=0)
    assert (verified.verified, verified.old("2026-11-22")) == ("2026-11-22", False)
    listing = care.look(directory.listing)
    assert [entry["checked"] for entry in listing.entries] == ["2026-11-22"]


@on_sqlite
def test_a_provider_that_left_the_list_of_phones_is_still_known(care: Care) -> None:
    care.do(directory.replace, entries=[ENTRY])
    shown = care.do(providers.verify, provider=care.look(providers.every)[0].id, version=0)
    care.do(directory.replace, entries=[])
    found = care.look(providers.find, provider=shown.id)
    assert (found.name, found.on_phones) == ("House of Lanterns", False)


@on_sqlite
def test_a_provider_is_not_written_over_from_an_older_state(care: Care) -> None:
    clinic = care.clinic()
    care.do(providers.change, provider=clinic.id, version=1, room="full")
    for what, asked in ((providers.change, {"room": "closed"}), (providers.verify, {})):
        with pytest.raises(Problem, match=r"409\.9"):
            care.do(what, provider=clinic.id, version=1, **asked)


# notes --------------------------------------------------------------------------------------------------------------

NOTE = {"text": "She prefers mornings.", "language": "en", "names": False, "corrects": ""}


@on_sqlite
def test_a_note_is_corrected_by_another_one(care: Care) -> None:
    first = care.do(notes.write, case=care.case.id, **NOTE)
    care.do(notes.write, "bruno", case=care.case.id, **{**NOTE, "text": "Evenings.", "corrects": first.id})
    assert [(one.by, one.text, one.corrects) for one in care.look(notes.of_case, case=care.case.id)] == [
        ("amina", "She prefers mornings.", ""),
        ("bruno", "Evenings.", first.id),
    ]
    with pytest.raises(Problem, match=r"404\.1"):
        care.do(notes.write, case=care.case.id, **{**NOTE, "corrects": str(uuid4())})
    with pytest.raises(Problem, match=r"422\.40"):
        care.do(notes.write, case=care.case.id, **{**NOTE, "text": "  "})


def test_a_note_with_names_needs_the_second_key_to_write_and_to_read(care: Care) -> None:
    named = {**NOTE, "text": "Zainab, her sister Mariam", "names": True}
    with pytest.raises(Problem, match=r"403\.20"):
        care.do(notes.write, case=care.case.id, **named)
    made = care.do(notes.write, chains=("work", "identity"), case=care.case.id, **named)
    assert [one.text for one in care.look(notes.of_case, "bruno", case=care.case.id)] == [""]
    opening = {"case": care.case.id, "id": made.id, "reason": "To call her sister"}
    with pytest.raises(Problem, match=r"403\.20"):
        care.do(notes.open_names, **opening)
    opened = care.do(notes.open_names, chains=("work", "identity"), **opening)
    assert opened.text == "Zainab, her sister Mariam"
    with pytest.raises(Problem, match=r"422\.20"):
        care.do(notes.open_names, chains=("work", "identity"), **{**opening, "reason": ""})


@on_sqlite
def test_a_no_that_corrects_a_report_is_newer_than_it_whatever_the_clock_of_the_phone_says(
    office: StaffedOffice,
) -> None:
    """With a clock that went back it would be older than the yes that staff recorded, and somebody would be told."""
    care = care_for(office, version=2, answers=NOBODY)
    care.says("yes")
    assert care.help().wishes.allows("P1", "MED", "")
    (report,), now = care.case.reports, office.clock.move(minutes=5)
    phone = office.phone("Clock set back")
    office.clock.now = now.replace(year=2025)
    about = {"report": report, "as": "corrects"}
    later, sealed = phone.seal(version=2, answers={**NOBODY, "share_medical": "no"}, about=about)
    office.clock.now = now
    with office.store.inbound() as inbound, office.store.office() as session:
        receive.receive(inbound, raw=sealed, report=later, now=now)
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=now)
    version = care.look(cases.find, case=care.case.id).version
    care.do(cases.join, case=care.case.id, typed=later[:8], reason="", version=version)
    assert not care.help().wishes.allows("P1", "MED", "")
