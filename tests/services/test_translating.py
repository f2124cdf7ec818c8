"""Translation tasks: who needs one, who sees it, what stands beside the original, and what is never shown for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from intake.domain import translation
from intake.domain.problems import Problem
from intake.services import audit, cases, lists, notes, reading, records, register, translating
from intake.services.find import Finder
from intake.services.lists import Page
from intake.services.translating import Done, Task
from intake.store import office as office_face
from tests.support.care import Care, care_for
from tests.support.staffed import StaffedOffice

FRENCH = "J’ai besoin d’un médecin."  # what `ANSWERS` say under help_words
ENGLISH = "I need a doctor."
NOTE = "Elle préfère le matin."
WHY = "To know how to call her"
READS = {"amina": ("en",), "bruno": ("en", "fr"), "cora": ("en", "fr")}


@dataclass
class Table:
    """A case of amina's, who reads English, around a report in French; bruno reads both and holds no identity key."""

    office: StaffedOffice
    care: Care
    finder: Finder

    @property
    def report(self) -> str:
        return self.care.case.reports[0]

    def page(self, name: str, identity: bool = False, page: int = 1) -> Page[Task]:
        with self.office.store.office(reading=True) as session:
            desk = self.office.desk(session, name)
        assert self.finder.wait(desk) is None
        desk = replace(desk, index=self.finder.index(desk))
        with self.office.store.office(reading=True) as session:
            return translating.tasks(session, desk=desk, now=self.office.clock.now, identity=identity, page=page)

    def tasks(self, name: str, identity: bool = False) -> list[Task]:
        return self.page(name, identity).lines

    def translate(self, name: str = "bruno", typed: str = ENGLISH, **changed: Any) -> Done:
        given = {"kind": "report", "id": self.report, "key": "help_words", "into": "en", "seen": 0, **changed}
        chains = ("work", "identity") if changed.get("names") else ()
        done: Done = self.care.do(translating.translate, by=name, chains=chains, typed=typed, **given)
        return done

    def note(self, text: str = NOTE, names: bool = False) -> str:
        chains = ("work", "identity") if names else ()
        given = {"text": text, "language": "fr", "names": names, "corrects": ""}
        return str(self.care.do(notes.write, chains=chains, case=self.care.case.id, **given).id)


@pytest.fixture
def table(office: StaffedOffice, tmp_path: Path) -> Table:
    made = Table(office, care_for(office), Finder(office.store, tmp_path / "index"))
    for name, languages in READS.items():
        made.care.do(reading.say, by=name, languages=languages)
    return made


def test_free_text_in_a_language_the_reader_lacks_becomes_a_translation_task_both_texts_kept_translator_named(
    table: Table,
) -> None:
    (task,) = table.tasks("bruno")
    assert (task.kind, task.key, task.language, task.into) == ("report", "help_words", "fr", ("en",))
    assert table.tasks("amina") == []
    given = {"kind": task.kind, "id": task.id, "key": task.key}
    opened = table.care.do(translating.open_text, by="bruno", **given)
    assert (opened.text.text, opened.made) == (FRENCH, ())
    table.office.clock.move(minutes=5)
    assert table.translate().others == ()
    assert table.tasks("bruno") == []
    with table.office.store.office() as session:
        desk = table.office.desk(session, "amina")
        shown = register.open_report(session, desk=desk, report=table.report, now=table.office.clock.now)
        typed = translation.texts(shown.sections)
        beside = translating.beside(session, desk=desk, id=table.report, typed=typed, reads=frozenset({"en"}))
        acts = [line.act for line in register.history(session, desk=desk, report=table.report)]
    one = beside["fr", FRENCH]
    assert one.text.text == FRENCH
    assert [(each.text, each.language, each.by) for each in one.made] == [(ENGLISH, "en", "bruno")]
    assert one.made[0].at.startswith("2026-11-22")
    assert not one.lacking
    assert acts.count("translated") == 1


def test_what_its_reader_reads_is_no_task_and_neither_is_what_nobody_reads_both_of(table: Table) -> None:
    assert table.tasks("cora") != []
    table.care.do(reading.say, by="bruno", languages=("fr",))
    assert table.tasks("bruno") == []
    table.care.do(reading.say, by="amina", languages=("en", "fr"))
    assert table.tasks("cora") == []


def test_who_has_said_nothing_is_taken_to_read_the_reference(table: Table) -> None:
    table.care.act("owned", owner="farah")
    assert [task.into for task in table.tasks("bruno")] == [("en",)]


def test_a_report_that_waits_is_for_whoever_has_it(office: StaffedOffice, table: Table) -> None:
    fresh = office.phone("Second").send()
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    assert fresh not in {task.id for task in table.tasks("bruno")}
    table.care.do(register.open_report, report=fresh, take=True)
    assert fresh in {task.id for task in table.tasks("bruno")}


def test_a_report_that_nobody_has_any_more_is_no_task(office: StaffedOffice, table: Table) -> None:
    fresh = office.phone("Second").send()
    with office.store.inbound() as inbound, office.store.office() as session:
        register.pull(session, inbound, desk=office.desk(session, "amina"), now=office.clock.now)
    table.care.do(register.open_report, report=fresh, take=True)
    assert table.page("bruno").counts["all"] == 2
    office.clock.move(days=3)
    assert (table.page("bruno").counts["all"], fresh in {task.id for task in table.tasks("bruno")}) == (1, False)


def test_tasks_are_paged_and_no_document_but_those_of_the_page_is_opened(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = [table.note(f"{NOTE} {number}") for number in range(5)]
    table.office.clock.move(minutes=1)
    plain = table.care.do(notes.write, case=table.care.case.id, text="Plain", language="en", names=False, corrects="")
    monkeypatch.setattr(lists, "PAGE", 2)
    assert table.page("bruno").counts["all"] == 6, "the report and the notes in French"
    opened: list[str] = []
    real = records._opened
    monkeypatch.setattr(records, "_opened", lambda desk, row: (opened.append(row.id), real(desk, row))[1])
    pages = [table.page("bruno", page=number) for number in (1, 2, 3, 4)]
    assert [len(page.lines) for page in pages] == [2, 2, 2, 0]
    assert [page.more for page in pages] == [True, True, False, False]
    assert {task.id for page in pages for task in page.lines} == {*written, table.report}
    assert plain.id not in opened
    opened.clear()
    shown = {task.id for task in table.page("bruno").lines}
    assert not set(opened) & {*written, table.report} - shown


def test_two_translate_at_the_same_time_and_both_are_kept(table: Table) -> None:
    first = table.translate("bruno")
    second = table.translate("cora", "She needs a doctor.")
    assert first.others == ()
    assert [one.by for one in second.others] == ["bruno"]
    made = table.care.look(records.get, kind=translation.KIND, id=table.report)
    assert [one.text for one in translation.from_json(made.content)] == [ENGLISH, "She needs a doctor."]
    assert table.translate("cora", "She wants a doctor.", seen=2).others == ()


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"typed": " "}, "422.40", "text"),
    ({"typed": "x" * 4001}, "422.44", "text"),
    ({"into": "fr"}, "422.259", "into"),
    ({"into": "ar"}, "422.259", "into"),
    ({"key": "nothing"}, "404.8", ""),
    ({"kind": "note", "key": "text"}, "404.8", ""),
]


@pytest.mark.parametrize(("changed", "code", "field"), REFUSED)
def test_a_translation_is_words_in_another_language_that_its_maker_reads(
    table: Table, changed: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(Problem) as refused:
        table.translate(**changed)
    assert (refused.value.code, refused.value.params.get("field", "")) == (code, field)


def _kept_from_bruno(table: Table) -> None:
    table.care.act("kept_from", who="staff:bruno")


def _closed_to_named(table: Table) -> None:
    table.care.act("closing_to_named_asked", names=["amina", "cora"])
    version = table.care.case.version
    table.care.do(cases.act, by="cora", case=table.care.case.id, kind="closed_to_named", version=version)


@pytest.mark.parametrize("shut", [_kept_from_bruno, _closed_to_named])
def test_whom_it_must_be_kept_from_sees_no_task_and_no_text(table: Table, shut: Callable[[Table], None]) -> None:
    note = table.note()
    assert {task.kind for task in table.tasks("bruno")} == {"report", "note"}
    shut(table)
    assert table.tasks("bruno") == []
    for kind, id, key in (("report", table.report, "help_words"), ("note", note, "text")):
        with pytest.raises(Problem, match=r"403\.12"):
            table.care.do(translating.open_text, by="bruno", kind=kind, id=id, key=key)
        with pytest.raises(Problem, match=r"403\.12"):
            table.translate("bruno", kind=kind, id=id, key=key)


def test_nothing_is_translated_any_more_for_a_case_that_is_closed(table: Table) -> None:
    note = table.note()
    table.care.act("closed", reasons=["needs_met"], told_may_resume=True, words="")
    assert table.tasks("bruno") == []
    for kind, id, key in (("report", table.report, "help_words"), ("note", note, "text")):
        with pytest.raises(Problem, match=r"422\.170"):
            table.translate(kind=kind, id=id, key=key)


def test_a_note_is_translated_too(table: Table) -> None:
    note = table.note()
    assert [task.id for task in table.tasks("bruno") if task.kind == "note"] == [note]
    table.translate(kind="note", id=note, key="text", typed="She prefers mornings.")
    assert [task for task in table.tasks("bruno") if task.kind == "note"] == []
    with table.office.store.office(reading=True) as session:
        desk = table.office.desk(session, "amina")
        written = notes.of_case(session, desk=desk, case=table.care.case.id)
        beside = translating.of_notes(session, desk=desk, notes=written, reads=frozenset({"en"}))
    assert [one.text for one in beside["fr", NOTE].made] == ["She prefers mornings."]


def test_names_are_asked_for_by_who_opened_them_and_seen_by_those_alone_who_may(table: Table) -> None:
    """`called` is Zainab, typed in French; of those who read both only somebody with the identity key can help."""
    table.care.do(reading.say, by="bruno", languages=("en",))
    table.care.act("owned", owner="bruno")
    table.care.do(reading.say, by="amina", languages=("en", "fr"))
    given: dict[str, Any] = {"report": table.report, "reason": WHY}
    found = table.care.do(register.open_identity, chains=("work", "identity"), **given)
    typed = translation.texts(found)
    table.care.do(
        translating.note_lack, chains=("work", "identity"), id=table.report, typed=typed, reads=frozenset({"en"})
    )
    assert [task.key for task in table.tasks("cora", identity=False) if task.names] == []
    (task,) = [task for task in table.tasks("amina", identity=True) if task.names]
    assert task.key == "called"
    name: dict[str, Any] = {"kind": "report", "id": table.report, "key": "called"}
    with pytest.raises(Problem, match=r"403\.2[01]"):
        table.care.do(translating.open_names, by="cora", chains=("work", "identity"), reason=WHY, **name)
    with pytest.raises(Problem, match=r"403\.20"):
        table.care.do(translating.translate, by="cora", typed="Zeinab", into="en", seen=0, names=True, **name)
    with pytest.raises(Problem, match=r"404\.8"):
        table.care.do(translating.open_text, by="cora", **name)
    opened = table.care.do(translating.open_names, chains=("work", "identity"), reason=WHY, **name)
    assert opened.text.text == "Zainab"
    table.translate("amina", "Zeinab", key="called", names=True)
    assert [task for task in table.tasks("amina", identity=True) if task.names] == []
    with table.office.store.office(reading=True) as session:
        plain = records.get(session, desk=table.office.desk(session, "amina"), kind=translation.KIND, id=table.report)
        assert plain is not None
        assert "Zeinab" not in str(plain.content)
        assert translation.of(opened.text, translation.from_json(plain.content)) == ()
        desk = table.office.desk(session, "amina", "work", "identity")
        beside = translating.beside(
            session, desk=desk, id=table.report, typed=typed, reads=frozenset({"en"}), names=True
        )
    assert [one.text for one in beside["fr", "Zainab"].made] == ["Zeinab"]


def test_a_note_with_names_is_translated_inside_a_step_up(table: Table) -> None:
    note = table.note("Sa sœur s’appelle Mariam.", names=True)
    with pytest.raises(Problem, match=r"404\.8"):
        table.care.do(translating.open_text, by="bruno", kind="note", id=note, key="text")
    table.care.do(reading.say, by="amina", languages=("en", "fr"))
    given: dict[str, Any] = {"kind": "note", "id": note, "key": "text"}
    opened = table.care.do(translating.open_names, chains=("work", "identity"), reason=WHY, **given)
    assert opened.text.text == "Sa sœur s’appelle Mariam."
    table.translate("amina", "Her sister is called Mariam.", names=True, **given)
    made = table.care.do(translating.open_names, chains=("work", "identity"), reason=WHY, **given).made
    assert [one.text for one in made] == ["Her sister is called Mariam."]


def test_of_a_translation_nothing_rests_in_clear(table: Table) -> None:
    table.translate(typed="Zephyrine translation 4711")
    with table.office.store.office(reading=True) as session:
        for one in office_face.metadata.sorted_tables:
            assert not [row for row in session.execute(select(one)) if "Zephyrine" in str(tuple(row))]


def test_languages_are_those_there_are_and_at_least_one(table: Table) -> None:
    for languages, code in (((), r"422\.430"), (("xx",), r"422\.97"), (("en", "xx"), r"422\.97")):
        with pytest.raises(Problem, match=code):
            table.care.do(reading.say, languages=languages)
    with table.office.store.office(reading=True) as session:
        desk = table.office.desk(session, "amina")
        assert reading.own(session, desk=desk) == {"en"}
        assert reading.every(session, desk=desk)["bruno"] == {"en", "fr"}
        assert "said_languages" in [line.act for line in audit.read(session, desk=desk)]
