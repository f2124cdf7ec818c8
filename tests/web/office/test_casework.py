"""Working on a case at the screen: each step refused at its field, stale with both versions, told in words."""

import html
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from intake.services import cases, offer
from tests.support.staffed import Phone
from tests.web.office.conftest import Visitor

REASON = "Another woman on another day"

pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


@pytest.fixture
def amina(visitor: Visitor) -> Visitor:
    visitor.sign_in("amina")
    return visitor


@pytest.fixture
def reports(amina: Visitor, phone: Phone) -> list[str]:
    sent = [phone.send() for _ in range(3)]
    amina.get("/office/arrivals")
    return sent


@pytest.fixture
def case(amina: Visitor, reports: list[str]) -> str:
    return opened(amina, reports[0])


def opened(visitor: Visitor, report: str) -> str:
    done = visitor.post(f"/office/arrivals/{report}/decision", decision="registered", version="1")
    return visitor.get(done.location).text.partition("/office/cases/")[2][:36]


def step(visitor: Visitor, case: str, name: str, version: int, **typed: Any) -> TestResponse:
    return visitor.post(f"/office/cases/{case}/do/{name}", version=str(version), **typed)


def shown(visitor: Visitor, case: str, page: str = "") -> str:
    return html.unescape(visitor.get(f"/office/cases/{case}{page}?lang=en").text)


def test_the_whole_life_of_a_case_is_told_in_words(amina: Visitor, reports: list[str], case: str) -> None:
    people = {"part": "victim", "group": "girl", "born": "٢٠١٢"}
    for version, (name, typed) in enumerate(
        (
            ("nature", {"category": "sexual_abuse", "natures[]": ["rape"]}),
            ("person", people),
            ("person", {**people, "code": "P1", "group": "woman", "born": ""}),
            ("join", {"typed": reports[1][:8]}),
            ("owner", {"owner": "bruno"}),
            ("split", {"report": reports[1], "reason": REASON}),
            (
                "close",
                {
                    "reasons[]": ["asked_to_close", "left_area"],
                    "told": "no",
                    "words": "She moved",
                    "feedback": "partly",
                },
            ),
            ("resume", {}),
        ),
        start=1,
    ):
        assert step(amina, case, name, version, **typed).status_code == 303, name
    told = shown(amina, case, "/history")
    for sentence in (
        "Opened the case from report",
        "Set the category:",
        "Rape",
        "Person harmed · Girl · born in 2012",
        "Set right what is known of P1:",
        f"Joined report {reports[1][:8]} to it.",
        "Put bruno in charge.",
        f"Took report {reports[1][:8]} out of it.",
        REASON,
        "She asked to close it · She left the area – She was not told",
        "She moved",
        "Took it up again.",
    ):
        assert sentence in told, sentence
    assert "<bdi>P1</bdi> · Person harmed · Woman" in shown(amina, case)
    assert re.findall(r">[A-Z]+-[A-Z]+-2026-(\d{4})<", amina.get("/office/cases").text) == ["0001", "0002"], "split off"


MISSING: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("nature", {"category": "sexual_exploitation", "natures[]": ["rape"]}, "category"),
    ("person", {"part": ""}, "part"),
    ("person", {"part": "child", "born": "19"}, "part"),
    ("join", {"typed": "ffffffff"}, "typed"),
    ("join", {"typed": ""}, "typed"),
    ("owner", {"owner": ""}, "owner"),
    ("owner", {"owner": "nobody"}, "owner"),
    ("split", {"report": "", "reason": REASON}, "report"),
    ("named", {"names[]": ["bruno"]}, "names"),
    ("close", {}, "reasons"),
    ("close", {"reasons[]": ["needs_met"]}, "told"),
    ("close", {"reasons[]": ["needs_met"], "told": "no"}, "feedback"),
    ("close", {"reasons[]": ["needs_met"], "told": "no", "feedback": "lovely"}, "feedback"),
)


def test_what_is_missing_is_told_at_its_field_and_what_was_typed_stays(amina: Visitor, case: str) -> None:
    for name, typed, field in MISSING:
        answer = step(amina, case, name, 1, **typed, words="kept words")
        assert answer.status_code == 422, name
        assert f'href="#{field}"' in answer.text, (name, field)
        assert f'id="{field}"' in answer.text, (name, field)
        assert ("kept words" in answer.text) == (name == "close")


def test_two_cases_become_one_and_the_other_one_ends(amina: Visitor, reports: list[str], case: str) -> None:
    other = opened(amina, reports[1])
    reference = re.search(r"<h1><bdi>([^<]+)", shown(amina, other))
    assert reference is not None
    refused = step(amina, case, "join", 1, typed=reference[1])
    assert 'href="#reason"' in refused.text
    assert step(amina, case, "join", 1, typed=reference[1], reason=REASON).status_code == 303
    assert reports[1][:8] in shown(amina, case)
    ended = shown(amina, other)
    assert "It goes on in another case" in ended
    assert "Take the case up again" not in ended


def test_a_step_from_an_older_state_shows_both_versions_and_what_was_typed(
    amina: Visitor, another: Visitor, case: str
) -> None:
    another.sign_in("bruno")
    step(another, case, "owner", 1, owner="bruno")
    late = step(
        amina, case, "close", 1, told="no", words="She moved", feedback="unsafe", **{"reasons[]": ["left_area"]}
    )
    found = html.unescape(late.text)
    assert late.status_code == 409
    assert found.index("What you saw") < found.index("amina") < found.index("What is there now") < found.index("bruno")
    assert "She moved" in found
    again = re.search(r'name="version" value="(\d+)"', found)
    assert again is not None
    assert (
        step(
            amina, case, "close", int(again[1]), told="no", feedback="unsafe", **{"reasons[]": ["left_area"]}
        ).status_code
        == 303
    )


def test_closed_to_named_colleagues_by_two_and_gone_for_all_others(
    amina: Visitor, another: Visitor, reports: list[str], case: str
) -> None:
    another.sign_in("bruno")
    step(another, case, "named", 1, **{"names[]": ["bruno"]})
    assert "A second person must agree" in shown(amina, case)
    assert step(another, case, "agree", 2).status_code == 422
    assert step(amina, case, "agree", 2).status_code == 303
    assert amina.get(f"/office/cases/{case}").status_code == 403
    assert amina.get(f"/office/cases/{case}/history").status_code == 403
    assert amina.get(f"/office/cases/{case}/do/close").status_code == 403
    assert amina.get(f"/office/arrivals/{reports[0]}").status_code == 403
    assert case not in amina.get("/office/cases?show=all").text
    assert "Closed to named colleagues" in shown(another, case)


def test_the_kind_is_proposed_from_the_answers_and_set_by_a_person(amina: Visitor, phone: Phone) -> None:
    report = phone.send(version=2, answers={"exchanged": "yes"})
    amina.get("/office/arrivals")
    case = opened(amina, report)
    asked = html.unescape(amina.get(f"/office/cases/{case}/do/nature").text)
    assert "From the answers: Sexual exploitation" in asked
    assert 'value="sexual_exploitation" checked' in asked


def test_until_the_office_has_codes_of_its_own_the_case_says_so(amina: Visitor, phone: Phone, case: str) -> None:
    assert "has not set the codes" in shown(amina, case)
    office = amina.staffed
    with office.store.office() as session:
        settings = {"entity": "UNX", "mission": "TAM"}
        offer.edit(session, desk=office.made.desk, changes={"settings": settings}, now=office.clock.now)
    assert "has not set the codes" not in shown(amina, case)
    report = phone.send()
    amina.get("/office/arrivals")
    assert "UNX-TAM-2026-0002" in shown(amina, opened(amina, report))


def test_who_sees_cases_and_may_not_work_on_them_is_offered_no_step(amina: Visitor, case: str) -> None:
    with amina.staffed.store.office(reading=True) as session:
        assert cases.find(session, desk=amina.staffed.made.desk, case=case).open
    amina.post("/office/sign-out")
    amina.sign_in("cora")
    assert amina.get(f"/office/cases/{case}/do/close").status_code == 403


def test_at_closure_it_is_kept_whether_she_was_asked_how_help_was_and_what_she_said_and_counted_for_nobody_by_name(
    amina: Visitor, reports: list[str], case: str
) -> None:
    assert "How was help for her?" in shown(amina, case, "/do/close")
    said = {"feedback": "partly", "her_words": "The nurse was kind, the way was far.", "told": "yes"}
    assert step(amina, case, "close", 1, **said, **{"reasons[]": ["needs_met"]}).status_code == 303
    for page in ("", "/history"):
        told = re.sub("<[^>]+>", "", shown(amina, case, page))
        assert "She said that it helped in part: The nurse was kind, the way was far." in told
    counted = html.unescape(re.sub("<[^>]+>", " ", amina.get("/office/overview").text))
    assert re.search(r"How help was for them\s+In all [^.]+\.\s+She said that it helped in part\s+1\s", counted)
    assert "The nurse was kind" not in counted
