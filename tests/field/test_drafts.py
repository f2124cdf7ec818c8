"""Drafts: readable only under the passphrase, sealed beside it, never lost for age."""

from typing import Any

import pytest

from tests.support.scripted import PhoneInHand, ScriptedOffice, Tab

DRAFT_DAYS = 3


def record(tab: Tab, draft: str) -> Any:
    """The draft as it rests, without its bytes."""
    return tab(
        """const found = await phone._db.read(["drafts"], ({ drafts }) => drafts.get(arg));
        if (!found) return null;
        const { secret, copy, ...rest } = found;
        return { ...rest, text: String.fromCharCode(...secret), copy: copy && copy.version };""",
        draft,
    )


def test_each_answer_is_on_disk_before_the_page_moves_on__enketo_1043(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin({"may_write": "yes", "help_words": {"text": "a roof", "language": "fr"}})
    tab.close()
    again = phone.open()
    again.unlock()
    kept = again("return phone.draft(arg)", draft)
    assert (kept["answers"]["help_words"]["text"], kept["page"], kept["form"]) == ("a roof", 3, "visit")


def test_what_is_typed_while_earlier_answers_are_still_being_kept_is_in_what_is_sealed__enketo_1043(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab(
        """const done = [];
        for (const text of ["a", "a ro", "a roof"]) {
            const help_words = { text, language: "fr" };
            done.push(phone.save(arg, { answers: { may_write: "yes", danger_now: "no", help_words } }));
        }
        done.push(phone.finish(arg, "unfinished"));
        await Promise.all(done);""",
        draft,
    )
    tab.send()
    [envelope] = office.envelopes
    assert office.opened(envelope)[0]["answers"]["help_words"]["text"] == "a roof"


def test_nothing_she_said_can_be_read_in_what_rests(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin({"may_write": "yes", "called": {"text": "Amal of the well", "language": "en"}})
    tab("return phone.turnPage(arg)", draft)
    kept = record(tab, draft)
    assert "Amal" not in kept["text"]
    assert "visit" not in str(kept)


@pytest.mark.parametrize(("agreed", "kept"), [("yes", True), ("fact_only", True), ("no", False), (None, False)])
def test_a_sealed_copy_is_kept_only_after_she_agreed(phone: PhoneInHand, agreed: str | None, kept: bool) -> None:
    tab = phone.enrolled()
    draft = tab.begin({"may_write": agreed} if agreed else {"private": "yes"})
    assert tab("return phone.turnPage(arg)", draft) is kept
    assert (record(tab, draft)["copy"] is not None) is kept


def test_taking_agreement_back_takes_its_sealed_copy_away(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("return phone.turnPage(arg)", draft)
    tab("return phone.save(arg, { answers: { may_write: 'no' } })", draft)
    assert record(tab, draft)["copy"] is None


def test_a_draft_without_a_change_for_draft_hours_goes_out_as_its_sealed_unfinished_copy(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("return phone.turnPage(arg)", draft)
    tab("phone.lock()")
    tab.pass_hours(71)
    tab.send("timer")
    assert tab.state["counts"]["drafts"] == 1
    tab.pass_hours(2)
    tab.send("timer")
    assert tab.state["counts"]["drafts"] == 0
    [envelope] = office.envelopes
    assert envelope.report == draft
    assert office.opened(envelope)[0]["state"] == "unfinished"


def test_a_draft_somebody_works_on_does_not_go_out(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    for _ in range(4):
        tab("return phone.turnPage(arg)", draft)
        tab.pass_hours(48)
        tab("return phone.save(arg, { page: 4 })", draft)
        tab.send("timer")
    assert tab.state["counts"]["drafts"] == 1


def test_a_draft_she_agreed_to_whose_copy_could_not_be_made_stays(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab.pass_hours(1000)
    tab.send("timer")
    assert record(tab, draft)["agreed"] is True


def test_a_draft_she_never_agreed_to_ends_and_nothing_is_sent(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    draft = tab.begin({"private": "yes"})
    tab.pass_hours(73)
    tab.send("timer")
    assert record(tab, draft) is None
    assert not office.held


def test_one_look_after_a_jump_of_the_clock_ages_a_draft_by_a_day_at_most(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("return phone.turnPage(arg)", draft)
    tab.page.evaluate("() => { window.offset += 20 * 365 * 86400e3 }")
    tab.send("timer")
    assert record(tab, draft) is not None


def test_what_she_does_not_want_sent_is_destroyed_with_its_sealed_copy(
    phone: PhoneInHand, office: ScriptedOffice
) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    tab("return phone.turnPage(arg)", draft)
    tab("return phone.destroy(arg)", draft)
    assert record(tab, draft) is None
    tab.pass_hours(100)
    tab.send()
    assert not office.held


def test_numbers_have_no_gap_after_a_draft_was_destroyed(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    first, second = tab.begin(), tab.begin()
    for draft in (first, second):
        tab("return phone.turnPage(arg)", draft)
    tab("return phone.destroy(arg)", first)
    tab("return phone.finish(arg, 'unfinished')", second)
    tab.finish()
    tab.send()
    assert sorted(office.opened(envelope)[0]["n"] for envelope in office.envelopes) == [1, 2]


def test_the_number_of_a_draft_is_reserved_once(phone: PhoneInHand, office: ScriptedOffice) -> None:
    tab = phone.enrolled()
    draft = tab.begin()
    for page in range(3):
        tab("return phone.save(arg.draft, { page: arg.page })", {"draft": draft, "page": page})
        tab("return phone.turnPage(arg)", draft)
    assert record(tab, draft)["n"] == 1


def test_two_tabs_on_one_draft_do_not_write_over_each_other(phone: PhoneInHand) -> None:
    first = phone.enrolled()
    draft = first.begin()
    second = phone.open()
    second.unlock()
    second("return phone.draft(arg)", draft)
    first("return phone.save(arg, { answers: { may_write: 'yes', hurt: 'yes' } })", draft)
    lost = second("return phone.save(arg, { answers: { may_write: 'yes', hurt: 'no' } })", draft)
    assert lost == {"refused": "phone.draft_elsewhere"}
    assert first("return (await phone.draft(arg)).answers.hurt", draft) == "yes"


def test_a_draft_another_tab_has_finished_is_gone_here(phone: PhoneInHand) -> None:
    first = phone.enrolled()
    draft = first.begin()
    second = phone.open()
    second.unlock()
    second("return phone.draft(arg)", draft)
    first("return phone.finish(arg, 'unfinished')", draft)
    assert second("return phone.save(arg, { page: 5 })", draft) == {"refused": "phone.no_draft"}
    assert second("return phone.finish(arg, 'unfinished')", draft) == {"refused": "phone.no_draft"}


def test_drafts_are_told_apart_by_a_word_and_a_colour(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    for _ in range(3):
        tab.begin()
    lines = tab("return phone.drafts()")
    assert len({line["word"] for line in lines}) == len({line["colour"] for line in lines}) == 3


def test_a_draft_that_was_exchanged_for_another_does_not_open(phone: PhoneInHand) -> None:
    tab = phone.enrolled()
    first, second = tab.begin(), tab.begin()
    tab(
        """await phone._db.write(["drafts"], async ({ drafts }) => {
            const [one, two] = [await drafts.get(arg[0]), await drafts.get(arg[1])];
            await drafts.put({ ...one, secret: two.secret });
        })""",
        [first, second],
    )
    assert tab("return phone.draft(arg)", first) == {"refused": "phone.unreadable"}
