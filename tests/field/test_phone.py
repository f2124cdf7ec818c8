"""The phone as its screens see it: enrolment, lock, drafts, finishing, taking back, messages."""

from tests.support.scripted import PhoneInHand, ScriptedOffice


def test_a_new_phone_is_enrolled_and_open(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.open()
    assert tab.state["place"] == "new"
    words = tab.enrol()
    assert len(words["checkWords"]) == 7
    state = tab.state
    assert (state["place"], state["office"]["name"], state["confirmed"]) == ("open", "North", True)


def test_a_report_goes_from_draft_to_receipt(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    assert tab.state["counts"]["waiting"] == 1
    tab.send()
    [item] = tab.items
    assert (item["report"], item["state"], item["kept"]) == (report, "received", True)
    [envelope] = office.envelopes
    opened, identity = office.opened(envelope)
    assert (opened["state"], opened["n"], opened["answers"]["may_write"]) == ("unfinished", 1, "yes")
    assert identity == {"answers": {}}
    assert tab("return phone.drafts()") == []
