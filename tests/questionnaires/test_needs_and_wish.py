"""The forms about needed help and about a child's father: what they ask, what they must not, what stands alone."""

import re
from typing import Any

import pytest

from intake import questionnaires, words
from intake.domain import questionnaire
from tests.questionnaires.test_forms import answers, asked, sentences

NEEDS, WISH = ("needs", 1), ("wish", 2)
NOW = "2026-11-22T14:05"
MAY = {"may_write": "yes"}

# What a needs form has no business with: proof, and whoever did it. The school uniform is the child's.
PROOF_OR_PERPETRATOR = (
    r"proof|prove|receipt|document|witness|father|soldier|peacekeep|\bunit\b|\bhe\b|\bhim\b|did (it|this)"
)
# Domain brief 6.3.
EMPLOYERS = {
    "peacekeeping_or_political_mission",
    "un_agency_fund_programme",
    "implementing_partner",
    "non_un_international_force_sc_authorised",
    "other",
    "unknown",
}
CATEGORIES = {
    "military_contingent",
    "military_staff_officer",
    "military_observer",
    "formed_police_unit",
    "individual_police",
    "corrections_gpp",
    "civilian_staff",
    "unv",
    "contractor_consultant",
    "partner_staff",
    "unknown",
}


def wrong(form: tuple[str, int], **given: Any) -> list[str]:
    found = questionnaire.problems(questionnaires.load(*form), given, questionnaires.SETTINGS, NOW)
    return [one["question"] for one in found]


def codes(form: tuple[str, int], name: str) -> set[str]:
    (found,) = [one for one in asked(form) if one["id"] == name]
    return {option["code"] for option in found["options"]}


def typed(form: tuple[str, int]) -> set[str]:
    return {one["id"] for one in asked(form) if one["kind"] == "text"}


def test_needs_ask_for_no_proof_and_no_perpetrator() -> None:
    said = {one["id"]: sentences(one) for one in asked(NEEDS)}
    assert [name for name, text in said.items() if re.search(PROOF_OR_PERPETRATOR, text, re.IGNORECASE)] == []
    assert re.search(PROOF_OR_PERPETRATOR, "Which documents can you show?", re.IGNORECASE)
    assert re.search(PROOF_OR_PERPETRATOR, "Who did this?", re.IGNORECASE)


@pytest.mark.parametrize("form", [NEEDS, WISH])
def test_nothing_can_be_typed_about_what_happened(form: tuple[str, int]) -> None:
    """Every box for words is one of these; a new one has to be argued here."""
    reach = {"called", "way_detail", "way_care", "keep_from_who"}
    own = {NEEDS: {"more_words"}, WISH: {"father_country", "father_unit", "father_name", "child_called"}}
    assert typed(form) == reach | own[form]


def test_help_is_asked_for_a_person_a_mother_or_children() -> None:
    own = answers(NEEDS, **MAY, for_whom=["self"])
    assert "need_health" in own
    assert "children" not in own
    assert "need_health" in answers(NEEDS, **MAY, for_whom=["mother"])
    young = answers(NEEDS, **MAY, for_whom=["children"])
    assert "children" in young
    assert "need_health" not in young


def test_each_kind_of_help_is_none_needed_received_declined_or_unavailable() -> None:
    kinds = [one for one in asked(NEEDS) if one["id"].startswith("need_")]
    assert len(kinds) == 8
    for one in kinds:
        assert [option["code"] for option in one["options"]] == [
            "none",
            "needed",
            "received",
            "declined",
            "unavailable",
        ]


def test_several_children_are_entries_of_one_list() -> None:
    row = {"row": "r1", "child_age": "6_11", "child_needs": ["fees", "papers"]}
    shown = questionnaire.visible(
        questionnaires.load(*NEEDS), {**MAY, "for_whom": ["children"], "children": [row]}, questionnaires.SETTINGS, NOW
    )
    assert shown["rows"]["children"]["r1"] == ["child_age", "child_needs", "child_fees", "child_papers"]


def test_who_may_learn_her_name_is_asked_for_each_help_that_is_needed() -> None:
    given = {**MAY, "for_whom": ["self"], "need_health": "needed", "need_food": "received", "need_shelter": "needed"}
    shares = [name for name in answers(NEEDS, **given) if name.startswith("share_")]
    assert shares == ["share_medical", "share_basic", "share_figures"]
    children = {**MAY, "for_whom": ["children"], "children": [{"row": "r1", "child_needs": ["fees"]}]}
    assert [name for name in answers(NEEDS, **children) if name.startswith("share_")] == [
        "share_children",
        "share_figures",
    ]


def test_somebody_else_gives_no_consent_in_her_name() -> None:
    given = {**MAY, "who_speaks": "other"}
    needs = answers(NEEDS, **given, for_whom=["self"], need_health="needed")
    assert [name for name in needs if name.startswith("share_")] == ["share_figures"]
    wish = answers(WISH, **given)
    assert "only_she" in wish
    assert not {"wants", "file_claim", "tell_state", "dna_mother", "dna_child"} & set(wish)


def test_almost_nothing_is_needed_to_save() -> None:
    assert wrong(NEEDS) == ["may_write"]
    assert wrong(NEEDS, **MAY) == ["danger_now", "for_whom"]
    assert wrong(WISH, **MAY) == ["danger_now", "wants"]
    assert wrong(WISH, **MAY, danger_now={"no": "declined"}, wants={"no": "declined"}) == []


def test_a_wish_is_recognition_support_both_or_undecided() -> None:
    assert codes(WISH, "wants") == {"recognition", "support", "both", "undecided"}


def test_a_child_is_a_year_or_a_month_and_never_a_name_outside_the_part_sealed_apart() -> None:
    assert "birth_year" in answers(WISH, **MAY, born="born")
    assert "months_left" in answers(WISH, **MAY, born="expected")
    names = {one["id"] for one in asked(WISH) if one.get("identity")}
    assert {"child_called", "father_name", "father_unit"} <= names


def test_a_refused_test_blocks_nothing_else() -> None:
    given = {**MAY, "danger_now": "no", "wants": "undecided", "file_claim": "yes", "tell_state": "yes"}
    refused = {**given, "dna_mother": "no", "dna_child": "no"}
    assert set(answers(WISH, **given)) == set(answers(WISH, **refused))
    assert wrong(WISH, **refused) == []
    assert codes(WISH, "dna_mother") == codes(WISH, "dna_child") == {"yes", "no", "later"}


def test_the_test_is_a_consent_of_its_own_that_says_what_it_is_and_can_be_taken_back() -> None:
    (dna,) = [one for one in asked(WISH) if one["id"] == "dna_mother"]
    said = words.reference()[dna["aloud"]]
    for part in ("compares", "spit", "take back a yes", "nothing bad follows from a no", "There may never be a test"):
        assert part in said
    assert {"dna_mother", "dna_child"} <= set(answers(WISH, **MAY, file_claim="no"))
    assert "tell_state" not in answers(WISH, **MAY, file_claim="no")


def test_the_father_is_described_in_the_codes_that_the_office_counts() -> None:
    assert codes(WISH, "father_serves") <= EMPLOYERS
    assert codes(WISH, "father_kind") <= CATEGORIES


def test_nothing_about_the_father_is_needed() -> None:
    father = [one for one in asked(WISH) if one["id"].startswith("father_") or one["id"] == "holds"]
    assert len(father) >= 8
    assert [one["id"] for one in father if one.get("required")] == []


def test_what_she_keeps_is_named_by_kind_and_never_copied() -> None:
    assert codes(WISH, "holds") == {"nothing", "photo", "letters", "number", "badge", "papers", "other"}
    assert "Take no picture and no copy" in words.reference()["form.wish.holds.help"]


def test_whoever_wishes_can_keep_a_number_and_nobody_keeps_one_for_her() -> None:
    assert "code_given" in answers(WISH, **MAY, who_speaks="mother", code_wanted="yes")
    assert "code_given" not in answers(WISH, **MAY, who_speaks="mother", code_wanted="no")
    assert "code_wanted" not in answers(WISH, **MAY, who_speaks="other")
    assert wrong(WISH, **MAY, danger_now="no", wants="both", code_wanted={"no": "declined"}) == []
