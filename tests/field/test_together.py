"""Correcting, adding, and another person in the same event: new reports that point to the old."""

from typing import Any

import pytest

from tests.field.test_outbox import stores
from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab

# A form with everything that could go wrong: it lists what must never be copied.
FORM: dict[str, Any] = {
    "id": "visit",
    "version": 1,
    "same_event": ["may_write", "notice", "when", "place", "other_place", "called", "nobody_knows", "persons", "gone"],
    "groups": [
        {
            "id": "all",
            "questions": [
                {"id": "may_write", "kind": "one", "options": [{"code": "yes"}, {"code": "no"}]},
                {"id": "notice", "kind": "notice"},
                {"id": "when", "kind": "date"},
                {"id": "place", "kind": "one", "options": [{"code": "north"}, {"code": "other"}]},
                {"id": "other_place", "kind": "text", "when": {"is": ["place", "other"]}},
                {"id": "called", "kind": "text", "identity": True},
                {"id": "nobody_knows", "kind": "number", "declinable": True},
                {"id": "hurt", "kind": "yes_no"},
                {
                    "id": "persons",
                    "kind": "rows",
                    "questions": [
                        {"id": "uniform", "kind": "yes_no"},
                        {"id": "his_name", "kind": "text", "identity": True},
                    ],
                },
            ],
        }
    ],
}
NAME = {"text": "Amal", "language": "en"}
ANSWERS: dict[str, Any] = {
    "may_write": "yes",
    "notice": "read",
    "when": {"when": "2026-10"},
    "place": "north",
    "other_place": {"text": "behind the mill", "language": "en"},
    "called": NAME,
    "nobody_knows": {"no": "declined"},
    "hurt": "yes",
    "persons": [{"row": "0123456789abcdef", "uniform": "yes", "his_name": NAME}],
}
WAYS = ["corrects", "adds_to", "same_event"]


def begin_about(tab: Tab, report: str, relation: str = "corrects") -> Any:
    """A draft that points at a report, agreed to; or the refusal."""
    return tab(
        """const draft = await phone.begin("visit", { report: arg.report, as: arg.relation });
        await phone.save(draft, { answers: { may_write: "yes" }, page: 3 });
        return draft;""",
        {"report": report, "relation": relation},
    )


def sealed_about(office: ScriptedOffice, report: str) -> Any:
    [envelope] = [one for one in office.envelopes if one.report == report]
    return office.opened(envelope)[0]["about"]


def shared(tab: Tab, form: dict[str, Any], answers: dict[str, Any] | None = None) -> Any:
    return tab(
        """const { shared } = await import("/field/same-event.js");
        return shared(arg.form, arg.answers, {}, "2026-11-22T12:00");""",
        {"form": form, "answers": answers or ANSWERS},
    )


def serve(tab: Tab, form: dict[str, Any]) -> None:
    tab.page.route("**/field/form/visit.*.json", lambda route: route.fulfill(json=form))


@pytest.mark.parametrize("relation", WAYS)
@pytest.mark.parametrize("way", ["final", "unfinished", "old", "forgotten"])
def test_a_report_that_belongs_to_another_tells_the_office_however_it_ends(
    phone: PhoneInHand, office: ScriptedOffice, way: str, relation: str
) -> None:
    tab = phone.enrolled()
    serve(tab, FORM)
    first = tab.finish()
    tab.send()
    draft = begin_about(tab, first, relation)
    tab("return phone.turnPage(arg)", draft)
    if way in {"final", "unfinished"}:
        tab("return phone.finish(arg.id, arg.way)", {"id": draft, "way": way})
    if way == "old":
        tab("phone.lock()")
        tab.pass_hours(73)
    if way == "forgotten":
        tab("return phone.forgotPassphrase()")
    tab.send()
    assert sealed_about(office, draft) == {"report": first, "as": relation}
    assert sealed_about(office, first) is None


def test_a_report_that_was_taken_back_cannot_be_corrected_or_added_to(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab("return phone.takeBack(arg)", report)
    [notice] = [item["report"] for item in tab.items if item.get("about") == report]
    for gone in (report, notice, "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"):
        for relation in WAYS:
            assert begin_about(tab, gone, relation) == {"refused": "phone.taken_back"}
    assert tab.state["counts"]["drafts"] == 0


def test_another_officers_report_cannot_be_corrected(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab("phone.lock()")
    tab.enrol("other words of somebody else")
    assert begin_about(tab, report) == {"refused": "phone.taken_back"}


@pytest.mark.parametrize("relation", WAYS)
def test_the_officer_sees_which_ones_belong_together_and_under_the_lock_nobody_does(
    phone: PhoneInHand, relation: str
) -> None:
    tab = phone.enrolled()
    first = tab.finish()
    since = tab.items[0]["since"]
    draft = begin_about(tab, first, relation)
    [line] = tab("return phone.drafts()")
    assert line["link"] == {"report": first, "as": relation, "since": since}
    tab("return phone.finish(arg, 'unfinished')", draft)
    assert {item["report"]: item.get("link") for item in tab.items} == {first: None, draft: line["link"]}
    tab("phone.lock()")
    assert ["link" in item for item in tab.items] == [False, False]
    rest = tab(
        """const items = await phone._db.read(["outbox"], ({ outbox }) => outbox.all());
        const text = (bytes) => String.fromCharCode(...bytes);
        return items.map(({ link, ...more }) => [link.length, text(link), Object.keys(more).sort()]);"""
    )
    [one, other] = rest
    assert (one[0], one[2]) == (other[0], other[2])
    assert first not in one[1] + other[1]
    tab.unlock()
    assert {item["report"]: item.get("link") for item in tab.items} == {first: None, draft: line["link"]}


def test_only_what_the_form_lists_is_copied_and_identity_never_even_if_listed(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    assert shared(tab, FORM) == {
        "when": {"when": "2026-10"},
        "place": "north",
        "persons": [{"row": "0123456789abcdef", "uniform": "yes"}],
    }
    listed_too = shared(tab, FORM, {**ANSWERS, "place": "other"})
    assert listed_too["other_place"] == ANSWERS["other_place"]
    secret = [{**one, "identity": True} for one in FORM["groups"][0]["questions"]]
    assert shared(tab, {**FORM, "groups": [{"id": "all", "questions": secret}]}) == {}


@pytest.mark.parametrize("listed", [None, [], "when", {"when": True}, ["gone"]])
def test_a_form_without_the_list_copies_nothing(phone: PhoneInHand, listed: object) -> None:
    tab = phone.enrolled()
    form = {name: value for name, value in FORM.items() if name != "same_event"}
    assert shared(tab, form if listed is None else {**form, "same_event": listed}) == {}


def test_another_persons_report_begins_with_the_first_ones_end_and_her_agreement_is_asked_again(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    serve(tab, FORM)
    draft = tab.begin(ANSWERS)
    tab("return phone.save(arg, { languages: ['fr', 'ar'] })", draft)
    other = tab("return (await phone.finish(arg, 'final', true)).another", draft)
    assert stores(tab, draft) == ["outbox", "sealed"]
    begun = tab("return phone.draft(arg)", other)
    assert sorted(begun["answers"]) == ["persons", "place", "when"]
    assert begun["languages"] == ["fr", "ar"]
    [line] = tab("return phone.drafts()")
    assert (line["agreed"], line["link"]["report"], line["link"]["as"]) == (False, draft, "same_event")
    assert tab("return phone.finish(arg, 'unfinished')", other) == {"refused": "phone.not_agreed"}
    tab("return phone.save(arg, { answers: { may_write: 'yes' } })", other)
    tab("return phone.finish(arg, 'unfinished')", other)
    tab.send()
    assert sealed_about(office, other) == {"report": draft, "as": "same_event"}


def test_whatever_keeps_another_one_from_being_begun_the_first_report_is_saved(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("phone._blank = () => Promise.reject(new Error('no'))")
    made = tab("return phone.finish(arg, 'unfinished', true)", draft)
    assert (made["state"], made["another"]) == ("sealed", None)
    assert stores(tab, draft) == ["outbox", "sealed"]


def test_a_disk_that_gives_back_other_bytes_begins_no_other_report(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab(
        """const add = IDBObjectStore.prototype.add;
        IDBObjectStore.prototype.add = function (value, ...more) {
            const spoilt = this.name === "sealed" ? { ...value, bytes: new Uint8Array(3) } : value;
            return add.call(this, spoilt, ...more);
        };"""
    )
    assert tab("return phone.finish(arg, 'unfinished', true)", draft) == {"refused": "phone.storage_broken"}
    assert [line["id"] for line in tab("return phone.drafts()")] == [draft]


def test_two_windows_that_take_back_at_once_use_no_number_twice(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    first, second = tab.finish(), tab.finish()
    other = phone.open(stop="notice sealed")
    other.page.route("**/sync/**", lambda route: route.abort())
    other.unlock()
    other.begin_call("await phone.takeBack(arg).catch((error) => { window.refused = error.code; })", first)
    other.page.wait_for_function("() => window.steps.includes('notice sealed')")
    tab("return phone.takeBack(arg)", second)
    other.close()
    tab("return phone.takeBack(arg)", first)
    tab.send()
    assert sorted(office.opened(envelope)[0]["n"] for envelope in office.envelopes) == [3, 4]
