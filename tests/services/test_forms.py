"""An office chooses which forms are on."""

from typing import Any

import pytest

from intake import questionnaires
from intake.domain.problems import Problem
from intake.services import bundles, forms, offer
from tests.support.staffed import StaffedOffice

VISIT = {"id": "visit", "version": questionnaires.newest("visit")}
NEEDS = {"id": "needs", "version": questionnaires.newest("needs")}


def switch(office: StaffedOffice, act: Any, form: str) -> list[dict[str, Any]]:
    with office.store.office() as session:
        act(session, desk=office.desk(session, "amina"), form=form, now=office.clock.now)
        found: list[dict[str, Any]] = offer.said(session, office=office.made.office)["forms"]
    return found


def test_a_form_is_switched_on_and_off_and_every_other_stays(office: StaffedOffice) -> None:
    assert switch(office, forms.switch_on, "needs") == [VISIT, NEEDS]
    assert switch(office, forms.switch_on, "needs") == [VISIT, NEEDS]
    assert switch(office, forms.switch_off, "visit") == [NEEDS]
    assert switch(office, forms.switch_on, "visit") == [NEEDS, VISIT]


def test_switching_waits_until_it_is_published(office: StaffedOffice) -> None:
    switch(office, forms.switch_on, "wish")
    with office.store.inbound() as inbound, office.store.office() as session:
        assert bundles.draft(session, inbound, office=office.made.office).waiting == ("forms",)


def test_every_form_is_listed_with_the_version_that_is_on(office: StaffedOffice) -> None:
    switch(office, forms.switch_on, "wish")
    with office.store.office() as session:
        found = {choice.form: choice.on for choice in forms.choices(session, office=office.made.office)}
    assert list(found) == ["visit", "wish", "needs"]
    assert found == {"visit": VISIT["version"], "wish": 2, "needs": None}


def test_only_published_forms_can_be_switched(office: StaffedOffice) -> None:
    for act in (forms.switch_on, forms.switch_off):
        with pytest.raises(Problem, match=r"422\.55"):
            switch(office, act, "gossip")


def test_at_least_one_form_stays_on(office: StaffedOffice) -> None:
    with pytest.raises(Problem, match=r"422\.120"):
        switch(office, forms.switch_off, "visit")


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ([], "422.120"),
        ("visit", "422.120"),
        ([VISIT, VISIT], "422.120"),
        ([{"id": "visit", "version": 99}], "422.55"),
        ([{"id": "../secret", "version": 1}], "422.55"),
        (["visit"], "422.55"),
    ],
)
def test_no_other_road_leads_round_that(office: StaffedOffice, chosen: object, code: str) -> None:
    with office.store.office() as session, pytest.raises(Problem) as refused:
        offer.edit(session, desk=office.desk(session, "amina"), changes={"forms": chosen}, now=office.clock.now)
    assert refused.value.code == code
