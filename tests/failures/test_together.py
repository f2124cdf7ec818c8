"""Taking back, correcting, adding, another person in the same event, each killed at every step; and what she does not
want sent. The phone's own modules against the running program."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.failures.program import Program
from tests.failures.test_phone_and_server import FINAL, state_of
from tests.support.scripted import PhoneInHand, Tab

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("whole", ["sqlite"], indirect=True)]

# The steps of each work, as the phone names them.
BEGIN = ["beginning", "begun"]
SAVE = ["copied", "sealed", "kept"]
SEND = ["sending", "answered", "received"]
TAKE_BACK = ["notice sealed", "taken back"]
DESTROY = ["destroying", "destroyed"]

Hand = Callable[[], PhoneInHand]


def killed(phone: PhoneInHand, stop: str, work: str, given: Callable[[Tab], Any]) -> tuple[Tab, Any]:
    """The tab dies at this step of the work, which is done with what `given` makes before.

    Gives the tab that is opened afterwards, still locked, and what was made.
    """
    tab = phone.open(stop=stop)
    tab.unlock()
    made = given(tab)
    tab.begin_call(work, made)
    tab.page.wait_for_function("(stop) => window.steps.includes(stop)", arg=stop)
    tab.close()
    again = phone.open()
    # a busy browser gives the dead tab's lock back a little later; the app itself tries again by its timer
    again("await navigator.locks.request('fieldbook-send', () => {})")
    return again, made


def arrived(phone: PhoneInHand) -> str:
    """A report that another tab has saved and sent."""
    tab = phone.open()
    tab.unlock()
    report = tab.finish()
    tab.send()
    tab.close()
    return report


def rests(tab: Tab, report: str) -> dict[str, Any]:
    """What is on the phone of this report: its state, whether its bytes are here, and notices that take it back."""
    found: dict[str, Any] = tab(
        """return phone._db.read(["drafts", "outbox", "sealed"], async (at) => {
            const item = await at.outbox.get(arg);
            const notices = (await at.outbox.all()).filter(({ about }) => about === arg);
            const waiting = await Promise.all(notices.map(({ report }) => at.sealed.get(report)));
            return {
                draft: Boolean(await at.drafts.get(arg)),
                state: item ? item.state : null,
                bytes: Boolean(await at.sealed.get(arg)),
                notices: waiting.filter(Boolean).length,
            };
        });""",
        report,
    )
    return found


def whole(state: str) -> dict[str, Any]:
    return {"draft": False, "state": state, "bytes": True, "notices": 0}


TAKEN_BACK = {"draft": False, "state": "withdrawn", "bytes": False, "notices": 1}


def numbers(program: Program, reports: Iterable[str]) -> list[int | None]:
    """The running numbers of these reports, as the office reads them."""
    return sorted(program.opened(report).report.n for report in reports)


def notices(tab: Tab, report: str) -> list[str]:
    return [item["report"] for item in tab.items if item.get("about") == report]


@pytest.mark.parametrize("state", ["sealed", pytest.param("received", marks=pytest.mark.long)])
def test_taking_back_killed_at_every_step_leaves_the_report_whole_or_its_notice_waiting_and_never_neither(
    program: Program, hand: Hand, state: str
) -> None:
    phone = hand()
    phone.enrolled().close()
    there = state == "received"
    work = "await phone.takeBack(arg); await phone.send('saved')"
    sent: list[str] = []
    for stop in [*TAKE_BACK, *SEND]:
        again, report = killed(phone, stop, work, lambda tab: arrived(phone) if there else tab.finish())
        assert rests(again, report) == (whole(state) if stop == "notice sealed" else TAKEN_BACK), stop
        again.page.route("**/sync/**", lambda route: route.abort())
        again.unlock()
        if stop == "notice sealed":
            again("return phone.takeBack(arg)", report)
        assert again("return phone.takeBack(arg)", report) == {"refused": "phone.not_here"}
        assert rests(again, report) == TAKEN_BACK, stop
        again.page.unroute("**/sync/**")
        again.send()
        [notice] = notices(again, report)
        assert state_of(again, notice)["state"] == "received", stop
        assert (len(program.held(report)), len(program.held(notice))) == (int(there), 1), stop
        told = program.opened(notice).report
        assert (told.state, told.about.report, told.about.relation) == ("withdrawn", report, "withdraws")
        if there:
            assert program.opened(report).row.withdrawn_by == (notice,)
        sent += [report, notice] if there else [notice]
        again.close()
    # every number came, but those of reports that were taken back before they had gone
    assert numbers(program, sent) == list(range(1, 11) if there else range(2, 11, 2))


@pytest.mark.parametrize("relation", ["corrects", pytest.param("adds_to", marks=pytest.mark.long)])
def test_correcting_and_adding_killed_at_every_step_lose_nothing_and_double_nothing(
    program: Program, hand: Hand, relation: str
) -> None:
    phone = hand()
    tab = phone.enrolled()
    first = tab.finish("final", FINAL)
    tab.send()
    tab.close()
    work = """const draft = await phone.begin("visit", { report: arg.first, as: arg.relation });
        await phone.save(draft, { answers: arg.answers });
        await phone.turnPage(draft);
        await phone.finish(draft, "final");
        await phone.send("saved");"""
    arg = {"first": first, "relation": relation, "answers": FINAL}
    written = [first]
    for stop in [*BEGIN, *SAVE, *SEND]:
        again, _ = killed(phone, stop, work, lambda _: arg)
        assert rests(again, first) == whole("received")
        again.unlock()
        begun = [line["id"] for line in again("return phone.drafts()")]
        fresh = [item["report"] for item in again.items if item["report"] not in written]
        assert len(begun + fresh) == (0 if stop == "beginning" else 1), stop
        again(
            """const draft = arg.begun || (await phone.begin("visit", { report: arg.first, as: arg.relation }));
            await phone.save(draft, { answers: arg.answers });
            await phone.finish(draft, "final");"""
            if not fresh
            else "",
            {**arg, "begun": (begun or [None])[0]},
        )
        again.send()
        [new] = [item for item in again.items if item["report"] not in written]
        written.append(new["report"])
        assert (new["link"]["report"], new["link"]["as"]) == (first, relation)
        assert (again.state["counts"]["drafts"], new["state"], len(program.held(new["report"]))) == (0, "received", 1)
        opened = program.opened(new["report"])
        assert (opened.report.state, opened.report.about.report) == ("final", first)
        assert (opened.report.about.relation, opened.about_known) == (relation, True)
        again.close()
    assert len(program.held(first)) == 1
    assert {each.report for each in program.opened(first).row.pointers} == set(written[1:])
    assert numbers(program, written) == list(range(1, len(written) + 1))


@pytest.mark.long
def test_another_person_in_the_same_event_killed_at_every_step_leaves_the_first_report_saved_or_still_to_be_saved(
    program: Program, hand: Hand
) -> None:
    phone = hand()
    phone.context.route("**/field/form/visit.*.json", _listing)
    phone.enrolled().close()
    work = """await phone.turnPage(arg); await phone.finish(arg, "final", true); await phone.send("saved");"""
    written: list[str] = []
    for stop in [*SAVE, *SEND]:
        again, first = killed(phone, stop, work, lambda tab: tab.begin(FINAL))
        saved = stop not in {"copied", "sealed"}
        assert rests(again, first)["draft"] != saved, stop
        again.unlock()
        begun = [line for line in again("return phone.drafts()") if line["id"] != first]
        assert len(begun) == int(saved), stop
        other = begun[0]["id"] if saved else again("return phone.finish(arg, 'final', true)", first)["another"]
        # only what the form lists: neither who she is nor what she agreed to
        assert again("return (await phone.draft(arg)).answers", other) == {"when_happened": FINAL["when_happened"]}
        again("return phone.save(arg.id, { answers: arg.answers })", {"id": other, "answers": FINAL})
        again("return phone.finish(arg, 'final')", other)
        again.send()
        assert again.state["counts"]["drafts"] == 0
        assert [len(program.held(report)) for report in (first, other)] == [1, 1], stop
        told = program.opened(other).report
        assert (told.about.report, told.about.relation) == (first, "same_event")
        assert [each.report for each in program.opened(first).row.pointers] == [other]
        written += [first, other]
        again.close()
    assert numbers(program, written) == list(range(1, len(written) + 1))


def _listing(route: Route) -> None:
    """The form as it would be if it listed these questions, names among them."""
    form = route.fetch().json()
    route.fulfill(json={**form, "same_event": ["when_happened", "called", "ways", "may_write"]})


def with_copy(tab: Tab) -> str:
    """A draft with its sealed copy beside it."""
    draft = tab.begin(FINAL)
    tab("return phone.turnPage(arg)", draft)
    return draft


def test_she_does_not_want_this_sent_killed_at_every_step_destroys_draft_and_copy_or_neither(
    program: Program, hand: Hand
) -> None:
    phone = hand()
    phone.enrolled().close()
    for stop in DESTROY:
        again, draft = killed(phone, stop, "await phone.destroy(arg)", with_copy)
        kept = stop == "destroying"
        copies = (
            "return (await phone._db.read(['drafts'], ({ drafts }) => drafts.all())).map(({ copy }) => Boolean(copy))"
        )
        assert again(copies) == ([True] if kept else [])
        again.unlock()
        if kept:
            again("return phone.destroy(arg)", draft)
        assert again(copies) == []
        again.pass_hours(100)
        again.send()
        assert (again.items, program.held(draft)) == ([], [])
        again.close()
    tab = phone.open()
    tab.unlock()
    report = tab.finish()
    tab.send()
    assert numbers(program, [report]) == [1], "a number that was given back leaves no gap"
