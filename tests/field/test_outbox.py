"""The outbox: one transaction from draft to sealed report, and states that only one module writes."""

import re
from typing import Any

import pytest

from tests.support.browser import ROOT
from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab


def stores(tab: Tab, draft: str) -> Any:
    """In which stores something of this report is."""
    return tab(
        """const names = ["drafts", "outbox", "sealed"];
        return phone._db.read(names, async (at) => {
            const found = [];
            for (const name of names) if (await at[name].get(arg)) found.push(name);
            return found;
        });""",
        draft,
    )


FINISH = """const outbox = await import("/field/outbox.js");
const fresh = { report: arg.id, compartment: "c", digest: "d", made: "2026-11-22", urgent: false, elsewhere: null };
const bytes = new Uint8Array([1, 2, 3]);
await outbox.finish(phone._db, { draft: arg.id, version: arg.version, fresh, bytes, own: 0, since: "" });"""


def test_finishing_moves_a_draft_into_the_outbox_in_one_step(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    assert stores(tab, draft) == ["drafts"]
    tab(FINISH, {"id": draft, "version": 2})
    assert stores(tab, draft) == ["outbox", "sealed"]


def test_a_draft_that_changed_after_it_was_sealed_is_not_finished(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    assert tab(FINISH, {"id": draft, "version": 1}) == {"refused": "phone.draft_changed"}
    assert stores(tab, draft) == ["drafts"]


def test_sealed_bytes_are_never_written_over__enketo_1405(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab(
        "await phone._db.write(['sealed'], ({ sealed }) => sealed.add({ report: arg, bytes: new Uint8Array(9) }))",
        draft,
    )
    name = tab(f"try {{ {FINISH} }} catch (error) {{ return error.name }}", {"id": draft, "version": 2})
    assert name == "ConstraintError"
    assert stores(tab, draft) == ["drafts", "sealed"]


def test_a_disk_that_gives_back_other_bytes_leaves_the_draft(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab(
        """const add = IDBObjectStore.prototype.add;
        IDBObjectStore.prototype.add = function (value, ...more) {
            const spoilt = this.name === "sealed" ? { ...value, bytes: new Uint8Array(3) } : value;
            return add.call(this, spoilt, ...more);
        };"""
    )
    assert tab("return phone.finish(arg, 'unfinished')", draft) == {"refused": "phone.storage_broken"}
    assert stores(tab, draft) == ["drafts"]


def test_a_full_disk_at_finishing_leaves_the_draft_and_says_so(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab(
        """IDBObjectStore.prototype.add = function () {
            throw new DOMException("full", "QuotaExceededError");
        };"""
    )
    assert tab("return phone.finish(arg, 'unfinished')", draft) == {"refused": "phone.storage_full"}
    assert stores(tab, draft) == ["drafts"]
    assert not office.held


def test_a_waiting_report_that_is_taken_back_is_destroyed_and_a_notice_goes_out(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    before = tab("return phone.exportSealed(arg).then((bytes) => bytes.length)", report)
    assert before > 2000
    tab("return phone.takeBack(arg)", report)
    assert stores(tab, report) == ["outbox"]
    assert {item["report"]: item["state"] for item in tab.items}[report] == "withdrawn"
    tab.send()
    [envelope] = office.envelopes
    notice, identity = office.opened(envelope)
    assert envelope.report != report
    assert (notice["state"], notice["about"]) == ("withdrawn", {"report": report, "as": "withdraws"})
    assert (notice["answers"], identity) == ({}, {"answers": {}})
    assert notice["n"] == 2


def test_a_report_that_arrived_can_be_taken_back_and_its_kept_copy_goes(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab.send()
    tab("return phone.takeBack(arg)", report)
    assert stores(tab, report) == ["outbox"]
    tab.send()
    assert len(office.envelopes) == 2


def test_a_notice_and_what_is_not_here_cannot_be_taken_back(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab("return phone.takeBack(arg)", report)
    [notice] = [item["report"] for item in tab.items if item.get("about") == report]
    for gone in (notice, report, "0d6f5c0e-7b1e-4a39-9c57-1f6f3f0f8f11"):
        assert tab("return phone.takeBack(arg)", gone) == {"refused": "phone.not_here"}
    assert len(tab.items) == 2


def test_a_receipt_that_comes_after_it_was_taken_back_changes_no_state(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab("return phone.takeBack(arg)", report)
    tab(
        """const outbox = await import("/field/outbox.js");
        const { digest } = (await outbox.items(phone._db)).find((item) => item.report === arg);
        const receipt = { report: arg, digest, received: "2026-11-22", sign: "" };
        await outbox.received(phone._db, receipt, { own: 1, aside: false });""",
        report,
    )
    item = next(item for item in tab.items if item["report"] == report)
    assert (item["state"], item["receipt"]["report"]) == ("withdrawn", report)


@pytest.mark.parametrize("state", ["received", "withdrawn"])
def test_a_late_refusal_undoes_nothing(phone: PhoneInHand, state: str) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    if state == "received":
        tab.send()
    else:
        tab("return phone.takeBack(arg)", report)
    tab(
        """const outbox = await import("/field/outbox.js");
        await outbox.refused(phone._db, arg, { code: "422.1", shell: "x" });
        await outbox.postponed(phone._db, arg, { wait: "later", next: 1, code: null });""",
        report,
    )
    item = next(item for item in tab.items if item["report"] == report)
    assert (item["state"], item.get("code")) == (state, None)


def test_only_the_outbox_writes_states() -> None:
    writing = re.compile(r"outbox\.(put|add|remove)\(|\[\"outbox\"[^\]]*\], ?async")
    root = ROOT / "static" / "field"
    guilty = [
        path.name
        for path in root.glob("*.js")
        if path.name not in {"outbox.js", "common.js", "fieldbook.js", "sw.js"} and writing.search(path.read_text())
    ]
    assert guilty == []
    assert writing.search((root / "outbox.js").read_text())
