"""The pages of help: what is needed, each step, consents, whom it is kept from, notes and providers."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from intake.domain.referral import Referral
from intake.services import cases, directory, help, notes
from tests.support.care import AGREED, NOBODY, SENT, Care, care_for
from tests.support.staffed import StaffedOffice
from tests.web.office.conftest import Visitor

# What a page says does not depend on the database; what is stored was tried on both below the pages.
pytestmark = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)

# What the form of sending sends.
TYPED = {"handed[]": SENT["handed"], "follow_up": SENT["follow_up"]}


@pytest.fixture
def care(staffed: StaffedOffice) -> Care:
    return care_for(staffed, answers=NOBODY)


@pytest.fixture
def page(care: Care, visitor: Visitor) -> Callable[..., str]:
    """The address of a page about the case, after amina has signed in."""
    visitor.sign_in("amina")
    return lambda *rest: "/".join(["/office/cases", care.case.id, *rest])


def sent(care: Care) -> Referral:
    agreed = care.step(care.offer(provider=care.clinic().id), "consented", **AGREED)
    return care.step(agreed, "sent", provider=agreed.provider, **SENT)


def plain(text: str) -> str:
    """The words of a page in the pseudo-locale's brackets or in English, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_help_is_offered_agreed_to_and_sent_with_nothing_but_forms(
    care: Care, visitor: Visitor, page: Callable[..., str]
) -> None:
    clinic = care.clinic()
    assert "Offer help" in visitor.get(page("help")).text
    assert "Old Harbour clinic" in visitor.get(page("help", "offer?service=MED")).text
    made = visitor.post(page("help", "offer"), person="P1", service="MED", provider=clinic.id)
    assert made.status_code == 303
    shown = visitor.get(made.location)
    assert "The person agreed" in shown.text
    visitor.get(f"{made.location}?step=consented")
    assert visitor.post(f"{made.location}?step=consented", version="1", **AGREED).status_code == 303
    visitor.get(f"{made.location}?step=sent")
    done = visitor.post(f"{made.location}?step=sent", version="2", provider=clinic.id, **TYPED)
    assert done.status_code == 303
    assert "What the provider was told" in visitor.get(done.location).text
    assert [line.referral.state for line in care.help().lines] == ["sent"]


def test_what_was_typed_stays_when_a_step_is_refused(care: Care, visitor: Visitor, page: Callable[..., str]) -> None:
    agreed = care.step(care.offer(provider=care.clinic().id), "consented", **AGREED)
    address = page("help", agreed.id) + "?step=sent"
    visitor.get(address)
    refused = visitor.post(
        address, version="2", provider=agreed.provider, **{**TYPED, "handed[]": ["need"], "follow_up": ""}
    )
    assert refused.status_code == 422
    assert 'href="#follow_up"' in refused.text
    assert re.search(r'value="need" checked', refused.text)
    assert f'value="{agreed.provider}" selected' in refused.text


def test_sending_without_a_standing_consent_says_what_to_do(
    care: Care, visitor: Visitor, page: Callable[..., str]
) -> None:
    agreed = care.step(care.offer(), "consented", **AGREED)
    care.office.clock.move(minutes=1)
    care.says("no", f"provider:{(clinic := care.clinic()).id}")
    address = page("help", agreed.id) + "?step=sent"
    visitor.get(address)
    refused = visitor.post(address, version="2", provider=clinic.id, **TYPED)
    assert refused.status_code == 422
    assert "Ask her first, and record what she says under Consents." in refused.text


def test_a_stale_step_shows_both_states_and_keeps_what_was_typed(
    care: Care, visitor: Visitor, page: Callable[..., str]
) -> None:
    gone = sent(care)
    address = page("help", gone.id) + "?step=followed_up"
    visitor.get(address)
    care.step(gone, "accepted", appointment="2026-11-25")
    stale = visitor.post(address, version="3", met="partly", follow_up="2026-12-09")
    assert stale.status_code == 409
    assert "What you saw" in stale.text
    assert "Accepted by the provider" in stale.text
    assert 'value="2026-12-09"' in stale.text
    assert 'name="version" value="4"' in stale.text


def test_taking_an_agreement_back_ends_the_referral_and_asks_for_the_recall(
    care: Care, visitor: Visitor, page: Callable[..., str]
) -> None:
    gone = sent(care)
    care.office.clock.move(minutes=1)
    visitor.get(page("consents"))
    word = {"person": "P1", "recipient": f"provider:{gone.provider}", "answer": "no", **AGREED}
    answer = visitor.post(page("consents"), version="1", **word)
    assert answer.status_code == 303
    assert "1 referral was ended." in visitor.get(answer.location).text
    assert "Recall the data from the provider" in visitor.get(page("help")).text
    address = page("help", gone.id)
    assert "What became of the recall" in visitor.get(address).text
    visitor.get(f"{address}?step=recalled")
    assert visitor.post(f"{address}?step=recalled", version="4", recall="destroyed").status_code == 303
    assert "Recall the data from the provider" not in visitor.get(page("help")).text


def test_a_word_without_all_its_parts_is_refused_at_its_field(
    care: Care, visitor: Visitor, page: Callable[..., str]
) -> None:
    visitor.get(page("consents"))
    word = {"person": "P1", "recipient": "MED", "answer": "no", **AGREED, "spoke": "", "on": "2026-11-20"}
    refused = visitor.post(page("consents"), version="0", **word)
    assert (refused.status_code, 'href="#spoke"' in refused.text) == (422, True)
    assert 'value="2026-11-20"' in refused.text


def test_a_stale_word_shows_what_was_recorded_meanwhile(care: Care, visitor: Visitor, page: Callable[..., str]) -> None:
    visitor.get(page("consents"))
    care.says("no", "LEGAL")
    word = {"person": "P1", "recipient": "MED", "answer": "yes", **AGREED}
    stale = visitor.post(page("consents"), version="0", **word)
    assert stale.status_code == 409
    assert "Nothing was recorded yet." in stale.text
    assert "Legal help and papers" in stale.text
    assert [word.recipient for word in care.help().wishes.agreements.words] == ["LEGAL"]


def test_two_people_decide_for_a_child_on_the_page(
    care: Care, visitor: Visitor, another: Visitor, page: Callable[..., str], staffed: StaffedOffice
) -> None:
    assert "best interests" not in visitor.get(page("consents")).text
    care.act("person_added", part="child", group="girl")
    visitor.get(page("consents"))
    where = page("consents", "best-interests")
    refused = visitor.post(where, version="0", child="P2", whom="CP", reason="short")
    assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)
    assert visitor.post(where, version="0", child="P2", whom="CP", reason="Her uncle decides").status_code == 303
    assert "I agree" not in visitor.get(page("consents")).text
    assert visitor.post(f"{where}/answer", version="1", agree="yes").status_code == 422
    # Bruno reviews and reads; he may not decide.
    another.sign_in("bruno")
    another.get(page("consents"))
    assert another.post(f"{where}/answer", version="1", agree="yes").status_code == 403


def test_a_colleague_who_was_named_no_longer_sees_the_case(
    care: Care, visitor: Visitor, another: Visitor, page: Callable[..., str]
) -> None:
    another.sign_in("bruno")
    assert another.get(page("help")).status_code == 200
    visitor.get(page("consents"))
    marked = visitor.post(page("kept-from"), who="staff:bruno", case_version=str(care.case.version))
    assert marked.status_code == 303
    assert "Colleague: bruno" in visitor.get(page("consents")).text
    for rest in ("help", "consents", "notes"):
        assert another.get(page(rest)).status_code == 403
    version = str(care.case.version + 1)
    refused = visitor.post(page("kept-from"), lift="staff:bruno", why="no", case_version=version)
    assert (refused.status_code, 'href="#why"' in refused.text) == (422, True)
    lifted = visitor.post(page("kept-from"), lift="staff:bruno", why="It was another Bruno", case_version=version)
    assert lifted.status_code == 303
    assert another.get(page("help")).status_code == 200


def test_whoever_is_named_is_told_of_where_something_is_sent(staffed: StaffedOffice, visitor: Visitor) -> None:
    care = care_for(staffed, answers={**NOBODY, "keep_from": ["police"]})
    post = care.clinic(name="Police post", marks=("police",))
    visitor.sign_in("amina")
    address = f"/office/cases/{care.case.id}/help/offer"
    assert "It is to be kept from somebody" in visitor.get(address).text
    refused = visitor.post(address, person="P1", service="MED", provider=post.id, checked="yes")
    assert (refused.status_code, "She asked that this be kept from them." in refused.text) == (422, True)
    other = care.clinic()
    unchecked = visitor.post(address, person="P1", service="MED", provider=other.id)
    assert (unchecked.status_code, 'href="#checked"' in unchecked.text) == (422, True)
    assert visitor.post(address, person="P1", service="MED", provider=other.id, checked="yes").status_code == 303


def test_a_note_with_names_opens_with_a_fresh_code_and_a_reason(
    care: Care, visitor: Visitor, page: Callable[..., str]
) -> None:
    visitor.get(page("notes"))
    note = {"text": "Zainab’s sister", "language": "en", "names": "yes"}
    wrong = visitor.post(page("notes"), **note, code="000000")
    assert (wrong.status_code, "Zainab" in wrong.text, 'href="#code"' in wrong.text) == (401, True, True)
    assert visitor.post(page("notes"), **note, code=care.office.code("amina")).status_code == 303
    listed = visitor.get(page("notes")).text
    assert ("Zainab" in listed, "sealed apart" in listed) == (False, True)
    (written,) = care.look(notes.of_case, case=care.case.id)
    visitor.get(page("notes", written.id))
    refused = visitor.post(page("notes", written.id), reason="", code="")
    assert (refused.status_code, 'href="#reason"' in refused.text) == (422, True)
    opened = visitor.post(page("notes", written.id), reason="To call her sister")
    assert "Zainab’s sister" in opened.text
    assert "To call her sister" in opened.text


def test_a_note_is_corrected_by_another(care: Care, visitor: Visitor, page: Callable[..., str]) -> None:
    visitor.get(page("notes"))
    empty = visitor.post(page("notes"), text=" ", language="ar")
    assert (empty.status_code, 'href="#text"' in empty.text) == (422, True)
    visitor.post(page("notes"), text="صباحا", language="ar")
    (first,) = care.look(notes.of_case, case=care.case.id)
    assert "Correct note 1" in visitor.get(page("notes") + f"?corrects={first.id}").text
    visitor.post(page("notes"), text="Evenings", language="en", corrects=first.id)
    shown = visitor.get(page("notes")).text
    assert "corrects note 1" in shown
    assert 'lang="ar" dir="rtl"' in shown


def provider_form(**changed: Any) -> dict[str, Any]:
    return {"name": "Old Harbour clinic", "services[]": ["MED", "MHPSS"], "room": "open", "version": "0", **changed}


def test_a_provider_is_added_noted_and_made_sure_of(care: Care, visitor: Visitor) -> None:
    visitor.sign_in("amina")
    visitor.get("/office/providers/new")
    refused = visitor.post("/office/providers/new", **provider_form(**{"services[]": []}, capacity="Two beds"))
    assert (refused.status_code, 'href="#services"' in refused.text, "Two beds" in refused.text) == (422, True, True)
    made = visitor.post("/office/providers/new", **provider_form())
    visitor.get(made.location)
    assert visitor.post(made.location, **provider_form(room="full", version="1")).status_code == 303
    stale = visitor.post(made.location, **provider_form(room="closed", capacity="None at all", version="1"))
    assert (stale.status_code, "None at all" in stale.text) == (409, True)
    care.office.clock.move(days=100)
    visitor.sign_in("amina")
    assert "Not made sure of for long" in visitor.get("/office/providers").text
    visitor.get(made.location)
    assert visitor.post(made.location, verify="yes", version="2").status_code == 303
    assert "Not made sure of for long" not in visitor.get("/office/providers").text


def test_the_list_of_providers_is_narrowed_by_help_and_place(care: Care, visitor: Visitor) -> None:
    care.clinic()
    entry = {"name": "House of Lanterns", "services": ["SAFETY"], "place": "south", "checked": "2026-11-01"}
    empty = {
        "hours": "",
        "serves": "",
        "landmark": "Mill",
        "notes": "",
        "telephone": [],
        "languages": [],
        "cost": "free",
    }
    care.do(directory.replace, entries=[{**entry, **empty}])
    visitor.sign_in("amina")
    for query, names in (
        ("", {"House of Lanterns", "Old Harbour clinic"}),
        ("?service=MED", {"Old Harbour clinic"}),
        ("?place=south", {"House of Lanterns"}),
        ("?service=LEGAL", set()),
    ):
        shown = set(
            re.findall(
                r"<bdi>(House of Lanterns|Old Harbour clinic)</bdi>", visitor.get(f"/office/providers{query}").text
            )
        )
        assert shown == names, query


def test_a_closed_case_says_what_still_goes_on(care: Care, visitor: Visitor, page: Callable[..., str]) -> None:
    sent(care)
    assert "1 thing is still open." in visitor.get(page("help")).text
    care.act("closed", reasons=["needs_met"])
    shown = visitor.get(page("help")).text
    assert "The case is closed, and this still goes on" in shown
    assert "Offer this help" not in shown


def test_a_case_without_people_says_what_comes_first(care: Care, visitor: Visitor) -> None:
    visitor.sign_in("amina")
    bare = care.do(cases.open_case, report=str(uuid4()))
    for rest in ("help", "consents"):
        assert "Nobody is in this case yet" in visitor.get(f"/office/cases/{bare.id}/{rest}").text


def test_who_only_reads_is_shown_no_form(care: Care, another: Visitor) -> None:
    gone = sent(care)
    another.sign_in("bruno")
    for rest in ("help", f"help/{gone.id}", "consents"):
        shown = another.get(f"/office/cases/{care.case.id}/{rest}")
        assert shown.status_code == 200
        assert 'type="submit"' not in re.search(r"<main.*</main>", shown.text, re.S)[0]  # type: ignore[index]
    assert another.get(f"/office/cases/{care.case.id}/help/offer").status_code == 403
    address = f"/office/cases/{care.case.id}/help/{gone.id}"
    assert another.post(f"{address}?step=accepted", version="3").status_code == 403
    assert care.look(help.find, case=care.case.id, id=gone.id).referral == gone
