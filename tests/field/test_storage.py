"""What is kept is defended: room, a probe, an alarm, a clock that cannot jump."""

import pytest

from tests.support.browser import Script
from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab

FILL = """const { random, concat } = await import("/field/bytes.js");
for (let size = 8; size > 0; ) {
    const some = concat(...Array.from({ length: size }, () => random(65536)));
    const name = `filler ${Math.random()}`;
    const kept = await phone._db.write(["phone"], (at) => at.phone.put(some, name)).then(() => true, () => false);
    if (!kept) size = Math.floor(size / 2);
}"""


@pytest.fixture
def small(phone: PhoneInHand) -> Tab:
    """An enrolled phone with four megabytes in all."""
    page = phone.context.new_page()
    session = phone.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": phone.office.url, "quotaSize": 4_000_000})
    tab = Tab(page, phone.office).start()
    tab.enrol()
    return tab


def test_without_room_no_interview_is_begun(small: Tab) -> None:
    small(FILL)
    assert small("return phone.begin('visit')") == {"refused": "phone.storage_full"}
    assert small("return phone.drafts()") == []


def test_without_room_nothing_is_called_saved_and_the_draft_stays(small: Tab) -> None:
    draft = small.begin()
    small(FILL)
    assert small("return phone.finish(arg, 'unfinished')", draft) == {"refused": "phone.storage_full"}
    assert small("return (await phone.draft(arg)).id", draft) == draft
    assert small.items == []


def test_a_full_phone_still_sends_what_waits(small: Tab, office: ScriptedOffice) -> None:
    report = small.finish()
    small(FILL)
    small.send()
    assert [envelope.report for envelope in office.envelopes] == [report]


def test_a_disk_that_forgets_is_noticed_by_the_probe(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab(
        """const get = IDBObjectStore.prototype.get;
        IDBObjectStore.prototype.get = function (key) { return get.call(this, key === "probe" ? "nothing" : key); };"""
    )
    assert tab("return phone.begin('visit')") == {"refused": "phone.storage_broken"}


def test_a_lost_database_raises_an_alarm__ndb_core_4178(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab.finish()
    tab(
        """phone._db.close();
        await new Promise((resolve) => { indexedDB.deleteDatabase("fieldbook").onsuccess = resolve; });"""
    )
    again = phone.open()
    assert again.state["place"] == "missing"
    again.enrol()
    assert again.state["place"] == "open"


def test_a_phone_that_was_never_used_raises_none(phone: PhoneInHand) -> None:
    assert phone.open().state["place"] == "new"
    assert phone.open().state["place"] == "new"


@pytest.mark.parametrize(("used", "quota", "level"), [(0, 0, "fine"), (1, 10**9, "fine"), (90, 100, "full")])
def test_the_meter_has_three_plain_levels(run_js: Script, used: int, quota: int, level: str) -> None:
    assert run_js("storage", "return level(arg[0], arg[1])", [used, quota]) == level
    assert run_js("storage", "return level(0, 10 * 1024 * 1024)") == "low"


def test_whether_the_browser_agreed_to_keep_things_is_shown(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    assert tab.state["storage"]["persisted"] is False
    tab("navigator.storage.persisted = async () => true; phone.lock()")
    tab.page.wait_for_function("() => window.phone.state().storage.persisted === true")


HOUR = 3600 * 1000


@pytest.mark.parametrize(
    ("looks", "own"),
    [
        ([0, HOUR, 3 * HOUR], 3 * HOUR),
        ([0, 100 * HOUR], 24 * HOUR),
        ([0, -500 * HOUR], 0),
        ([0, -500 * HOUR, -499 * HOUR], HOUR),
        ([0, 10**13, 0, HOUR], 25 * HOUR),
    ],
)
def test_our_own_time_goes_on_and_never_jumps(run_js: Script, looks: list[int], own: int) -> None:
    found = run_js(
        "db storage",
        """const db = await openDatabase(`clock-${arg}`);
        let own = 0;
        for (const look of arg) own = await tick(db, 1.7e12 + look);
        db.close();
        return own;""",
        looks,
    )
    assert found == own
