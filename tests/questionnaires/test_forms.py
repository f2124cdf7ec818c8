"""The published forms: unchanged since they were published, well made, and sayable in full."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from intake import questionnaires, words
from intake.domain import questionnaire
from intake.domain.problems import Problem
from intake.domain.rules import OPERATORS

# A published version never changes: phones hold it, reports refer to it. Publish the next version instead.
DIGESTS = {
    ("message-answer", 1): "7ff007c6d4375433aaec416f937723336fd8c8f0832959e4a7f3b89df690af90",
    ("needs", 1): "f53fd20af329382e20c14360b26cd8d084d0bed65401f9ab6817b5cf5363f509",
    ("visit", 1): "85436c7f4b01dba9ae0f4de664a2add315200526f89138ed024b1db3c35a5d37",
    ("visit", 2): "75fe724b5230efbcb3763e86e88317e13bba5caea0694427d206a68ccb93198a",
    ("wish", 1): "f3d1cb99318f221a4dc1f3923e4f99c1fe542041acd5b09c64c0506e5e911185",
    ("wish", 2): "f143d8e3bee5b16ff0a531ca4938b07fb69ee7ecffda2c5d21815494ec00253d",
}
FORMS = questionnaires.interviews()
# Those that an office that begins now uses.
CURRENT = [(name, questionnaires.newest(name)) for name in sorted({name for name, _ in FORMS})]
# Whom a consent can be for: services of the catalogue, and what else asks for a yes of its own.
RECIPIENTS = {
    *("SAFETY", "MED", "MHPSS", "LEGAL", "BASIC", "LIVELI", "CP"),
    *("investigation", "statistics", "contact", "carer", "claim", "state", "dna_mother", "dna_child"),
}
# How a question asks for leave, in English, whatever its place or name.
ASKS_LEAVE = re.compile(r"^May |\bagree\b|^Tell ")
NOW = "2026-11-22T14:05"
PERSON_ASKED = ("may_write", "child_agrees", "danger_now", "hurt", "when_happened")
VISIT = ("visit", 2)

# What no form asks for or about (domain brief 1.6), as words of a question or of what it offers.
NEVER_ASKED = (
    r"virgin|alcohol|drunk|what (were|was) \w+ wearing|sexual|why did you not|did you (resist|scream|want)",
    r"hiv status|test result|abort|religion|ethnic|tribe|\bclan\b|orientation|immigration",
    r"take a (photo|picture)|record (her|his|your) voice|fingerprint|\bgps\b|coordinates",
    r"press charges|are you sure that|is it true|can you prove",
)
# What sounds like a promise of money, of a date, of a decision or of a result.
PROMISES = (
    r"you (will|shall|are going to) (get|receive|be (given|paid|helped|told when)|have)",
    r"\b(we|i|the office) (will|shall) (pay|give|find|punish|decide|make sure|solve)",
    r"\b(guarantee\w*|compensat\w*|reward\w*|for sure|certainly|very soon|soon|promised?)\b",
    r"\bwithin (a|an|one|two|three|\d+) (hour|day|week|month|year)",
)


def texts(part: Any) -> Iterator[str]:
    """Every key of a sentence that a form names."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("text", "title", "help", "aloud"):
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def rules(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in ("when", "refuse", "urgent", "elsewhere"):
                yield value
            else:
                yield from rules(value)
    elif isinstance(part, list):
        for value in part:
            yield from rules(value)


def named(rule: dict[str, Any]) -> Iterator[str]:
    """The questions a rule looks at. Raises KeyError for an operator that does not exist."""
    ((operator, argument),) = rule.items()
    if operator not in OPERATORS:
        raise KeyError(operator)
    if operator == "setting":
        return
    if isinstance(argument, str):
        yield argument
    elif isinstance(argument, dict):
        yield from named(argument)
    elif argument and isinstance(argument[0], str):
        yield argument[0]
    else:
        for inner in argument:
            yield from named(inner)


def asked(form: tuple[str, int]) -> Iterator[dict[str, Any]]:
    """Every question that wants an answer, those of rows too: what is only read aloud is none."""
    return (dict(one) for one in questionnaire.questions(questionnaires.load(*form)) if one["kind"] != "notice")


def sentences(question: dict[str, Any]) -> str:
    """All that a question and its choices say, in English."""
    own = {name: value for name, value in question.items() if name != "questions"}
    return "\n".join(str(words.reference()[key]) for key in texts(own))


def answers(form: tuple[str, int], **given: Any) -> list[str]:
    shown = questionnaire.visible(questionnaires.load(*form), given, questionnaires.SETTINGS, NOW)
    return list(shown["questions"])


def test_every_published_form_has_its_digest_pinned() -> None:
    assert questionnaires.published() == sorted(DIGESTS)


@pytest.mark.parametrize("form", DIGESTS)
def test_a_published_form_never_changes__cryptpad_800(form: tuple[str, int]) -> None:
    assert sha256(questionnaires.raw(*form)).hexdigest() == DIGESTS[form]


@pytest.mark.parametrize("form", DIGESTS)
def test_groups_and_questions_have_names_of_their_own(form: tuple[str, int]) -> None:
    loaded = questionnaires.load(*form)
    names = [group["id"] for group in loaded["groups"]] + [one["id"] for one in questionnaire.questions(loaded)]
    assert len(names) == len(set(names))
    assert "row" not in names


@pytest.mark.parametrize("form", DIGESTS)
def test_rules_look_only_at_questions_that_come_before(form: tuple[str, int]) -> None:
    before: set[str] = set()
    for group in questionnaires.load(*form)["groups"]:
        assert (
            set().union(*(named(rule) for rule in rules({"when": group["when"]} if "when" in group else {}))) <= before
        )
        for question in questionnaire.questions({"groups": [group]}):
            own = {question["id"]} if "checks" in question else set()
            for rule in rules({name: value for name, value in question.items() if name != "questions"}):
                assert set(named(rule)) <= before | own, question["id"]
            before.add(question["id"])


@pytest.mark.parametrize("form", DIGESTS)
def test_every_sentence_of_a_form_exists(form: tuple[str, int]) -> None:
    assert sorted(set(texts(questionnaires.load(*form))) - set(words.reference())) == []


def to_be_read_aloud(form: Any) -> Iterator[dict[str, Any]]:
    """Every notice that is not the officer's own, and every question that asks for leave."""
    for group in form["groups"]:
        for one in group["questions"]:
            notice = one["kind"] == "notice" and "officer" not in (group["for"], one.get("for"))
            if notice or "consent" in one or ASKS_LEAVE.search(str(words.reference()[one["text"]])):
                yield one


def without_a_sentence(form: Any) -> list[str]:
    return [one["id"] for one in to_be_read_aloud(form) if not str(one.get("aloud", "")).endswith(".aloud")]


@pytest.mark.parametrize("form", CURRENT)
def test_every_notice_and_consent_has_one_sentence_to_be_read_aloud(form: tuple[str, int]) -> None:
    assert without_a_sentence(questionnaires.load(*form)) == []


@pytest.mark.parametrize("form", CURRENT)
def test_a_notice_or_consent_without_its_sentence_is_found(form: tuple[str, int]) -> None:
    names = [one["id"] for one in to_be_read_aloud(questionnaires.load(*form))]
    assert {"notice_choice", "may_write", "contact_again", "share_figures"} <= set(names)
    for name in names:
        silenced = questionnaires.load(*form)
        for one in questionnaire.questions(silenced):
            if one["id"] == name:
                del one["aloud"]
        assert without_a_sentence(silenced) == [name]


@pytest.mark.parametrize("form", CURRENT)
def test_a_consent_names_one_recipient_who_may_say_yes_or_no(form: tuple[str, int]) -> None:
    consents = [one for one in questionnaire.questions(questionnaires.load(*form)) if "consent" in one]
    recipients = [one["consent"] for one in consents]
    assert set(recipients) <= RECIPIENTS
    assert len(recipients) == len(set(recipients))
    for one in consents:
        assert one["declinable"]
        assert one["kind"] == "yes_no" or {"yes", "no"} <= {option["code"] for option in one["options"]}
        assert not one.get("identity")


@pytest.mark.parametrize("form", CURRENT)
def test_whoever_may_learn_her_name_is_a_recipient(form: tuple[str, int]) -> None:
    shares = [one for one in asked(form) if one["id"].startswith("share_")]
    assert [one["id"] for one in shares if "consent" not in one] == []


@pytest.mark.parametrize("form", DIGESTS)
def test_nothing_sounds_like_it_is_too_late(form: tuple[str, int]) -> None:
    late = {"en": "too late", "fr": "trop tard", "ar": "فات الأوان"}
    for tag, sample in late.items():
        known = words.field_texts(tag)
        assert [key for key in texts(questionnaires.load(*form)) if sample in str(known[key])] == []


@pytest.mark.parametrize("form", DIGESTS)
def test_no_form_asks_what_must_never_be_asked(form: tuple[str, int]) -> None:
    said = {one["id"]: sentences(one) for one in asked(form)}
    assert [name for name, text in said.items() for bad in NEVER_ASKED if re.search(bad, text, re.IGNORECASE)] == []


@pytest.mark.parametrize("form", DIGESTS)
def test_no_form_promises_anything(form: tuple[str, int]) -> None:
    said = {key: str(words.reference()[key]) for key in texts(questionnaires.load(*form))}
    assert [key for key, text in said.items() for bad in PROMISES if re.search(bad, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("sentence", "guard"),
    [
        ("What were you wearing?", NEVER_ASKED),
        ("Can you prove that he is the father?", NEVER_ASKED),
        ("Take a photo of the letter.", NEVER_ASKED),
        ("You will receive money.", PROMISES),
        ("The office will find him.", PROMISES),
        ("You will hear from us within two weeks.", PROMISES),
        ("Help is coming soon.", PROMISES),
    ],
)
def test_the_guards_catch_what_they_forbid(sentence: str, guard: tuple[str, ...]) -> None:
    assert any(re.search(bad, sentence, re.IGNORECASE) for bad in guard)


@pytest.mark.parametrize("form", FORMS)
def test_she_is_asked_before_anything_is_kept(form: tuple[str, int]) -> None:
    """The phone looks at this one answer: yes, or only the fact where a form offers that."""
    loaded = questionnaires.load(*form)
    (gate,) = [one for one in asked(form) if one["id"] == "may_write"]
    assert gate["required"]
    assert "declinable" not in gate
    assert gate["aloud"]
    assert {option["code"] for option in gate["options"]} - {"fact_only"} == {"yes", "no"}
    # Who else is safe to ask is for the officer to judge, before a child is asked.
    names = [group["id"] for group in loaded["groups"] if group["id"] != "carer"]
    assert names[:3] == ["ready", "notices", "agreement"]
    assert answers(form)[-1] == "may_write"
    assert answers(form, may_write="no")[-1] == "said_no"


@pytest.mark.parametrize("form", FORMS)
def test_whoever_is_in_danger_now_comes_first_and_is_urgent(form: tuple[str, int]) -> None:
    loaded = questionnaires.load(*form)
    names = [group["id"] for group in loaded["groups"]]
    now = loaded["groups"][names.index("agreement") + 1]
    assert next(one["id"] for one in now["questions"] if one["kind"] != "notice") == "danger_now"
    assert "danger_steps" in answers(form, may_write="yes", danger_now="yes")
    assert questionnaire.urgent(loaded, {"may_write": "yes", "danger_now": "yes"}, questionnaires.SETTINGS, NOW)


@pytest.mark.parametrize("form", DIGESTS)
def test_what_is_typed_has_an_end(form: tuple[str, int]) -> None:
    assert [one["id"] for one in asked(form) if one["kind"] == "text" and one.get("max", 10**6) > 600] == []


@pytest.mark.parametrize("form", FORMS)
def test_names_and_ways_to_reach_someone_are_sealed_apart(form: tuple[str, int]) -> None:
    loaded = questionnaires.load(*form)
    top = {one["id"]: one for group in loaded["groups"] for one in group["questions"]}
    apart = {name for name, one in top.items() if one.get("identity")}
    assert {"called", "ways", "keep_from_who"} <= apart
    assert [
        name
        for name, one in top.items()
        if re.search("name|_unit|called|phone|address", name) and name not in apart and one["kind"] != "yes_no"
    ] == []


def test_an_unknown_form_is_refused_by_number() -> None:
    with pytest.raises(Problem) as refused:
        questionnaires.load("visit", 99)
    assert refused.value.code == "422.55"


def test_the_first_form_holds_every_kind_of_question() -> None:
    kinds = {one["kind"] for one in questionnaire.questions(questionnaires.load(*VISIT))}
    assert kinds == set(questionnaire.KINDS)


def test_only_her_agreement_and_what_is_pressing_are_needed() -> None:
    form = questionnaires.load(*VISIT)
    top = [one["id"] for group in form["groups"] for one in group["questions"] if one.get("required")]
    assert tuple(top) == PERSON_ASKED


def test_before_she_agrees_nothing_about_her_is_asked() -> None:
    assert answers(VISIT)[-1] == "may_write"
    assert answers(VISIT, may_write="no")[-1] == "said_no"


def test_only_the_fact_asks_neither_her_name_nor_who_may_learn_it() -> None:
    form = questionnaires.load(*VISIT)
    given = {"may_write": "fact_only", "help_safety": "yes", "keep_from": ["other"], "child_born": "yes"}
    shown = questionnaire.visible(form, given, questionnaires.SETTINGS, NOW)["questions"]
    identifying = {one["id"] for one in questionnaire.questions(form) if one.get("identity")}
    # A name she says freely is another's: it travels under the second key as well.
    assert identifying & set(shown) == {"who_names"}
    assert [name for name in shown if name.startswith("share_")] == ["share_figures"]


NEIGHBOUR = {"may_write": "yes", "who_speaks": "other", "help_medical": "yes", "age_band": "26_40"}


def test_somebody_else_gives_no_consents_in_her_name_and_is_asked_whether_she_knows() -> None:
    shown = answers(VISIT, **NEIGHBOUR)
    assert "knows" in shown
    assert [name for name in shown if name.startswith("share_")] == []


def test_who_is_not_sure_of_the_nights_is_offered_the_earlier_help_as_well() -> None:
    unknown = {"may_write": "yes", "when_happened": {"no": "unknown"}}
    assert "care_first" in answers(VISIT, **unknown, nights="from_3_to_5")


def test_the_identity_part_of_somebody_else_is_about_the_reporter_only() -> None:
    form = questionnaires.load(*VISIT)
    given = {**NEIGHBOUR, "reporter_named": "yes", "child_born": "yes", "keep_from": ["other"]}
    identifying = {one["id"] for one in questionnaire.questions(form) if one.get("identity")}
    shown = identifying & set(questionnaire.visible(form, given, questionnaires.SETTINGS, NOW)["questions"])
    assert shown == {"reporter_called", "reporter_way", "keep_from_who"}


def girl(band: str, who: str, **more: str) -> list[str]:
    return answers(VISIT, age_band=band, who_speaks=who, may_write="yes", **more)


@pytest.mark.parametrize(
    ("band", "asked"), [("0_5", False), ("6_11", True), ("12_14", True), ("15_17", True), ("18_25", False)]
)
def test_beside_an_adult_the_child_is_asked_by_the_offices_age_table(band: str, asked: bool) -> None:
    assert ("child_agrees" in girl(band, "caregiver")) is asked


def test_a_child_who_says_no_ends_it() -> None:
    assert girl("12_14", "caregiver", child_agrees="no")[-1] == "child_said_no"
    assert "danger_now" not in girl("12_14", "caregiver", child_agrees="no")
    assert "danger_now" in girl("12_14", "caregiver", child_agrees="not_able")


def test_an_adult_is_asked_only_when_safe_and_from_15_on_only_if_she_wants_it() -> None:
    assert "carer_agrees" in girl("12_14", "self", carer_there="yes", carer_safe="yes")
    assert "carer_agrees" not in girl("12_14", "self", carer_there="yes", carer_safe="no")
    assert "carer_unsafe" in girl("12_14", "self", carer_there="yes", carer_safe="no")
    assert "carer_agrees" not in girl("15_17", "self", carer_there="yes", carer_safe="yes")
    assert "carer_may_know" in girl("15_17", "self")


def test_is_this_caregiver_safe_for_the_child_is_asked_before_she_agrees_and_of_the_officer() -> None:
    group = next(one for one in questionnaires.load(*VISIT)["groups"] if one["id"] == "carer")
    assert group["for"] == "officer"
    shown = answers(VISIT, age_band="6_11", who_speaks="caregiver")
    assert shown.index("carer_safe") < shown.index("may_write")


@pytest.mark.parametrize(("band", "words"), [("12_14", False), ("15_17", True), ("26_40", True), ("unknown", True)])
def test_below_the_offices_age_there_are_no_free_words_about_what_happened(band: str, words: bool) -> None:
    shown = girl(band, "self")
    assert ("account" in shown) is words
    assert ("account_child" in shown) is not words


def test_the_age_from_which_a_child_may_add_words_is_the_offices() -> None:
    form, given = questionnaires.load(*VISIT), {"may_write": "yes", "age_band": "15_17"}
    older = questionnaires.settings({"child_account_from": 16})
    assert "account" not in questionnaire.visible(form, given, older, NOW)["questions"]


def test_his_duties_are_shown_in_full_once_a_day() -> None:
    def first(due: bool) -> list[str]:
        settings = {**questionnaires.SETTINGS, "duties_due": due}
        shown: list[str] = questionnaire.visible(questionnaires.load(*VISIT), {}, settings, NOW)["questions"]
        return shown[:2]

    assert first(True) == ["duties", "private"]
    assert first(False) == ["your_part", "private"]


def test_the_pages_come_in_their_order_and_help_is_asked_before_what_happened() -> None:
    assert [group["id"] for group in questionnaires.load(*VISIT)["groups"]] == [
        *("ready", "notices", "carer", "agreement", "now", "help", "person", "happened", "readers", "who"),
        *("children", "reach", "reporter", "sharing", "after", "code", "how"),
    ]


def test_the_seven_groups_of_help_stand_for_the_services_of_the_catalogue() -> None:
    form = questionnaires.load(*VISIT)
    asked = [one for one in questionnaire.questions(form) if "services" in one and one.get("state") != "received"]
    services = {one["id"]: one["services"] for one in asked}
    assert [name for name in services if not name.startswith("help_")] == []
    assert len(services) == 7
    assert {code for codes in services.values() for code in codes} == {
        *("SAFETY", "MED", "MHPSS", "LEGAL", "BASIC", "LIVELI", "EDU_V", "CHILD_EDU", "CHILD_HEALTH", "CHILD_REG"),
    }


def test_a_number_to_come_back_with_is_given_to_whoever_wants_it_and_she_is_asked_for_it_back__globaleaks_752() -> None:
    assert "code_given" not in answers(VISIT, may_write="yes", code_wanted="no")
    shown = answers(VISIT, may_write="yes", code_wanted="yes")
    assert shown[shown.index("code_wanted") :][:3] == ["code_wanted", "code_given", "code_back"]


def test_the_access_needs_are_the_six_questions_of_the_washington_group_with_their_four_answers() -> None:
    group = next(one for one in questionnaires.load(*VISIT)["groups"] if one["id"] == "person")
    asked = {one["id"]: [option["code"] for option in one["options"]] for one in group["questions"]}
    six = ("see", "hear", "walk", "remember", "self_care", "understood")
    assert {name: asked[name] for name in six} == {name: ["none", "some", "a_lot", "cannot"] for name in six}


def test_where_and_when_are_lists_and_rough_days_and_never_an_address() -> None:
    form = questionnaires.load(*VISIT)
    kinds = {one["id"]: one["kind"] for one in questionnaire.questions(form)}
    assert (kinds["place"], kinds["when_happened"]) == ("listed", "date")


def test_another_person_in_the_same_event_shares_place_day_and_who_and_nothing_that_identifies() -> None:
    form = questionnaires.load(*VISIT)
    by_name = {one["id"]: one for group in form["groups"] for one in group["questions"]}
    assert form["same_event"] == ["when_happened", "place", "place_other", "place_kind", "person_count", "persons"]
    assert [name for name in form["same_event"] if by_name[name].get("identity")] == []


@pytest.mark.parametrize(
    ("when", "cards"),
    [
        ("2026-11-22", ["care_first", "care_soon", "care_any_time"]),
        ("2026-11-18", ["care_soon", "care_any_time"]),
        ("2026-11-10", ["care_any_time"]),
        ("2026-11", ["care_first", "care_soon", "care_any_time"]),
    ],
)
def test_care_is_offered_for_as_long_as_it_may_help(when: str, cards: list[str]) -> None:
    shown = answers(VISIT, may_write="yes", when_happened={"when": when})
    assert [name for name in shown if name.startswith("care_") and name != "care_received"] == cards


def test_who_does_not_know_the_day_is_asked_for_the_nights() -> None:
    unknown = {"may_write": "yes", "when_happened": {"no": "unknown"}}
    assert "nights" in answers(VISIT, **unknown)
    assert "care_first" in answers(VISIT, **unknown)
    assert "care_first" not in answers(VISIT, **unknown, nights="over_5")
    assert "nights" not in answers(VISIT, may_write="yes", when_happened={"no": "declined"})


@pytest.mark.parametrize(
    ("given", "urgent"),
    [
        ({"danger_now": "yes"}, True),
        ({"danger_now": "no", "when_happened": {"when": "2026-11-20"}}, True),
        ({"danger_now": "no", "when_happened": {"when": "2026-11-20"}, "care_received": "yes"}, False),
        ({"danger_now": "no", "when_happened": {"when": "2026-11-01"}}, False),
        ({"when_happened": {"no": "unknown"}, "nights": "under_3"}, True),
        ({"age_band": "12_14", "still_going": "yes"}, True),
        ({"age_band": "26_40", "still_going": "yes"}, False),
        ({}, False),
    ],
)
def test_danger_open_windows_without_care_and_a_child_to_whom_it_still_happens_are_urgent(
    given: dict[str, Any], urgent: bool
) -> None:
    form = questionnaires.load(*VISIT)
    assert questionnaire.urgent(form, {"may_write": "yes", **given}, questionnaires.SETTINGS, NOW) is urgent
