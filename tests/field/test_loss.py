"""The database is deleted behind the app's back: it says so, asks the office, and never says more than it knows."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from intake.envelope.signing import SigningKey
from tests.support.browser import Script
from tests.support.looking import look
from tests.support.officer import Officer
from tests.support.screened import ScreenedOffice, say
from tests.support.scripted import PhoneInHand, Said, ScriptedOffice, Tab, html, problem, said

HAVE = ("POST", "/sync/v1/have")
DELETE = """await new Promise((resolve) => { indexedDB.deleteDatabase("fieldbook").onsuccess = resolve; });"""


def lose_everything(tab: Tab) -> None:
    tab(f"phone._db.close(); {DELETE}")
    tab.close()


def found(tab: Tab) -> dict[str, Any]:
    """What it says of what is lost, after it has asked as often as it would by itself."""
    tab.send("online")
    return tab.state["lost"]


def numbers(lines: list[dict[str, str]]) -> list[str]:
    return [line["report"] for line in lines]


def test_what_was_there_is_still_known_when_the_database_goes_while_the_app_reads_it(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    waiting = tab.finish()
    tab(
        f"""const {{ read }} = phone._db;
        let there = true;
        phone._db.read = async (names, work) => {{
            const found = await read(names, work);
            if (there && names.includes("compartments")) {{
                there = false;
                phone._db.close();
                {DELETE}
            }}
            return found;
        }};
        await phone._refresh();"""
    )
    tab.close()
    lost = found(phone.open())
    assert (lost["n"], numbers(lost["found"]["missing"])) == (1, [waiting])


def test_a_phone_whose_database_has_gone_asks_the_office_which_reports_have_arrived(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    arrived = tab.finish()
    tab.send()
    waiting = tab.finish()
    tab.begin()
    lose_everything(tab)

    again = phone.open()
    office.online = False
    again.send("open")
    assert again.state["place"] == "missing"
    assert again.state["lost"] == {"n": 2, "drafts": 1, "found": None}
    office.online = True
    lost = found(again)
    assert (lost["n"], lost["found"]["arrived"], numbers(lost["found"]["missing"])) == (2, 1, [waiting])
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", lost["found"]["missing"][0]["made"])
    assert lost["found"] | {"missing": []} == {
        "arrived": 1,
        "missing": [],
        "unsure": [],
        "takenBack": [],
        "strange": False,
    }
    assert arrived not in json.dumps(lost)

    again.enrol()
    assert (again.state["place"], again.state["lost"]["n"]) == ("open", 2)
    again.close()
    later = phone.open()
    assert numbers(found(later)["found"]["missing"]) == [waiting]
    later.unlock()
    later("await phone.officeKnowsOfLoss()")
    assert later.state["lost"] is None
    assert waiting not in later.page.evaluate("localStorage.getItem('fieldbook.stamp')")
    assert phone.open().state["lost"] is None


def test_nothing_is_called_arrived_that_no_receipt_proves(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab.send()
    lose_everything(tab)
    [raw] = office.held.values()
    good = office.receipt(raw)
    again = phone.open()
    lies: list[Any] = [
        {"held": [office.receipt(raw, SigningKey.generate())], "missing": [], "other": []},
        {"held": [good | {"digest": "sha-256:" + "0" * 64}], "missing": [report], "other": []},
        {"held": [None, good | {"received": "yesterday"}], "missing": [], "other": []},
        {"held": [], "missing": [], "other": [report]},
        {"held": [], "other": []},
    ]
    for lie in lies:
        office.answers(*HAVE, said(200, lie))
        told = found(again)["found"]
        assert (told["arrived"], told["missing"], numbers(told["unsure"])) == (0, [], [report]), lie
    assert found(again)["found"]["arrived"] == 1


@pytest.mark.parametrize("answer", [html(200), html(403), Said(503), problem("429.1"), said(200, {"held": "all"})])
def test_who_is_not_the_office_or_has_no_time_has_said_nothing(
    phone: PhoneInHand, office: ScriptedOffice, answer: Said
) -> None:
    tab = phone.enrolled()
    tab.finish()
    lose_everything(tab)
    with office.answering(*HAVE, answer):
        assert found(phone.open())["found"] is None


def test_an_office_that_knows_the_phone_no_more_could_not_be_asked(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    lose_everything(tab)
    office.devices.clear()
    told = found(phone.open())["found"]
    assert (told["strange"], told["arrived"], numbers(told["unsure"])) == (True, 0, [report])


def test_a_notice_that_did_not_go_out_is_told_by_the_number_of_its_report(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab.send()
    tab("await phone.takeBack(arg)", report)
    lose_everything(tab)
    lost = found(phone.open())
    assert (lost["n"], numbers(lost["found"]["takenBack"]), lost["found"]["missing"]) == (0, [report], [])


def test_the_phone_asks_again_by_its_timer_only_until_it_was_answered(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    tab.finish()
    lose_everything(tab)
    again = phone.open()
    with office.answering(*HAVE, html(200)):
        again.send("timer")
    for _ in range(3):
        again.send("timer")
    assert len(office.asked(*HAVE)) == 2
    assert again.state["lost"]["found"]


def test_the_stamp_names_the_newest_five_hundred_and_nothing_that_is_not_in_clear_already(run_js: Script) -> None:
    stamped = run_js(
        "loss",
        """const items = Array.from({ length: 600 }, (_, i) => ({
            report: `r${i}`, compartment: i % 2 ? "one" : "two", digest: `sha-256:d${i}`, made: "2026-11-22",
            about: null, order: i, state: i === 599 ? "withdrawn" : "sealed", link: new Uint8Array(2), elsewhere: null,
        }));
        return traces([{ id: "one", token: "t1", label: "grey" }, { id: "two", token: "t2" }], ["k1", null], items);""",
    )
    assert [sorted(trace) for trace in stamped] == [["device", "key", "reports", "token"]] * 2
    assert [len(trace["reports"]) for trace in stamped] == [250, 250]
    assert stamped[0]["reports"][0] == ["r597", "d597", "2026-11-22", None]
    assert stamped[1]["reports"][-1] == ["r100", "d100", "2026-11-22", None]


@pytest.mark.journey
def test_the_officer_reads_what_is_lost_and_what_to_do_until_she_says_that_the_office_knows(
    playwright: Playwright, screened: ScreenedOffice, tmp_path: Path
) -> None:
    officer = Officer(playwright, tmp_path, screened.url)
    officer.open(screened.link())
    officer.enrol()
    officer.go_home()
    page = officer.page
    for count, online in enumerate((True, False), 1):
        screened.online = online
        officer.to_agreement()
        officer.turn()
        officer.finish_now()
        # each is on the list, and so counted, before anything is lost; the first has gone before the network does
        expect(page.locator("details.item")).to_have_count(count)
        expect(page.locator("details.item[data-state=arrived]")).to_have_count(1)
    page.evaluate(DELETE.replace("await", "() =>"))
    page.reload()
    main = page.locator("#main")
    expect(main).to_contain_text(say("loss.later"))
    look(page)
    screened.online = True
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(main).to_contain_text(say("loss.arrived", n=1))
    expect(main).to_contain_text(say("loss.missing", n=1))
    expect(main.locator("li")).to_have_count(1)
    look(page)
    page.evaluate("localStorage.setItem('fieldbook-languages', 'ar')")
    page.reload()
    expect(main.locator("li")).to_have_count(1)
    look(page)
    page.goto(screened.link())
    officer.enrol()
    officer.go()
    expect(main.locator(".stop li")).to_have_count(1)
    look(page)
    main.locator(".stop .second").click()
    expect(main.locator(".stop")).to_have_count(0)
    officer.close()
