"""Pages of claims: opened, worked on by lawful steps only, undone; names and results behind a step-up."""

import re
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from intake.domain.claim_law import LAW
from intake.domain.forwarding import LOCAL
from intake.services import claim_policies, claims, dating
from intake.web.claims import GROUPS, LEADS
from tests.support.care import care_for
from tests.support.claimed import NOTIFIED, TESTED, Claimed, new
from tests.support.staffed import Phone, StaffedOffice
from tests.web.office.conftest import Visitor

WISH = {
    "who_speaks": "guardian",
    "may_write": "yes",
    "danger_now": "no",
    "born": "born",
    "birth_year": 2019,
    "wants": "support",
    "father_kind": "military_contingent",
    "father_country": {"text": "Zedland", "language": "en"},
}

pytestmark = pytest.mark.usefixtures("sqlite_only")


@pytest.fixture
def claimed(staffed: StaffedOffice) -> Claimed:
    made = Claimed.begin(staffed, case=care_for(staffed).case.id)
    made.act(*NOTIFIED)
    return made


def at(claimed: Claimed, rest: str = "") -> str:
    return f"/office/claims/{claimed.claim.id}{rest}"


def record(visitor: Visitor, claimed: Claimed, kind: str, target: str = "", **typed: str) -> TestResponse:
    """Fill in the form of an event as it is asked for, and send it."""
    path = at(claimed, f"/do/{kind}?target={target}")
    page = visitor.get(path)
    assert page.status_code == 200, page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    day = f"{claimed.office.clock.now:%Y-%m-%d}"
    return visitor.post(path, **{"version": version[1], "happened": day, "known": day, **typed})


def test_every_kind_of_event_and_every_task_has_its_place_on_the_page() -> None:
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]
    apart = {"wished", "claimant_told", "telling_waived", "undone", *LOCAL}
    assert sorted(grouped) == sorted(set(LAW) - apart)
    assert set(LEADS.values()) <= set(LAW)


def test_claims_opened_from_a_wish(visitor: Visitor, staffed: StaffedOffice) -> None:
    care = care_for(staffed, form="wish", answers=WISH)
    visitor.sign_in("amina")
    report = care.case.reports[0]
    offered = visitor.get(f"/office/arrivals/{report}")
    link = f"/office/claims/new?case={care.case.id}&amp;report={report}"
    assert link in offered.text
    begun = visitor.get(link.replace("&amp;", "&"))
    assert "Zedland" in begun.text
    assert 'value="2019"' in begun.text
    assert re.search(r'value="guardian" checked', begun.text)
    typed = {"claimant": "guardian", "wants": "support", "born": "2019", "member_state": "KE", "happened": ""}
    made = visitor.post("/office/claims/new", case=care.case.id, report=report, **typed)
    assert made.status_code == 303
    page = visitor.get(made.location)
    assert "Kenya" in page.text
    assert care.case.reference in page.text
    (line,) = care.do(claims.of_case, case=care.case.id)
    assert (line.claim.claimant, line.claim.owner, line.claim.member_states) == ("guardian", "amina", ("KE",))


def test_claims_opened_by_hand_and_refused_without_a_claimant(visitor: Visitor) -> None:
    visitor.sign_in("amina")
    visitor.get("/office/claims/new")
    assert visitor.post("/office/claims/new", claimant="").status_code == 422
    assert visitor.post("/office/claims/new", claimant="mother", born="19").status_code == 422
    assert visitor.post("/office/claims/new", claimant="mother", born="٢٠١٩").status_code == 303


def test_the_form_shows_only_lawful_next_events(visitor: Visitor, claimed: Claimed) -> None:
    visitor.sign_in("amina")
    page = visitor.get(at(claimed)).text
    assert "/do/ms_acknowledged?target=F1" in page
    assert "/do/recognised" not in page
    assert record(visitor, claimed, "recognised", "home", where="court").status_code == 422
    assert record(visitor, claimed, "ms_acknowledged", "F1").status_code == 303
    assert "/do/ms_acknowledged" not in visitor.get(at(claimed)).text


def test_a_step_is_undone_and_stays_in_the_history(visitor: Visitor, claimed: Claimed) -> None:
    visitor.sign_in("amina")
    record(visitor, claimed, "ms_acknowledged", "F1")
    event = claimed.look(claims.find, claim=claimed.claim.id).fitting[-1]
    assert record(visitor, claimed, "undone", event.id, why="no").status_code == 422
    assert record(visitor, claimed, "undone", event.id, why="Another claim was meant").status_code == 303
    assert 'class="undone"' in visitor.get(at(claimed)).text


def test_two_people_at_one_claim_never_overwrite_each_other(visitor: Visitor, claimed: Claimed) -> None:
    visitor.sign_in("amina")
    page = visitor.get(at(claimed, "/do/ms_acknowledged?target=F1"))
    assert page.status_code == 200
    stale = visitor.post(
        at(claimed, "/do/ms_acknowledged?target=F1"), version="1", happened="2026-11-22", known="2026-11-22"
    )
    assert stale.status_code == 409
    again = re.search(r'name="version" value="(\d+)"', stale.text)
    assert again is not None
    assert again[1] == str(claimed.claim.version)


def test_dna_never_a_profile_says_the_page(visitor: Visitor, claimed: Claimed) -> None:
    visitor.sign_in("amina")
    refused = record(visitor, claimed, "hurdle", "", reason="cost", words="D3S1358 15,16 and FGA 21")
    assert refused.status_code == 422
    assert "DNA" in refused.text


def test_results_and_names_open_with_a_code_and_a_reason(visitor: Visitor, claimed: Claimed) -> None:
    claimed.act(*TESTED[3:])
    visitor.sign_in("amina")
    typed = {"laboratory": "Laboratory", "result": "match"}
    assert record(visitor, claimed, "dna_result_in", "F1", code="000000", **typed).status_code == 401
    done = record(visitor, claimed, "dna_result_in", "F1", code=claimed.office.code("amina"), **typed)
    assert done.status_code == 303
    event = claimed.look(claims.find, claim=claimed.claim.id).fitting[-1].id
    assert visitor.post(at(claimed, f"/result/{event}"), reason="why").status_code == 422
    opened = visitor.post(at(claimed, f"/result/{event}"), reason="To tell the mother")
    assert "He is the father" in opened.text
    assert record(visitor, claimed, "established", "F1", basis="dna").status_code == 303
    given = {"reason": "To call the mother", "whose": "mother", "name": "Zainab"}
    assert "Zainab" in visitor.post(at(claimed, "/names"), **given).text
    late = visitor.post(at(claimed, "/names"), **{**given, "name": "Zaynab", "was-name": ""})
    assert (late.status_code, 'value="Zaynab"' in late.text, "<bdi>Zainab</bdi>" in late.text) == (409, True, True)
    wrong = visitor.post(at(claimed, "/names"), **{**given, "contact": "D3S1358 15,16", "was-name": "Zainab"})
    assert (wrong.status_code, 'value="D3S1358 15,16"' in wrong.text) == (422, True)
    claimed.office.clock.move(minutes=11)
    asked = visitor.post(at(claimed, "/names"), **{**given, "contact": "The red door", "was-name": "Zainab"})
    assert (asked.status_code, 'name="contact" value="The red door"' in asked.text) == (401, True)
    assert "Zainab" not in visitor.get(at(claimed)).text


def test_the_list_is_by_phase_state_and_age(visitor: Visitor, claimed: Claimed) -> None:
    visitor.sign_in("amina")
    for query, there in (("", True), ("?phase=state", True), ("?phase=ended", False), ("?country=ZZ", True)):
        assert (claimed.claim.reference in visitor.get(f"/office/claims{query}").text) is there, query
    assert claimed.claim.reference not in visitor.get("/office/claims?older=5").text


def test_who_may_only_see_is_offered_no_step(visitor: Visitor, claimed: Claimed, phone: Phone) -> None:
    assert phone
    visitor.sign_in("bruno")
    page = visitor.get(at(claimed))
    assert page.status_code == 200
    assert "/do/" not in page.text
    assert "/names" not in page.text
    assert visitor.get(at(claimed, "/names")).status_code == 403


def test_an_office_decides_about_claims_with_a_code_after_it_read_what_changes(
    visitor: Visitor, claimed: Claimed
) -> None:
    path, other = "/office/claims/policy", {"tell_days": "٧", "limitation_years": "0", "recognised_in": "both"}
    typed = {**other, "resolved[]": "recognised", "version": "0"}
    visitor.sign_in("amina")
    assert "Within 14 days" in visitor.get(path).text
    said = visitor.post(path, **typed).text
    for sentence in ("Within 14 days", "Within 7 days", "in both countries", "worked out again in every claim"):
        assert sentence in said
    assert "Where nothing is known of the law" not in said, "what does not change is not said"
    decided = {**typed, "read": "yes", "why": "The claimants waited too long"}
    assert visitor.post(path, **decided, code="000000").status_code == 401
    assert claimed.look(claims.policy).tell_days == 14
    claimed.office.clock.move(minutes=1)
    code = claimed.office.code("amina")
    assert visitor.post(path, **decided, code=code).status_code == 303
    page = visitor.get(path).text
    assert "The claimants waited too long" in page
    assert claimed.look(claims.policy).tell_days == 7
    claimed.office.clock.move(minutes=1)
    assert visitor.post(path, **decided, code=claimed.office.code("amina")).status_code == 409


def test_pages_say_how_far_days_are_worked_out_again_and_go_on_with_it(
    visitor: Visitor, claimed: Claimed, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        Claimed.begin(claimed.office)
    monkeypatch.setattr(dating, "PORTION", 1)
    policy = replace(claimed.look(claims.policy), tell_days=7)
    claimed.do(claim_policies.change, policy=policy, why="The claimants waited too long", number=0)
    visitor.sign_in("amina")
    page = visitor.get("/office/claims/policy")
    assert "worked out again: 2 of 4" in page.text
    assert page.headers["Refresh"].endswith("/office/claims/policy")
    assert 'name="tell_days"' not in page.text, "a page that asks again by itself has nothing to type into"
    page = visitor.get("/office/due?show=office")
    assert "worked out again: 3 of 4" in page.text
    assert "Refresh" not in page.headers
    for _ in range(2):
        page = visitor.get("/office/claims/policy")
    assert "worked out again" not in page.text
    assert 'name="tell_days"' in page.text


def test_the_parts_of_a_claim_are_closed_until_work_waits_in_them_or_they_are_asked_for(
    visitor: Visitor, claimed: Claimed
) -> None:
    def opened(path: str) -> set[str]:
        return set(re.findall(r'<details open>\s*<summary>.*</summary>\s*<div id="([^"]+)">', visitor.get(path).text))

    visitor.sign_in("amina")
    assert "history" not in opened(at(claimed))
    assert "history" in opened(at(claimed, "?part=history"))
    claimed.act(new("dna_needed"))
    assert "test" in opened(at(claimed))
    claimed.act(*TESTED[len(NOTIFIED) + 1 :], new("dna_result_in", "F1", laboratory="A laboratory", document="1"))
    assert "test" not in opened(at(claimed))
