"""To whom something may be given: the newest word counts, a no to one provider needs a yes to that provider."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from intake import questionnaires
from intake.domain.agreement import (
    BY_REPORTS,
    Agreements,
    Reported,
    from_json,
    is_child,
    reported,
    spoken_for,
    to_json,
)
from intake.domain.case import Person
from intake.domain.problems import Problem
from intake.domain.questionnaire import questions

CLINIC = "provider:clinic"
WAYS = {"told": "self", "how": "spoken", "spoke": "K-7"}


def at(day: int, second: int = 0) -> str:
    return f"2026-11-{day:02}T12:00:{second:02}Z"


def word(
    made: Agreements, recipient: str, answer: str, day: int, *, person: str = "P1", heard: int | None = None
) -> Agreements:
    """Somebody's word of one day, recorded on that day or on another."""
    details = {"person": person, "recipient": recipient, "answer": answer, "on": f"2026-11-{day:02}", **WAYS}
    return made.then("said", by="amina", at=at(heard or day), **details)


def brought(recipient: str, agrees: bool, day: int) -> Reported:
    return Reported(recipient, agrees, f"2026-11-{day:02}", at(day))


NONE = Agreements("c")


def test_what_was_never_asked_is_not_agreed_to() -> None:
    assert not NONE.allows("P1", "MED", "clinic", ())


def test_a_report_speaks_until_somebody_recorded_a_newer_word() -> None:
    yes = (brought("MED", True, 10),)
    assert NONE.allows("P1", "MED", "clinic", yes)
    assert not word(NONE, "MED", "no", 11).allows("P1", "MED", "clinic", yes)
    assert word(NONE, "MED", "no", 9).allows("P1", "MED", "clinic", yes)


def test_of_one_day_the_word_that_reached_the_office_later_counts() -> None:
    early, late = Reported("MED", False, "2026-11-10", at(10, 0)[:-1]), word(NONE, "MED", "yes", 10)
    assert late.allows("P1", "MED", "clinic", (early,))
    assert word(late, "MED", "no", 10).allows("P1", "MED", "clinic", ()) is False


def test_where_reports_differ_the_one_that_does_not_agree_counts() -> None:
    assert not NONE.allows("P1", "MED", "", (brought("MED", False, 10), brought("MED", True, 12)))


def test_a_word_is_one_persons_alone() -> None:
    assert not word(NONE, "MED", "yes", 10).allows("P2", "MED", "clinic", ())


def test_a_no_to_one_provider_is_not_lifted_by_a_yes_to_the_kind_of_help() -> None:
    made = word(word(NONE, CLINIC, "no", 10), "MED", "yes", 12)
    assert not made.allows("P1", "MED", "clinic", ())
    assert made.allows("P1", "MED", "another", ())
    assert word(made, CLINIC, "yes", 13).allows("P1", "MED", "clinic", ())


def test_a_newer_no_to_the_kind_of_help_covers_every_provider() -> None:
    made = word(word(NONE, CLINIC, "yes", 10), "MED", "no", 12)
    assert not made.allows("P1", "MED", "clinic", ())
    assert word(made, CLINIC, "yes", 13).allows("P1", "MED", "clinic", ())


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"recipient": "the neighbours"}, "422.48", "recipient"),
        ({"person": ""}, "422.40", "person"),
        ({"answer": "maybe"}, "422.48", "answer"),
        ({"how": "photo"}, "422.48", "how"),
        ({"spoke": " "}, "422.40", "spoke"),
        ({"on": "2026-11-13"}, "422.46", "on"),
        ({"on": "yesterday"}, "422.45", "on"),
    ],
)
def test_a_word_says_who_was_told_when_how_and_by_whom(changed: dict[str, str], code: str, field: str) -> None:
    details = {"person": "P1", "recipient": "MED", "answer": "yes", "on": "2026-11-12", **WAYS, **changed}
    with pytest.raises(Problem) as caught:
        NONE.then("said", by="amina", at=at(12), **details)
    assert (caught.value.code, caught.value.params["field"]) == (code, field)


def said(words: dict[str, str]) -> dict[str, bool]:
    return {one.recipient: one.agrees for one in reported(words, on="2026-11-10", came=at(10))}


def test_what_reports_say_are_words_about_recipients() -> None:
    found = said({"LIVELI": "yes", "investigation": "later", "MED": "declined"})
    assert found == {"LIVELI": True, "EDU_V": True, "investigation": False, "MED": False}


@pytest.mark.parametrize(
    ("words", "agrees"),
    [
        ({"dna_mother": "yes", "dna_child": "yes"}, True),
        ({"dna_mother": "yes", "dna_child": "later"}, False),
        ({"dna_mother": "yes"}, False),
    ],
)
def test_a_mother_agrees_to_a_test_for_herself_alone(words: dict[str, str], agrees: bool) -> None:
    assert said(words) == {"DNA": agrees}


def test_everything_that_a_form_asks_agreement_to_is_about_some_recipient() -> None:
    forms = [questionnaires.load(*one) for one in questionnaires.published()]
    asked = {question["consent"] for form in forms for question in questions(form) if "consent" in question}
    assert asked == {code for codes in BY_REPORTS.values() for code in codes}


@pytest.mark.parametrize(
    ("person", "child"),
    [
        (Person("P1", "victim", "girl"), True),
        (Person("P1", "child"), True),
        (Person("P1", "victim", "woman"), False),
        (Person("P1", "victim"), False),
        (Person("P1", "victim", "girl", "2008"), False),
        (Person("P1", "child", "", "2009"), True),
    ],
)
def test_a_child_is_one_for_certain(person: Person, child: bool) -> None:
    assert is_child(person, year=2026) is child


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        (["victim"], {"P1"}),
        (["mother", "child", "caregiver"], {"P1", "P2", "P3"}),
        (["victim", "witness", "alleged"], {"P1"}),
        (["victim", "mother"], set()),
        (["victim", "victim", "child"], set()),
    ],
)
def test_reports_speak_for_one_person_and_the_children_or_for_nobody(parts: list[str], codes: set[str]) -> None:
    assert spoken_for([Person(f"P{n}", part) for n, part in enumerate(parts, 1)]) == codes


PROPOSAL = {"person": "P1", "recipient": "CP", "reason": "Her uncle answers for her"}


def test_two_people_decide_in_a_childs_best_interests_until_her_next_word() -> None:
    asked = word(NONE, "CP", "no", 10).then("best_interests_asked", by="amina", at=at(11), **PROPOSAL)
    assert not asked.allows("P1", "CP", "", ())
    with pytest.raises(Problem, match=r"422\.176"):
        asked.then("best_interests_agreed", by="amina", at=at(11))
    agreed = asked.then("best_interests_agreed", by="bruno", at=at(11))
    assert agreed.allows("P1", "CP", "", ())
    assert not word(agreed, "CP", "no", 12).allows("P1", "CP", "", ())


def test_a_proposal_needs_a_reason_and_can_be_refused() -> None:
    with pytest.raises(Problem, match=r"422\.20$"):
        NONE.then("best_interests_asked", by="amina", at=at(11), **{**PROPOSAL, "reason": "because"})
    refused = NONE.then("best_interests_asked", by="amina", at=at(11), **PROPOSAL).then(
        "best_interests_refused", by="bruno", at=at(11)
    )
    with pytest.raises(Problem, match=r"422\.176"):
        refused.then("best_interests_agreed", by="bruno", at=at(12))


class Words(RuleBasedStateMachine):
    """Words in any order; a plain model remembers the newest of each recipient."""

    def __init__(self) -> None:
        super().__init__()
        self.made = NONE
        self.newest: dict[str, tuple[int, bool]] = {}
        self.recorded = 0

    @rule(recipient=st.sampled_from(["MED", CLINIC]), agrees=st.booleans(), day=st.integers(1, 28))
    def somebody_says(self, recipient: str, agrees: bool, day: int) -> None:
        self.made = word(self.made, recipient, "yes" if agrees else "no", day, heard=28)
        if recipient not in self.newest or day >= self.newest[recipient][0]:
            self.newest[recipient] = (day, agrees)

    @rule(by=st.sampled_from(["amina", "bruno"]))
    def somebody_proposes(self, by: str) -> None:
        self.made = self.made.then("best_interests_asked", by=by, at=at(28), **PROPOSAL)

    @rule(by=st.sampled_from(["amina", "bruno"]), kind=st.sampled_from(["agreed", "refused"]))
    def somebody_answers(self, by: str, kind: str) -> None:
        asked = self.made.asked
        lawful = asked is not None and (kind == "refused" or asked.by != by)
        details: dict[str, Any] = {"by": by, "at": at(28)}
        if lawful:
            self.made = self.made.then(f"best_interests_{kind}", **details)
        else:
            with pytest.raises(Problem, match=r"422\.176"):
                self.made.then(f"best_interests_{kind}", **details)

    @invariant()
    def the_newest_word_counts(self) -> None:
        for recipient in ("MED", CLINIC):
            known = self.newest.get(recipient, (0, False))
            assert self.made.stands("P1", recipient, ()) == known[1]

    @invariant()
    def nobody_is_told_after_a_no(self) -> None:
        general, own = self.newest.get("MED"), self.newest.get(CLINIC)
        if (own and not own[1]) or (general and not general[1] and (own is None or general[0] > own[0])):
            assert not self.made.allows("P1", "MED", "clinic", ())

    @invariant()
    def what_is_kept_leads_to_the_same_state(self) -> None:
        assert from_json("c", 0, to_json(self.made)) == self.made


TestWords = Words.TestCase
TestWords.settings = settings(max_examples=60, stateful_step_count=15)
