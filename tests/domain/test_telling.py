"""What must be told: how far it came, when it is overdue, what a message must say."""

from dataclasses import replace

import pytest

from intake.domain import telling as tellings
from intake.domain.problems import Problem
from intake.domain.telling import Answer, Closing, Message, Telling

TODAY = "2026-11-22"
TELLING = Telling("t", 1, "c", "P1", "appointment", "2026-11-25", "amina", "2026-11-22T12:00:00Z")
MESSAGE = Message("m1", "r", "d", 4, {}, "", "", False, "2026-11-30", "amina", "2026-11-22T12:00:00Z")
SENT = TELLING.sent(MESSAGE)


def answer(code: str, message: str = "m1") -> Answer:
    return Answer(message, "e", code, "", "", "K-7", "2026-11-23T08:00:00Z")


def closing(outcome: str = "told_her", reason: str = "She came to the office") -> Closing:
    return Closing(outcome, reason, "amina", "2026-11-23T08:00:00Z")


def looked(found: Telling, shown: str = "", held: bool = True) -> Telling:
    return found.looked({("d", 4): shown} if shown else {}, [("d", 4)] if held else [], TODAY)


@pytest.mark.parametrize(
    ("telling", "today", "state"),
    [
        (TELLING, TODAY, "asked"),
        (SENT, TODAY, "sent"),
        (looked(SENT, shown="2026-11-23"), TODAY, "seen"),
        (looked(SENT, held=False), TODAY, "lost"),
        (SENT, "2026-12-01", "expired"),
        (SENT.answered(answer("later")), TODAY, "later"),
        (SENT.answered(answer("not_safe")), "2026-12-24", "not_safe"),
        (SENT.answered(answer("later")).answered(answer("told_her")), TODAY, "told_her"),
        (SENT.answered(answer("told_her")).sent, TODAY, None),
        (SENT.answered(answer("could_not_find")).sent(replace(MESSAGE, id="m2", number=5)), TODAY, "sent"),
        (SENT.closed(closing("no_need")), TODAY, "no_need"),
    ],
)
def test_how_far_it_came_is_what_happened_last(telling: Telling, today: str, state: str | None) -> None:
    if state is None:
        with pytest.raises(Problem, match=r"422\.219"):
            telling(MESSAGE)  # type: ignore[operator]  # the way to write once more
    else:
        assert telling.state(today) == state
        assert state in tellings.STATES


def test_it_is_overdue_from_the_day_after_until_she_is_told() -> None:
    assert not SENT.overdue("2026-11-25")
    assert SENT.overdue("2026-11-26")
    assert SENT.answered(answer("could_not_find")).overdue("2026-11-26")
    assert not SENT.answered(answer("told_her")).overdue("2026-11-26")
    assert not SENT.closed(closing()).overdue("2026-11-26")


def test_an_answer_that_comes_after_a_colleague_closed_it_is_kept() -> None:
    late = SENT.closed(closing()).answered(answer("not_safe"))
    assert (late.state(TODAY), [one.answer for one in late.answers]) == ("told_her", ["not_safe"])


def test_what_the_public_side_says_tells_nobody() -> None:
    assert not looked(SENT, shown="2026-11-23").told


def test_what_was_answered_is_not_lost_when_the_public_side_forgets_it() -> None:
    answered = SENT.answered(answer("could_not_find"))
    assert looked(answered, held=False) == answered


def test_it_rests_as_it_was() -> None:
    whole = looked(SENT, shown="2026-11-23").answered(answer("later")).closed(closing())
    assert tellings.from_json("t", 1, tellings.to_json(whole)) == whole


def test_what_must_not_happen_comes_first_and_what_is_told_last() -> None:
    stop = replace(TELLING, id="s", step="stop_contact", due="2026-12-24")
    soon = replace(TELLING, id="u", due="2026-11-23")
    told = replace(SENT.closed(closing()), id="v", due="2026-11-22")
    assert [one.id for one in sorted([told, TELLING, stop, soon], key=tellings.pressing)] == ["s", "u", "t", "v"]


@pytest.mark.parametrize(
    ("step", "given"),
    [
        ("appointment", {"day": "2026-11-30", "time": "09:30"}),
        ("claim_step", {"step": "result"}),
        ("stop_contact", {}),
    ],
)
def test_a_message_takes_just_what_its_sentence_needs(step: str, given: dict[str, str]) -> None:
    assert tellings.check_params(step, {**given, "place": "x"}) == given


@pytest.mark.parametrize(
    ("step", "given", "code"),
    [
        ("appointment", {"day": "2026-11-31", "time": "09:30"}, "422.215"),
        ("appointment", {"day": "20261130", "time": "09:30"}, "422.215"),
        ("appointment", {"day": "2026-11-30", "time": "24:00"}, "422.216"),
        ("appointment", {"day": "2026-11-30"}, "422.216"),
        ("visit", {}, "422.215"),
        ("claim_step", {"step": "won"}, "422.217"),
    ],
)
def test_a_message_that_lacks_something_is_refused(step: str, given: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as refused:
        tellings.check_params(step, given)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("step", "text", "who"),
    [("question", "", {}), ("other", "", {}), ("visit", "x" * 601, {}), ("visit", "", {"where": "x" * 201})],
)
def test_words_are_there_where_they_are_needed_and_have_an_end(step: str, text: str, who: dict[str, str]) -> None:
    with pytest.raises(Problem, match=r"422\.218"):
        tellings.check_words(step, text, who)
    tellings.check_words("visit", "", {})


@pytest.mark.parametrize("until", ["2026-11-24", "2027-02-21", "soon", ""])
def test_a_phone_keeps_a_message_until_it_is_due_and_not_for_ever(until: str) -> None:
    with pytest.raises(Problem, match=r"422\.220"):
        tellings.check_until(until, "2026-11-25", TODAY)
    tellings.check_until("2026-11-25", "2026-11-25", TODAY)
    tellings.check_until("2027-02-20", "2026-11-25", TODAY)


@pytest.mark.parametrize(("step", "due", "code"), [("", TODAY, "422.213"), ("visit", "2026-11-21", "422.214")])
def test_it_is_about_something_and_for_a_day_to_come(step: str, due: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        tellings.check_step(step, due, TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("outcome", "reason", "code"), [("lost", "She came to us", "422.213"), ("no_need", "moved", "422.20")]
)
def test_a_colleague_closes_it_with_an_outcome_and_a_reason(outcome: str, reason: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        SENT.closed(closing(outcome, reason))
    assert refused.value.code == code
