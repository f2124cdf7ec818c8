"""Messages of the office on the phone: what is shown, in which order, and how an answer takes a message away."""

from typing import Any

import pytest

from intake.envelope.signing import SigningKey
from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab, said

LATER, EARLIER = "2099-12-31", "2020-01-01"


def device(office: ScriptedOffice) -> str:
    return next(iter(office.devices))


def write(office: ScriptedOffice, number: int, kind: str = "visit", until: str = LATER, **more: Any) -> None:
    content = {"id": f"m{number}", "about": None, "kind": kind, "params": {}, "who": None, "text": None, "until": until}
    office.send_message(device(office), {**content, **more}, number=number)


def shown(tab: Tab) -> list[int]:
    return [one["number"] for one in tab("return phone.messages()")["messages"]]


def answer(tab: Tab, number: int, **given: Any) -> Any:
    return tab("return phone.answerMessage(arg.number, arg.said)", {"number": number, "said": given})


def resting(tab: Tab) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tab('return phone._db.read(["messages"], ({ messages }) => messages.all())')
    return [{name: value for name, value in row.items() if name not in ("compartment", "sealed")} for row in rows]


@pytest.fixture
def tab(phone: PhoneInHand) -> Tab:
    return phone.enrolled()


def test_an_answer_goes_to_the_office_and_takes_the_message_away(tab: Tab, office: ScriptedOffice) -> None:
    report = tab.finish()
    write(office, 1, "appointment", about=report)
    tab.send()
    assert tab.state["mail"] == {"n": 1, "stop": False, "odd": False}
    assert shown(tab) == [1]
    answer(tab, 1, answer="words", words={"text": "Déménagée", "language": "fr"})
    assert (shown(tab), tab.state["mail"]["n"]) == ([], 0)
    # a number is all that stays, so nothing seems to be missing
    assert tab("return phone.messages()")["missing"] == []
    assert resting(tab) == [{"id": 1, "shown": True, "told": False}]
    tab.send()
    sent, identity = next(office.opened(one) for one in office.envelopes if one.report != report)
    assert (sent["form"], sent["version"], sent["state"], sent["n"]) == ("message-answer", 1, "final", 2)
    assert sent["about"] == {"report": report, "as": "follows_up"}
    assert sent["answers"] == {
        "message": "m1",
        "answer": "words",
        "words": {"text": "Déménagée", "language": "fr"},
    }
    assert identity == {"answers": {}}


def test_an_answer_is_no_report_in_any_count(tab: Tab, office: ScriptedOffice) -> None:
    write(office, 1)
    tab.send()
    office.online = False
    answer(tab, 1, answer="told_her")
    tab.send()
    counts = tab.state["counts"]
    assert (counts["waiting"], counts["arrived"], counts["later"]) == (0, 0, 0)
    assert [(one["about"], one["state"]) for one in tab.items] == [("message", "sealed")]


def test_later_tells_the_office_and_keeps_the_message(tab: Tab, office: ScriptedOffice) -> None:
    write(office, 1)
    tab.send()
    answer(tab, 1, answer="later")
    assert shown(tab) == [1]
    answer(tab, 1, answer="not_safe")
    assert shown(tab) == []
    tab.send()
    assert sorted(office.opened(one)[0]["answers"]["answer"] for one in office.envelopes) == ["later", "not_safe"]


def test_what_was_answered_does_not_come_back_whatever_the_server_says(tab: Tab, office: ScriptedOffice) -> None:
    write(office, 1)
    tab.send()
    assert shown(tab) == [1]
    answer(tab, 1, answer="told_her")
    again = office.messages[0]
    office.answers("GET", ".*messages.*", said(200, {"messages": [again], "next": None}))
    tab.send()
    assert office.asked("GET", ".*messages.*")[-1].path.endswith("after=1")
    assert shown(tab) == []
    assert answer(tab, 1, answer="told_her") == {"refused": "phone.not_here"}


def test_a_message_that_was_withheld_is_not_shown_after_a_later_one(tab: Tab, office: ScriptedOffice) -> None:
    """Who keeps the server could hold *come to X* back until it leads somewhere else."""
    write(office, 2, "stop_contact")
    tab.send()
    assert shown(tab) == [2]
    write(office, 1, "come", params={"day": "2026-12-01"})
    withheld = office.messages[-1]
    office.answers("GET", ".*messages.*", said(200, {"messages": [withheld], "next": None}))
    tab.send()
    assert shown(tab) == [2]
    assert tab("return phone.messages()")["missing"] == [1]


def test_what_must_not_happen_is_shown_first(tab: Tab, office: ScriptedOffice) -> None:
    for number, kind in ((1, "visit"), (2, "stop_contact"), (3, "question")):
        write(office, number, kind)
    tab.send()
    assert tab.state["mail"] == {"n": 3, "stop": True, "odd": False}
    assert shown(tab) == [2, 1, 3]


def test_a_message_whose_day_has_passed_is_dropped_unshown(tab: Tab, office: ScriptedOffice) -> None:
    write(office, 1, until=EARLIER)
    tab.send()
    assert tab.state["mail"]["n"] == 0
    assert (shown(tab), tab("return phone.messages()")["missing"]) == ([], [])
    assert resting(tab) == [{"id": 1, "shown": True, "told": True}]
    tab.send()
    assert office.seen == []


def test_keys_are_no_messages_for_people_and_stay(tab: Tab, office: ScriptedOffice) -> None:
    write(office, 1, "directory_key", until=EARLIER, params={"key": "A" * 43})
    tab.send()
    assert (tab.state["mail"]["n"], shown(tab)) == (0, [])
    assert tab('return phone._db.read(["messages"], ({ messages }) => messages.all())')[0]["sealed"]


def test_under_the_lock_nothing_is_said_of_messages(tab: Tab, office: ScriptedOffice) -> None:
    write(office, 1)
    office.send_message(device(office), {"kind": "come"}, number=2, key=SigningKey.generate())
    tab.send()
    assert tab.state["mail"] == {"n": 1, "stop": False, "odd": True}
    tab("phone.lock()")
    assert tab.state["mail"] is None
    assert answer(tab, 1, answer="told_her") == {"refused": "phone.locked"}


@pytest.mark.parametrize("stop", ["answer sealed", "answered back"])
def test_a_tab_killed_while_answering_leaves_the_message_or_the_answer(
    phone: PhoneInHand, office: ScriptedOffice, stop: str
) -> None:
    phone.enrolled().close()
    write(office, 1)
    tab = phone.open(stop=stop)
    tab.unlock()
    tab.send()
    tab.begin_call("await phone.answerMessage(1, {answer: 'told_her'})")
    tab.page.wait_for_function("(stop) => window.steps.includes(stop)", arg=stop)
    tab.close()
    again = phone.open()
    again.unlock()
    waiting = len([one for one in again.items if one["state"] == "sealed" or one["state"] == "received"])
    assert (len(shown(again)), waiting) == ((1, 0) if stop == "answer sealed" else (0, 1))


def test_two_windows_give_one_answer(phone: PhoneInHand, office: ScriptedOffice) -> None:
    first = phone.enrolled()
    write(office, 1)
    first.send()
    second = phone.open()
    second.unlock()
    assert shown(second) == [1]
    answer(first, 1, answer="told_her")
    assert answer(second, 1, answer="could_not_find") == {"refused": "phone.not_here"}
    assert len(second.items) == 1
