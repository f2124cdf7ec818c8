"""A demo's reports and the work on them, in small: real envelopes, each act on its own day, synthetic in every text."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from intake import questionnaires, words
from intake.config import Settings
from intake.domain import questionnaire
from intake.domain.settings import DEFAULTS
from intake.services import audit, cases, demo, elsewhere, filled, register, report_demo, work_demo
from intake.services.work_demo import Days, Work
from intake.store import Store
from tests.support.staffed import CHEAP

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SAYS = {"en": ("synthetic", "invented"), "fr": ("synthétique", "inventé"), "ar": ("مصطنع", "مخترَع", "المختلَقة")}


def test_every_text_of_a_synthetic_report_says_so_in_its_own_language() -> None:
    for texts in report_demo.SAID.values():
        for language, each in texts.items():
            assert [text for text in each if not any(word in text.casefold() for word in SAYS[language])] == []


def test_what_is_told_is_what_a_phone_would_let_be_finished_and_names_no_real_state() -> None:
    day, forms = NOW.date(), set()
    for seed in range(60):
        told = report_demo.told(Random(seed), languages=("en", "fr", "ar"), day=day)
        form = questionnaires.load(told.form, questionnaires.newest(told.form))
        whole = questionnaire.finish(form, told.answers, DEFAULTS, "2026-11-22T12:00")
        assert questionnaire.problems(form, whole, DEFAULTS, "2026-11-22T12:00") == []
        forms.add(told.form)
        named = [person["country"] for person in told.answers.get("persons", ())]
        assert set(named) <= set(words.invented_states("en"))
    assert forms == {"visit", "needs", "wish"}


def test_reports_through_real_envelopes_are_cases_with_help_or_wait_in_the_inbox(
    sqlite_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(sqlite_settings)
    monkeypatch.setattr(work_demo, "EARLIER", 6)
    monkeypatch.setattr(work_demo, "LATELY", 3)
    key = report_demo.SigningKey.generate().public
    with store.office() as session, store.inbound() as inbound:
        made = demo.create(session, inbound, receipt_key=key, shell="", now=filled.began(NOW), cost=CHEAP)
        desks = [demo.desk(session, person=person) for person in made.people[:2]]
        Work(session, inbound, (desks[0], desks[1]), Days(NOW)).fill(filled.began(NOW))
    with store.office(reading=True) as session:
        came = register.every(session, desk=desks[0])
        reports = [one for one in came if not one.is_answer]
        assert [one.report for one in came if any(copy.troubles for copy in one.copies)] == []
        assert len(reports) == 9
        assert len(came) > len(reports)
        assert sum(not one.settled for one in reports) == 3
        found = cases.every(session, desk=desks[1])
        assert len(found) == 6
        assert {one.since[:4] for one in found} == {"2024", "2025", "2026"}
        at = [entry.at for entry in audit.read(session, desk=desks[0])]
        assert sorted(at) == at
        assert made.other
        with_the_other = demo.desk(session, person=made.other.people[0])
        assert audit.verify(session, desk=with_the_other)
        # A claim can be forwarded: each names the other.
        named = [elsewhere.names(session, desk=one) for one in (desks[0], with_the_other)]
        assert named == [{made.other.office: demo.OTHER_NAME}, {made.office: demo.NAME}]
    store.close()


def test_days_do_what_is_planned_in_order_and_nothing_that_is_still_to_come() -> None:
    done: list[int] = []
    days = Days(NOW)
    days.on(NOW - timedelta(days=1), lambda _: done.append(2))
    days.on(NOW - timedelta(days=9), lambda at: days.on(at + timedelta(days=1), lambda _: done.append(1)))
    days.on(NOW + timedelta(minutes=1), lambda _: done.append(3))
    days.run()
    assert done == [1, 2]
