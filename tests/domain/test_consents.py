"""Her newest word counts, in whatever order reports arrive; a doubt never becomes a yes."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import questionnaires
from intake.domain.consents import Consent, Said, asked, consents, family, words

WORDS = ["yes", "no", "later", "declined", "unknown"]


def question(name: str, recipient: str | None, kind: str = "yes_no") -> dict[str, Any]:
    return {"id": name, "kind": kind, **({"consent": recipient} if recipient else {})}


FORM = {
    "id": "small",
    "version": 1,
    "groups": [
        {"id": "one", "questions": [question("private", None), question("share_clinic", "clinic")]},
        {"id": "two", "questions": [question("share_inquiry", "inquiry", "one")]},
    ],
}


def said(report: str, day: int, about: str = "", relation: str = "corrects", **more: Any) -> Said:
    spoken = {name: more.pop(name) for name in ("clinic", "inquiry") if name in more}
    made = Said(report, f"2026-11-{day:02}", "phone", None, relation if about else "", about, spoken)
    return replace(made, **more)


def newest(*reports: Said) -> Consent:
    [found] = consents(reports)
    return found


# what a report says


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("later", "later"),
        ({"no": "declined"}, "declined"),
        ({"no": "unknown"}, "unknown"),
    ],
)
def test_an_answer_is_a_word_to_the_recipient_that_the_form_names(answer: object, word: str) -> None:
    assert words(FORM, {"share_inquiry": answer, "private": "yes"}, {}) == {"inquiry": word}


@pytest.mark.parametrize("nothing", [{}, {"share_clinic": {"no": "not_asked"}}, {"share_clinic": ["yes"]}])
def test_what_was_not_asked_or_cannot_be_read_is_no_word(nothing: dict[str, object]) -> None:
    assert words(FORM, nothing, {}) == {}


# what counts


@st.composite
def told(draw: st.DrawFn) -> list[Said]:
    """A report and those that came later, each pointing at any earlier one, on days of their own."""
    days = sorted(draw(st.sets(st.integers(1, 28), min_size=1, max_size=6)))
    found: list[Said] = []
    for number, day in enumerate(days):
        about = draw(st.sampled_from(found)).report if found else ""
        spoken = draw(st.dictionaries(st.sampled_from(["clinic", "inquiry"]), st.sampled_from(WORDS)))
        found.append(replace(said(f"r{number}", day, about), words=spoken))
    return found


@given(told(), st.randoms())
def test_the_newest_explicit_word_wins_in_whatever_order_reports_arrived(told: list[Said], chance: Any) -> None:
    arrived = told[:]
    chance.shuffle(arrived)
    found = {one.recipient: one for one in consents(family(arrived, told[0].report))}
    assert set(found) == {recipient for one in told for recipient in one.words}
    for recipient, one in found.items():
        spoken = [(each.words[recipient], each) for each in told if recipient in each.words]
        word, last = spoken[-1]
        assert (one.word, one.report, one.day) == (word, last.report, last.day)
        before = [each.day for earlier, each in spoken[:-1] if earlier == "yes"]
        assert one.given == (before[-1] if before else "")
        assert (one.state == "agreed") is (word == "yes")
        assert (one.state == "withdrawn") is (word != "yes" and bool(before))


@given(told(), st.data())
def test_of_two_words_of_one_day_from_two_phones_none_becomes_a_yes_that_was_not_said_alone(
    told: list[Said], among: st.DataObject
) -> None:
    last = told[-1]
    beside = replace(
        said("beside", 1),
        day=last.day,
        phone="another",
        words={"clinic": among.draw(st.sampled_from(WORDS))},
    )
    for one in consents([*told, beside]):
        if one.recipient == "clinic" and one.state == "agreed":
            assert last.words.get("clinic", "yes") == "yes"
            assert beside.words["clinic"] == "yes"


@pytest.mark.parametrize(
    ("spoken", "state"),
    [
        (["yes"], "agreed"),
        (["no"], "refused"),
        (["declined"], "refused"),
        (["later"], "later"),
        (["yes", "no"], "withdrawn"),
        (["yes", "later"], "withdrawn"),
        (["no", "no"], "refused"),
        (["no", "yes"], "agreed"),
        (["yes", "no", "no"], "withdrawn"),
    ],
)
def test_what_was_taken_back_is_told_apart_from_what_was_never_given(spoken: list[str], state: str) -> None:
    reports = [said(f"r{n}", n + 1, f"r{n - 1}" if n else "", clinic=word) for n, word in enumerate(spoken)]
    assert newest(*reports).state == state


def test_a_published_version_that_names_nobody_is_read_by_the_version_that_does() -> None:
    first, second = (questionnaires.load("visit", version) for version in (1, 2))
    assert asked(first) == {}
    assert words(first, {"share_medical": "no", "share_figures": "yes"}, asked(second)) == {
        "MED": "no",
        "statistics": "yes",
    }


def test_a_later_report_that_did_not_ask_changes_nothing() -> None:
    assert newest(said("a", 1, clinic="yes"), said("b", 5, "a")) == Consent("clinic", "yes", "2026-11-01", "a", "")


def test_the_day_and_the_report_of_a_withdrawal_are_known_and_when_it_had_been_given() -> None:
    found = newest(said("a", 1, clinic="yes"), said("b", 5, "a", "adds_to", clinic="no"))
    assert (found.state, found.day, found.report, found.given) == ("withdrawn", "2026-11-05", "b", "2026-11-01")


def test_a_correction_is_later_than_what_it_corrects_whatever_the_clock_said() -> None:
    assert newest(said("a", 20, clinic="yes"), said("b", 3, "a", clinic="no")).state == "withdrawn"
    assert newest(said("a", 20, clinic="no"), said("b", 3, "a", clinic="yes")).state == "agreed"


def test_within_a_day_the_number_of_the_phone_tells_which_was_later() -> None:
    first, yes = said("a", 1), said("c", 2, "a", n=8, clinic="yes")
    assert newest(first, said("b", 2, "a", n=7, clinic="no"), yes).state == "agreed"
    for beside in (said("b", 2, "a", n=9, clinic="no"), said("b", 2, "a", n=7, phone="another", clinic="no")):
        assert newest(first, beside, yes).word == "no"


def test_two_contents_under_one_number_agree_to_nothing_that_either_refuses() -> None:
    for both in permutations([said("a", 1, clinic="yes"), said("a", 1, clinic="no")]):
        assert newest(*both).word == "no"


def test_reports_that_point_in_a_circle_agree_to_nothing_that_one_of_them_refuses() -> None:
    for both in permutations([said("a", 1, "b", clinic="yes"), said("b", 1, "a", clinic="no")]):
        assert newest(*both).word == "no"


def test_a_report_that_is_taken_back_takes_its_consents_back() -> None:
    first = said("a", 1, clinic="yes", inquiry="no")
    found = {one.recipient: one for one in consents([first, said("n", 4, "a", "withdraws")])}
    assert (found["clinic"].state, found["clinic"].day, found["clinic"].report) == ("withdrawn", "2026-11-04", "n")
    assert (found["inquiry"].state, found["inquiry"].report) == ("refused", "a")


# whose reports


def test_another_person_in_the_same_event_has_consents_of_their_own() -> None:
    reports = [said("a", 1, clinic="yes"), said("other", 2, "a", "same_event", clinic="no"), said("b", 3, "other")]
    assert [one.report for one in family(reports, "a")] == ["a"]
    assert [one.report for one in family(reports, "b")] == ["other", "b"]


def test_all_that_belong_together_are_found_from_each_of_them() -> None:
    reports = [said("a", 1), said("b", 2, "a", "adds_to"), said("c", 3, "b"), said("d", 4, "a", "withdraws")]
    for one in reports:
        assert family([*reports, said("x", 5), said("y", 6, "gone")], one.report) == reports


def test_reports_whose_first_one_has_not_come_belong_together() -> None:
    reports = [said("b", 2, "gone"), said("c", 3, "gone", "adds_to")]
    assert family(reports, "b") == reports
