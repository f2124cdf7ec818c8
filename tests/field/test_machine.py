"""A machine that does to one phone whatever can happen to it, against the real drafts and the real outbox in Chromium.

Network, kills at every step, lock, clock jumps, a full disk, two tabs, refusals, lost answers, a server restored to
yesterday, a new version of the app. After every step: no report lost, none doubled, states lawful, and nothing readable
on the disk that a person typed. In the end a network appears, and everything that was agreed to is at the office.
"""

from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from playwright.sync_api import Browser

from tests.support.browser import QUICK_PASSPHRASE, SMALL_PHONE
from tests.support.scripted import Heard, Lost, PhoneInHand, Said, ScriptedOffice, Tab, at_work, html, problem

# What may become what between two looks at one report; a look may miss a state in the middle.
LAWFUL = {
    "sealed": {"sealed", "received", "refused", "withdrawn"},
    "refused": {"refused", "sealed", "received", "withdrawn"},
    "received": {"received", "sealed", "withdrawn"},
    "withdrawn": {"withdrawn"},
}
STEPS = ("sealed", "kept", "sending", "answered", "received", "taken back")
# How an office, or whoever stands in its place, may answer a report.
ODD_ANSWERS = (
    problem("503.1"),
    problem("401.1"),
    problem("403.2"),
    problem("429.1"),
    problem("404.1"),
    html(200),
    html(403),
)
EVERYTHING = """
    const names = ["phone", "compartments", "drafts", "outbox", "sealed", "messages"];
    const plain = (value) => {
        if (value instanceof Uint8Array) return String.fromCharCode(...value);
        if (Array.isArray(value)) return value.map(plain);
        if (value && typeof value === "object") return Object.entries(value).map(([key, one]) => [key, plain(one)]);
        return value;
    };
    return phone._db.read(names, async (at) => {
        const rows = {};
        for (const name of names) rows[name] = await at[name].all();
        const items = rows.outbox.map((one) => ({ ...one, bytes: null }));
        const digests = Object.fromEntries(rows.sealed.map((one) => [one.report, plain(one.bytes)]));
        const drafts = rows.drafts.map(({ id, agreed, copy }) => ({ id, agreed, copied: Boolean(copy) }));
        return { drafts, items, digests, text: JSON.stringify(plain(rows)) };
    });
"""


class FarOffice(ScriptedOffice):
    """The network comes and goes; the app's own files are on the phone, whatever it does."""

    reachable = True

    def respond(self, heard: Heard) -> Said:
        if heard.path.startswith("/sync/") and not self.reachable:
            raise Lost
        return super().respond(heard)


class OnePhone(RuleBasedStateMachine):
    """`office` is what the phone speaks with, `hand` opens its tabs."""

    closing: ExitStack

    def __init__(self, office: FarOffice, hand: PhoneInHand) -> None:
        super().__init__()
        self.office, self.hand = office, hand
        self.tab = hand.enrolled()
        self.canaries: list[str] = []
        # Reports to which she agreed, by id; those whose end she asked for; those that were taken back.
        self.agreed: set[str] = set()
        self.destroyed: set[str] = set()
        self.withdrawn: set[str] = set()
        self.states: dict[str, str] = {}
        self.bytes: dict[str, str] = {}

    def teardown(self) -> None:
        try:
            # After a step that failed half way there is no tab, and that failure is what counts.
            if not self.tab.page.is_closed():
                self._everything_arrives()
        finally:
            self.closing.close()

    # what officers do ------------------------------------------------------------------------------------------

    @rule(agrees=some.booleans())
    def begin(self, agrees: bool) -> None:
        answers: dict[str, Any] = {"danger_now": "no", "help_words": self._words()}
        found = self.tab("return phone.begin('visit')")
        if isinstance(found, dict):
            assert found["refused"] in {"phone.storage_full", "phone.storage_broken"}, found
            return
        self._save(found, {**answers, "may_write": "yes"} if agrees else answers)

    @precondition(lambda self: self._drafts)
    @rule(data=some.data(), no_longer=some.booleans())
    def write(self, data: some.DataObject, no_longer: bool) -> None:
        draft = data.draw(some.sampled_from(self._drafts))
        answers = {"may_write": "no" if no_longer else "yes", "help_words": self._words()}
        self._save(draft, answers)

    @precondition(lambda self: self._drafts)
    @rule(data=some.data())
    def turn_the_page(self, data: some.DataObject) -> None:
        self.tab("return phone.turnPage(arg)", data.draw(some.sampled_from(self._drafts)))

    @precondition(lambda self: self._drafts)
    @rule(data=some.data(), killed_at=some.sampled_from(("", *STEPS[:2])))
    def finish(self, data: some.DataObject, killed_at: str) -> None:
        draft = data.draw(some.sampled_from(self._drafts))
        self._do("await phone.finish(arg, 'unfinished')", draft, killed_at)

    @precondition(lambda self: self._drafts)
    @rule(data=some.data())
    def she_does_not_want_it_sent(self, data: some.DataObject) -> None:
        draft = data.draw(some.sampled_from(self._drafts))
        if self.tab("return phone.destroy(arg)", draft) is None:
            self.destroyed.add(draft)

    @precondition(lambda self: self._items)
    @rule(data=some.data(), killed_at=some.sampled_from(("", "taken back")))
    def take_back(self, data: some.DataObject, killed_at: str) -> None:
        report = data.draw(some.sampled_from(self._items))
        self._do("await phone.takeBack(arg)", report, killed_at)

    @rule(why=some.sampled_from(("button", "online", "timer", "open")), killed_at=some.sampled_from(("", *STEPS[2:5])))
    def send(self, why: str, killed_at: str) -> None:
        self._do("await phone.send(arg)", why, killed_at)

    @rule()
    def lock_and_unlock(self) -> None:
        self.tab("phone.lock()")
        self.tab.unlock()

    @rule()
    def kill_the_tab(self) -> None:
        self._reopen()

    @precondition(lambda self: self._drafts)
    @rule(data=some.data())
    def write_in_two_tabs(self, data: some.DataObject) -> None:
        draft = data.draw(some.sampled_from(self._drafts))
        other = self.hand.open()
        other.unlock()
        other("await phone.draft(arg)", draft)
        self._save(draft, {"may_write": "yes", "help_words": self._words()})
        late = other(
            "return phone.save(arg.id, { answers: arg.answers })",
            {"id": draft, "answers": {"may_write": "yes", "help_words": self._words()}},
        )
        # Opening the other tab may have brought an old draft to its end.
        assert late in ({"refused": "phone.draft_elsewhere"}, {"refused": "phone.no_draft"}) or self.full, late
        other.close()

    # what the world does ---------------------------------------------------------------------------------------

    @rule(online=some.booleans())
    def network(self, online: bool) -> None:
        self.office.reachable = online

    @rule(answer=some.sampled_from(ODD_ANSWERS))
    def somebody_answers_oddly(self, answer: Any) -> None:
        self.office.answers("PUT", "/sync/v1/reports/.*", answer)

    @rule(lost=some.booleans())
    def answers_get_lost(self, lost: bool) -> None:
        self.office.unheard = lost

    @rule(hours=some.sampled_from((-200_000, -30, 0.1, 30, 80, 200_000)))
    def the_clock_jumps(self, hours: float) -> None:
        self.tab.page.evaluate("(hours) => { window.offset += hours * 3600e3 }", hours)

    @rule()
    def days_pass(self) -> None:
        self.tab.pass_hours(80)

    @rule(full=some.booleans())
    def the_disk_is_full(self, full: bool) -> None:
        self.tab.page.evaluate(
            """(full) => {
                const store = IDBObjectStore.prototype;
                window.plain = window.plain || { add: store.add, put: store.put };
                for (const name of ["add", "put"]) {
                    store[name] = full
                        ? () => { throw new DOMException("full", "QuotaExceededError"); }
                        : window.plain[name];
                }
            }""",
            full,
        )

    @rule()
    def the_server_is_restored_to_before_all_this(self) -> None:
        self.office.held.clear()

    @rule(version=some.integers(1, 3))
    def the_app_is_updated(self, version: int) -> None:
        self.tab("phone._shell = arg", f"shell {version}")

    # what must always hold -------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_doubled_or_readable(self) -> None:
        now = self.tab(EVERYTHING)
        drafts, items = {one["id"]: one for one in now["drafts"]}, {one["report"]: one for one in now["items"]}
        assert not set(drafts) & set(items), "one report stands in two places"
        for report in self.agreed - self.destroyed:
            assert report in drafts or report in items, "a report that was agreed to is nowhere"
        for report, item in items.items():
            before = self.states.get(report, "sealed")
            assert item["state"] in LAWFUL[before], (before, item["state"])
            self.states[report] = item["state"]
            if item["state"] in {"sealed", "refused"}:
                assert report in now["digests"], "what still must go out has no bytes"
            if item["state"] == "received":
                assert item["receipt"]["digest"] == item["digest"]
            if item["state"] == "withdrawn":
                assert report not in now["digests"], "the bytes of what was taken back are still here"
                self.withdrawn.add(report)
                notices = [one for one in items.values() if one["about"] == report]
                assert len(notices) == 1, "taken back, and no notice or two of it"
        for report, sealed in now["digests"].items():
            assert self.bytes.setdefault(report, sealed) == sealed, "sealed bytes have changed"
        reports = [report for report, _ in self.office.held]
        assert len(reports) == len(set(reports)), "one report is at the office twice"
        assert [word for word in self.canaries if word in now["text"]] == [], "something readable is on the disk"

    # helpers ---------------------------------------------------------------------------------------------------

    @property
    def full(self) -> bool:
        return bool(
            self.tab.page.evaluate("Boolean(window.plain) && IDBObjectStore.prototype.add !== window.plain.add")
        )

    @property
    def _drafts(self) -> list[str]:
        return sorted(one["id"] for one in self.tab(EVERYTHING)["drafts"])

    @property
    def _items(self) -> list[str]:
        items = self.tab(EVERYTHING)["items"]
        return sorted(one["report"] for one in items if one["state"] != "withdrawn" and not one["about"])

    def _words(self) -> dict[str, str]:
        self.canaries.append(f"canary number {len(self.canaries)}.")
        return {"text": self.canaries[-1], "language": "en"}

    def _save(self, draft: str, answers: dict[str, Any]) -> None:
        found = self.tab("return phone.save(arg.id, { answers: arg.answers })", {"id": draft, "answers": answers})
        if found is not None:
            assert found["refused"] in {"phone.storage_full", "phone.draft_elsewhere", "phone.no_draft"}, found
            return
        # Agreement taken away takes away the promise to keep it.
        (self.agreed.add if answers.get("may_write") == "yes" else self.agreed.discard)(draft)

    def _do(self, body: str, argument: str, killed_at: str) -> None:
        """Do it to its end, or only as far as a step at which the tab is killed."""
        if not killed_at:
            self.tab(body, argument)
            self.tab.settle()
            return
        self._reopen(stop=killed_at)
        self.tab.begin_call(
            f"try {{ {body} }} finally {{ window.over = true }}" if body else "window.over = true", argument
        )
        self.tab.page.wait_for_function("(stop) => window.over || window.steps.includes(stop)", arg=killed_at)
        self._reopen()

    def _reopen(self, *, stop: str = "") -> None:
        offset = self.tab.page.evaluate("window.offset")
        self.tab.close()
        self.tab: Tab = self.hand.open(stop=stop, offset=offset)
        self.tab("await navigator.locks.request('fieldbook-send', () => {})")
        online = self.office.reachable
        if stop in {"sending", "answered", "received"}:
            # What unlocking itself would send must not meet the step that is meant for what follows.
            self.office.reachable = False
        self.tab.unlock()
        self.office.reachable = online
        self.tab.page.evaluate("window.steps = []")

    def _everything_arrives(self) -> None:
        self.office.reachable, self.office.unheard = True, False
        self.office.forget_the_script()
        self._reopen()
        # Refused ones are tried once more by a new version, drafts go out as unfinished when they are old.
        self.tab("phone._shell = 'the last one'")
        for _ in range(3):
            self.tab.pass_hours(80)
            self.tab.send()
        self.nothing_is_lost_doubled_or_readable()
        at_office = {report for report, _ in self.office.held}
        left = {one["id"] for one in self.tab(EVERYTHING)["drafts"]}
        # Without its copy (no page was turned since, or the disk was full) a draft stays one, for as long as it takes.
        missing = self.agreed - self.destroyed - self.withdrawn - at_office - left
        assert missing == set()
        notices = {one["about"] for one in self.tab(EVERYTHING)["items"] if one["about"] and one["state"] == "received"}
        assert self.withdrawn <= notices


def run(browser: Browser, *, examples: int, steps: int, anew: bool) -> None:
    """`anew`: another way through each time; otherwise the same one, so that a change is judged by what it changed."""

    def machine() -> OnePhone:
        with ExitStack() as opening:
            office = opening.enter_context(at_work(FarOffice()))
            context = browser.new_context(viewport=SMALL_PHONE)
            context.add_init_script(path=QUICK_PASSPHRASE)
            opening.callback(context.close)
            made = OnePhone(office, PhoneInHand(context, office))
            made.closing = opening.pop_all()
        return made

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not anew,
            database=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


@pytest.mark.journey
def test_whatever_happens_to_a_phone_no_report_is_lost_none_doubled_and_nothing_becomes_readable(
    browser: Browser,
) -> None:
    run(browser, examples=3, steps=25, anew=False)


@pytest.mark.journey
@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_thousand_steps_lose_no_report_and_double_none(browser: Browser) -> None:
    run(browser, examples=20, steps=50, anew=True)
