"""Practice: the same code as in earnest, nothing that is sent, nothing that lasts."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import questionnaires, words
from intake.domain.settings import DEFAULTS
from intake.envelope.format import parse
from intake.envelope.signing import key_id
from intake.services import setup
from tests.support.browser import ROOT, Script
from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab

PRACTICE = "0" * 16
WHYS = ["open", "online", "timer", "background", "saved", "button"]

BEGIN = """const { Practice } = await import("/field/practice.js");
phone.lock();
window.practice = await Practice.begin(phone, { name: "Practice", languages: ["en", "fr"], passphrase: "a lamp" });"""

# Everything a browser keeps for a page: each store of each database, localStorage, the names of the caches.
KEPT = """const text = (_, value) => (value instanceof Uint8Array ? Array.from(value).join() : value);
const found = [];
for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => (indexedDB.open(name).onsuccess = ({ target }) => done(target.result)));
    for (const store of db.objectStoreNames) {
        const all = await new Promise((done) => (db.transaction(store).objectStore(store).getAll().onsuccess =
            ({ target }) => done(target.result)));
        found.push([name, store, JSON.stringify(all, text)]);
    }
    db.close();
}
return [found, JSON.stringify(localStorage), await caches.keys()];"""


def practising(tab: Tab) -> Callable[..., Any]:
    """Practice begun in a tab; the body of a call is a function of `practice`."""
    tab(BEGIN)
    return lambda body, arg=None: tab(f"const {{ practice }} = window; {body}", arg)


REPORT = """const id = await practice.begin("visit");
await practice.save(id, { answers: { may_write: "yes", danger_now: "no" }, page: 3 });
await practice.turnPage(id);
await practice.finish(id, "unfinished");
return id;"""


def test_there_is_one_message_to_practise_with_and_its_answer_goes_nowhere(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    practice = practising(phone.enrolled())
    assert practice("return practice.state().mail") == {"n": 1, "stop": False, "odd": False}
    (message,) = practice("return practice.messages()")["messages"]
    assert message["content"]["kind"] == "appointment"
    practice("await practice.answerMessage(1, { answer: 'told_her' })")
    assert practice("return practice.state().mail.n") == 0
    assert office.held == {}


# the outbox's law


def items() -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries(
        {
            "report": st.uuids().map(str),
            "compartment": st.sampled_from([PRACTICE, "3f1c9a7e5b2d4c60"]),
            "state": st.sampled_from(["sealed", "received", "refused", "withdrawn"]),
            "urgent": st.booleans(),
            "order": st.integers(0, 10),
            "wait": st.sampled_from([None, "later", "told", "daily", "invitation"]),
            "next": st.integers(0, 2**40),
        }
    )
    return st.lists(one, max_size=12)


@given(items(), st.integers(0, 2**40), st.lists(st.sampled_from(["later", "told", "daily", "invitation"])))
def test_what_is_due_is_never_of_practice(
    run_js: Script, found: list[dict[str, Any]], own: int, impatient: list[str]
) -> None:
    body = "return due(...arg).map(({ report, compartment }) => [report, compartment])"
    yielded = run_js("outbox", body, [found, own, impatient])
    assert PRACTICE not in {compartment for _, compartment in yielded}
    real = [one for one in found if one["compartment"] != PRACTICE]
    assert yielded == run_js("outbox", body, [real, own, impatient])


def test_an_envelope_of_practice_in_the_real_outbox_would_never_be_sent(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    report = tab.finish()
    tab(
        """await phone._db.write(["outbox", "compartments"], async ({ outbox, compartments }) => {
            const [item] = await outbox.all(), [own] = await compartments.all();
            await outbox.put({ ...item, compartment: arg });
            await compartments.put({ ...own, id: arg });
        });""",
        PRACTICE,
    )
    for why in WHYS:
        tab.send(why)
    assert office.asked("PUT", ".*") == []
    item = tab("return phone._db.read(['outbox'], ({ outbox }) => outbox.get(arg))", report)
    assert (item["state"], item["kept"]) == ("sealed", True)


def test_a_server_that_got_one_all_the_same_would_know_neither_its_phone_nor_its_keys(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    practice = practising(phone.enrolled())
    report = practice(REPORT)
    envelope = parse(bytes(practice("return Array.from(await practice.exportSealed(arg))", report)))
    assert envelope.device == PRACTICE
    ours = {key_id(office.report_key.public), key_id(office.identity_key.public)}
    assert {part.key_id for part in envelope.parts}.isdisjoint(ours)
    assert json.loads(office.keep(envelope.raw).body)["type"] == "/problems/403.1"


# practice itself


def test_practice_runs_the_way_of_a_real_report_and_nothing_of_it_leaves_the_phone(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    office.heard.clear()
    practice = practising(tab)
    report = practice(REPORT)
    assert practice("return practice.state()")["practice"] is True
    assert [(one["report"], one["state"]) for one in practice("return practice.items()")] == [(report, "sealed")]
    practice("practice.lock()")
    assert practice("return practice.unlock('another')") == {"refused": "phone.wrong"}
    practice("await practice.unlock('a lamp')")
    practice("await practice.send(); await practice.takeBack(arg)", report)
    states = {one["report"]: one["state"] for one in practice("return practice.items()")}
    assert states[report] == "withdrawn"
    assert sorted(states.values()) == ["sealed", "withdrawn"]
    assert [heard.path for heard in office.heard if heard.path.startswith("/sync/")] == []


def test_nothing_of_practice_is_kept_on_the_phone_nor_counted_with_what_is_real(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    tab.begin()
    tab.finish()
    tab.send()
    tab("phone.lock()")
    before, real = tab(KEPT), tab.state["counts"]
    practice = practising(tab)
    practice(REPORT)
    practice("await practice.begin('visit')")
    counts = practice("return practice.state()")["counts"]
    assert (counts["drafts"], counts["waiting"], counts["arrived"]) == (1, 1, 0)
    assert tab(KEPT) == before
    assert tab.state["counts"] == real
    practice("practice.end()")
    assert tab(KEPT) == before


def test_a_phone_that_is_not_enrolled_can_practise_and_is_not_enrolled_by_it(phone: PhoneInHand) -> None:
    tab = phone.open()
    practice = practising(tab)
    practice(REPORT)
    assert practice("return practice.state()")["place"] == "open"
    assert tab.state["place"] == "new"
    assert tab.state["compartments"] == []
    practice("practice.end()")
    again = phone.open()
    assert again.state["place"] == "new"


def test_when_practice_has_ended_nothing_in_it_can_be_opened(phone: PhoneInHand) -> None:
    practice = practising(phone.open())
    report = practice(REPORT)
    practice("practice.end()")
    assert practice("return practice.unlock('a lamp')") == {"refused": "phone.wrong"}
    assert practice("return practice.items()") == []
    assert practice("return practice.exportSealed(arg)", report) == {"refused": "phone.not_here"}


def test_keys_of_practice_are_made_anew_each_time_and_fit_no_other_practice(phone: PhoneInHand) -> None:
    practice = practising(phone.open())
    first = practice("return practice.bundle()")
    practice(BEGIN.replace("phone", "window.phone"))
    second = practice("return practice.bundle()")
    keys = [one["keys"][part]["key"] for one in (first, second) for part in ("report", "identity")]
    assert len(set(keys)) == 4
    assert first["office"]["sign_key"] != second["office"]["sign_key"]


def test_one_practises_with_the_questions_and_settings_of_ones_own_office(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    office.settings["pep_hours"] = 48
    office.publish()
    practice = practising(phone.enrolled())
    assert practice("return practice.state()")["settings"] == office.settings


def test_without_an_office_one_practises_with_what_every_office_begins_with(run_js: Script) -> None:
    built_in = run_js("practice", "return BUILT_IN")
    assert built_in == {
        "forms": setup.FORMS,
        "settings": questionnaires.settings(DEFAULTS),
        "places": [],
    }


# the database that forgets


def test_a_transaction_in_memory_is_whole_or_it_is_nothing(run_js: Script) -> None:
    body = """const db = memoryDatabase();
        await db.write(["drafts"], ({ drafts }) => drafts.add({ id: "a", n: [1] }));
        const failed = await db.write(["drafts", "phone"], async ({ drafts, phone }) => {
            const one = await drafts.get("a");
            one.n.push(2);
            await drafts.put(one);
            await phone.put(1, "x");
            throw new Error("no");
        }).catch((error) => error.message);
        const twice = await db.write(["drafts"], ({ drafts }) => drafts.add({ id: "a" })).catch((error) => error.name);
        return [failed, twice, await db.read(["drafts", "phone"],
            async ({ drafts, phone }) => [await drafts.all(), await phone.keys()])];"""
    assert run_js("memory", body) == ["no", "ConstraintError", [[{"id": "a", "n": [1]}], []]]


def test_what_was_read_from_memory_changes_nothing_there(run_js: Script) -> None:
    body = """const db = memoryDatabase();
        const kept = { compartment: "c", id: 1, bytes: new Uint8Array([1]) };
        await db.write(["messages"], ({ messages }) => messages.put(kept));
        kept.bytes[0] = 9;
        const read = await db.read(["messages"], ({ messages }) => messages.get(["c", 1]));
        read.bytes[0] = 8;
        return Array.from((await db.read(["messages"], ({ messages }) => messages.get(["c", 1]))).bytes);"""
    assert run_js("memory", body) == [1]


# words


@pytest.mark.parametrize("section", ["officers", "practice", "lesson"])
def test_every_word_of_practice_is_used_and_every_word_used_exists(section: str) -> None:
    known = {key for key in words.reference() if key.startswith(f"{section}.")}
    scripts = [*(ROOT / "static/field").glob("*.js"), *(ROOT / "static/field/screens").glob("*.js")]
    text = "\n".join(path.read_text("utf-8") for path in scripts if path.name != "fieldbook.js")
    said = set(re.findall(rf"[\"`]({section}\.[a-z0-9_]+)[\"`]", text))
    assert said - known == set()
    given = {f"practice.{key}" for key in ("what", "sent", "gone", "real")}
    lessons = _lessons(text)
    instead = {key for key in known if key.startswith("practice.instead.")}
    assert {key.removeprefix("practice.instead.") for key in instead} <= set(words.reference())
    assert known - said - given - lessons - instead == set()
    assert (lessons if section == "lesson" else set()) <= known


def _lessons(text: str) -> set[str]:
    """The keys of every page of every lesson, as the screens build them."""
    pages = re.findall(r"^  (\w+): \{ pages: (\d), right", text, re.M)
    ends = ["title", "ask", "a", "b", "right", "other"]
    return {f"lesson.{name}_{end}" for name, n in pages for end in [*ends, *map(str, range(1, int(n) + 1))]}


def test_practice_speaks_without_jargon() -> None:
    ours = ("officers.", "practice.", "lesson.")
    text = json.dumps({key: text for key, text in words.reference().items() if key.startswith(ours)})
    assert re.findall(r"(?i)\b(sync\w*|cache\w*|queue\w*|case|cases|incident\w*|upload\w*|device\w*)\b", text) == []
