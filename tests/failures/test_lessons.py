"""What the peers' failures taught, as far as no other test shows it (docs/failures.md has the whole table)."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab

SPOIL = """await phone._db.write(["drafts"], async ({ drafts }) => {
    const one = await drafts.get(arg);
    await drafts.put({ ...one, secret: new Uint8Array(60) });
});"""


@pytest.fixture
def phone(context: BrowserContext, office: ScriptedOffice) -> PhoneInHand:
    """A phone of the scripted office, not of this folder's server."""
    return PhoneInHand(context, office)


def drafts_of(tab: Tab) -> list[str]:
    return [line["id"] for line in tab("return phone.drafts()")]


def test_one_poisoned_draft_keeps_no_other_from_being_shown_begun_or_sent_and_its_sealed_copy_goes_out__enketo_1226(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    poisoned, sound = tab.begin(), tab.begin()
    tab("return phone.turnPage(arg)", poisoned)
    tab(SPOIL, poisoned)
    assert drafts_of(tab) == [sound]
    assert tab("return phone.draft(arg)", poisoned) == {"refused": "phone.unreadable"}
    third = tab.finish()
    tab.pass_hours(73)
    tab.send("timer")
    assert poisoned in {envelope.report for envelope in office.envelopes}
    assert third in {envelope.report for envelope in office.envelopes}


def test_a_draft_that_cannot_be_handed_over_holds_up_nothing(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    stuck = tab.begin()
    tab("return phone.turnPage(arg)", stuck)
    # Something under its number is in the outbox already, and bytes that are there are never written over.
    tab(
        """await phone._db.write(["sealed"], ({ sealed }) => sealed.add({ report: arg, bytes: new Uint8Array(9) }))""",
        stuck,
    )
    waiting = tab.finish()
    tab.pass_hours(73)
    tab.send("timer")
    assert [envelope.report for envelope in office.envelopes] == [waiting]
    assert drafts_of(tab) == [stuck]


def test_sealed_bytes_that_cannot_be_read_back_are_not_called_saved_and_the_next_try_succeeds__tella_ios_2023(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab(
        """window.get = IDBObjectStore.prototype.get;
        IDBObjectStore.prototype.get = function (key) {
            const broken = this.name === "sealed" && this.transaction.mode === "readonly";
            return window.get.call(this, broken ? "nothing" : key);
        };"""
    )
    assert tab("return phone.finish(arg, 'unfinished')", draft) == {"refused": "phone.storage_broken"}
    assert (tab.items, drafts_of(tab)) == ([], [draft])
    tab("IDBObjectStore.prototype.get = window.get")
    tab("return phone.finish(arg, 'unfinished')", draft)
    tab.send()
    assert [envelope.report for envelope in office.envelopes] == [draft]


@pytest.mark.parametrize("said", [True, False])
def test_what_the_browser_says_of_the_network_decides_nothing__enketo_1140(
    phone: PhoneInHand, office: ScriptedOffice, said: bool
) -> None:
    tab = phone.enrolled()
    tab("Object.defineProperty(navigator, 'onLine', { get: () => arg })", said)
    report = tab.finish()
    office.online = False
    tab.send()
    assert state_of(tab, report)["state"] == "sealed"
    office.online = True
    tab.send()
    assert state_of(tab, report)["state"] == "received"


def state_of(tab: Tab, report: str) -> dict[str, Any]:
    return next(item for item in tab.items if item["report"] == report)
