"""What is for another office is sealed to that one, and no copy for the own office outlives the answer that says so."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest

from intake.envelope.format import Envelope, parse
from intake.envelope.sealing import SealingKey
from tests.support.scripted import PhoneInHand, Tab, at_work
from tests.support.two_offices import INVOLVED, OTHER, OWN, PLAIN, TwoOffices

HOURS_ENOUGH = 100


@pytest.fixture
def office() -> Iterator[TwoOffices]:
    with at_work(TwoOffices()) as office:
        yield office


def record(tab: Tab, draft: str) -> Any:
    """The draft as it rests, its copy as an envelope."""
    found = tab(
        """const found = await phone._db.read(["drafts"], ({ drafts }) => drafts.get(arg));
        const bytes = found && found.copy && btoa(String.fromCharCode(...found.copy.bytes));
        return found && { version: found.version, n: found.n, elsewhere: found.elsewhere, bytes };""",
        draft,
    )
    return found and {**found, "copy": parse(b64decode(found["bytes"])) if found["bytes"] else None}


def counts(tab: Tab) -> Any:
    """Running numbers as they rest: the own office's and the other's."""
    return tab(
        """const [one] = await phone._db.read(["compartments"], ({ compartments }) => compartments.all());
        const other = (one.others || {}).south || { n: 0, free: [] };
        return { own: [one.n, one.free], other: [other.n, other.free] };"""
    )


def begun(tab: Tab, answers: dict[str, Any] = PLAIN) -> str:
    """A draft to which she agreed, with its sealed copy."""
    draft = tab.begin(answers)
    tab("return phone.turnPage(arg)", draft)
    return draft


def answer(tab: Tab, draft: str, answers: dict[str, Any]) -> Any:
    return tab("return phone.save(arg.draft, { answers: arg.answers })", {"draft": draft, "answers": answers})


def only(office: TwoOffices) -> Envelope:
    [envelope] = office.envelopes
    return envelope


def test_the_copy_kept_for_the_own_office_is_replaced_in_the_same_step_as_the_answer_is_saved(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    tab = phone.enrolled()
    draft = begun(tab)
    before = record(tab, draft)
    assert (office.reader(before["copy"]), before["n"]) == (OWN, 1)
    answer(tab, draft, INVOLVED)
    after = record(tab, draft)
    assert (office.reader(after["copy"]), after["elsewhere"], after["n"]) == (OTHER, OTHER, 1)
    assert office.report_in(after["copy"])["answers"]["words"]["text"] == "by the well"
    assert counts(tab) == {"own": [1, [1]], "other": [1, []]}, "the number reserved for the own office is given back"


@pytest.mark.parametrize("stop", ["turned", ""], ids=["before the transaction", "after it"])
def test_a_phone_killed_around_the_answer_holds_either_no_answer_or_no_copy_for_the_own_office(
    phone: PhoneInHand, office: TwoOffices, stop: str
) -> None:
    first = phone.enrolled()
    draft = begun(first)
    first.close()
    tab = phone.open(stop=stop)
    tab.unlock()
    if stop:
        tab.begin_call("await phone.save(arg.draft, { answers: arg.answers })", {"draft": draft, "answers": INVOLVED})
        tab.page.wait_for_function("() => window.steps.includes('turned')")
    else:
        answer(tab, draft, INVOLVED)
    tab.close()
    again = phone.open()
    again.unlock()
    kept = again("return phone.draft(arg)", draft)["answers"].get("reader_involved")
    assert (kept, office.reader(record(again, draft)["copy"])) == ((None, OWN) if stop else ("yes", OTHER))


@pytest.mark.parametrize("road", ["final", "unfinished", "after hours", "forgotten passphrase"])
def test_by_every_road_such_a_report_is_sealed_to_the_other_office(
    phone: PhoneInHand, office: TwoOffices, road: str
) -> None:
    tab = phone.enrolled()
    draft = begun(tab)
    answer(tab, draft, INVOLVED)
    if road in ("final", "unfinished"):
        tab("return phone.finish(arg.draft, arg.road)", {"draft": draft, "road": road})
    elif road == "after hours":
        tab("phone.lock()")
        tab.pass_hours(HOURS_ENOUGH)
    else:
        tab("return phone.forgotPassphrase()")
    tab.send("timer")
    assert office.reader(only(office)) == OTHER
    report = office.report_in(only(office))
    assert (report["n"], report["state"]) == (1, "final" if road == "final" else "unfinished")
    [item] = tab.items
    assert (item["state"], item["aside"]) == ("received", False)
    assert "South" not in str(item), "what is shown stays neutral"


def test_running_numbers_are_counted_for_each_office_by_itself(phone: PhoneInHand, office: TwoOffices) -> None:
    tab = phone.enrolled()
    for answers in (PLAIN, INVOLVED, PLAIN, INVOLVED):
        tab.finish("final", answers)
    tab.send()
    numbers = sorted((office.reader(one) or "", office.report_in(one)["n"]) for one in office.envelopes)
    assert numbers == [("", 1), ("", 2), (OTHER, 1), (OTHER, 2)]


def test_when_she_says_that_it_was_a_mistake_the_report_is_for_the_own_office_again(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    tab = phone.enrolled()
    draft = begun(tab, INVOLVED)
    assert counts(tab) == {"own": [0, []], "other": [1, []]}
    answer(tab, draft, {**INVOLVED, "reader_involved": "no"})
    assert office.reader(record(tab, draft)["copy"]) == OWN
    assert counts(tab) == {"own": [1, []], "other": [1, [1]]}


def test_a_draft_destroyed_gives_its_number_back_to_the_office_it_was_for(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab("return phone.destroy(arg)", begun(tab, INVOLVED))
    assert counts(tab) == {"own": [0, []], "other": [1, [1]]}


def test_without_another_office_nothing_is_kept_for_this_one_or_sent_and_the_draft_stays(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    office.named = False
    office.publish()
    tab = phone.enrolled()
    draft = begun(tab)
    answer(tab, draft, INVOLVED)
    assert record(tab, draft)["copy"] is None
    assert counts(tab)["own"] == [1, [1]]
    assert tab("return phone.turnPage(arg)", draft) is False
    for kind in ("final", "unfinished"):
        refused = tab("return phone.finish(arg.draft, arg.kind)", {"draft": draft, "kind": kind})
        assert refused == {"refused": "phone.no_other_office"}
    tab.pass_hours(HOURS_ENOUGH)
    tab.send()
    assert office.held == {}
    assert tab("return (await phone.draft(arg)).answers.reader_involved", draft) == "yes"
    office.named = True
    office.publish()
    tab.pass_hours(25)
    tab.send()
    tab("return phone.finish(arg, 'final')", draft)
    tab.send()
    assert office.reader(only(office)) == OTHER


def test_what_cannot_be_sealed_to_the_other_office_keeps_the_answer_and_no_copy(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    tab = phone.enrolled()
    draft = begun(tab)
    tab("phone._forms = {}")
    office.online = False
    answer(tab, draft, INVOLVED)
    assert record(tab, draft)["copy"] is None
    assert tab("return (await phone.draft(arg)).answers.reader_involved", draft) == "yes"


def test_a_copy_that_lost_its_number_to_another_tab_is_left_out_and_made_at_the_next_page(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    tab = phone.enrolled()
    draft = begun(tab)
    tab(
        """phone._tools.step = () => phone._db.write(["compartments"], async ({ compartments }) => {
            const [one] = await compartments.all();
            await compartments.put({ ...one, others: { south: { n: 1, free: [] } } });
        })"""
    )
    answer(tab, draft, INVOLVED)
    assert (record(tab, draft)["copy"], record(tab, draft)["elsewhere"]) == (None, OTHER)
    tab("return phone.turnPage(arg)", draft)
    assert office.report_in(record(tab, draft)["copy"])["n"] == 2


def test_the_keys_of_the_other_office_are_those_of_the_newest_bundle(phone: PhoneInHand, office: TwoOffices) -> None:
    tab = phone.enrolled()
    draft = begun(tab, INVOLVED)
    office.other = {name: SealingKey.generate() for name in office.other}
    office.publish()
    tab.send()
    tab("return phone.finish(arg, 'final')", draft)
    tab.send()
    assert office.reader(only(office)) == OTHER


@pytest.mark.parametrize("sent", [True, False])
def test_the_notice_that_takes_such_a_report_back_goes_to_the_same_office(
    phone: PhoneInHand, office: TwoOffices, sent: bool
) -> None:
    tab = phone.enrolled()
    report = tab.finish("final", INVOLVED)
    if sent:
        tab.send()
    tab("return phone.takeBack(arg)", report)
    tab.send()
    notice = office.envelopes[-1]
    assert office.reader(notice) == OTHER
    opened = office.report_in(notice)
    assert (opened["about"]["report"], opened["n"], opened["state"]) == (report, 2, "withdrawn")
    assert {office.reader(one) for one in office.envelopes} == {OTHER}


def test_a_report_whose_office_is_named_no_more_is_not_taken_back_by_telling_the_own_one(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    tab = phone.enrolled()
    report = tab.finish("final", INVOLVED)
    tab.send()
    office.named = False
    office.publish()
    tab.pass_hours(25)
    tab.send()
    before = counts(tab)
    assert tab("return phone.takeBack(arg)", report) == {"refused": "phone.no_other_office"}
    assert counts(tab) == before
    assert [item["state"] for item in tab.items] == ["received"]


def test_a_draft_begun_by_an_older_version_of_the_app_is_the_own_office_s(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    tab = phone.enrolled()
    draft = begun(tab)
    tab(
        """await phone._db.write(["drafts"], async ({ drafts }) => {
            const { elsewhere, ...older } = await drafts.get(arg);
            await drafts.put(older);
        })""",
        draft,
    )
    tab("return phone.turnPage(arg)", draft)
    assert counts(tab) == {"own": [1, []], "other": [0, []]}
    answer(tab, draft, INVOLVED)
    assert office.reader(record(tab, draft)["copy"]) == OTHER


@pytest.mark.parametrize("as_", ["corrects", "adds_to", "same_event"])
def test_what_belongs_to_a_report_that_went_to_the_other_office_goes_there_too_whatever_its_own_answers_say(
    phone: PhoneInHand, office: TwoOffices, as_: str
) -> None:
    tab = phone.enrolled()
    first = tab.finish("final", INVOLVED)
    draft = tab("return phone.begin('visit', arg)", {"report": first, "as": as_})
    answer(tab, draft, PLAIN)
    tab("return phone.turnPage(arg)", draft)
    assert office.reader(record(tab, draft)["copy"]) == OTHER
    tab("return phone.finish(arg, 'final')", draft)
    tab.send()
    assert [office.reader(one) for one in office.envelopes] == [OTHER, OTHER]
    found = [office.report_in(one) for one in office.envelopes if one.report == draft]
    assert [one["about"] for one in found] == [{"report": first, "as": as_}]


def test_another_person_in_the_same_event_is_not_told_to_the_own_office_either(
    phone: PhoneInHand, office: TwoOffices
) -> None:
    tab = phone.enrolled()
    draft = begun(tab, INVOLVED)
    other = tab("return (await phone.finish(arg, 'final', true)).another", draft)
    answer(tab, other, PLAIN)
    tab("return phone.finish(arg, 'unfinished')", other)
    tab.send()
    assert [office.reader(one) for one in office.envelopes] == [OTHER, OTHER]
