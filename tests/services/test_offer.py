"""What phones are told, edited by several people: nothing is lost, and what waits is told as it is."""

from typing import Any

import pytest

from intake.domain.problems import Problem
from intake.services import bundles, directory, offer, places, register, settings
from intake.services.desk import Desk
from intake.store import Session
from tests.support.staffed import StaffedOffice

HELP = {
    **dict.fromkeys(("hours", "serves", "telephone", "languages", "notes"), ""),
    "name": "Old Harbour clinic",
    "services": "MED",
    "landmark": "Behind the market",
    "cost": "free",
    "checked": "2026-11-01",
}


def _add(session: Session, desk: Desk, office: StaffedOffice, id: str, name: str, parent: str = "") -> dict[str, str]:
    return places.add(session, desk=desk, id=id, name=name, parent=parent, now=office.clock.now)


@pytest.fixture
def placed(office: StaffedOffice) -> StaffedOffice:
    """An office with one place in another."""
    with office.store.office() as session:
        desk = office.desk(session, "cora")
        assert _add(session, desk, office, "north", "North") == {}
        assert _add(session, desk, office, "n1", "Old Harbour", "north") == {}
    return office


def _ids(office: StaffedOffice) -> list[str]:
    with office.store.office() as session:
        return [one["id"] for one in places.listing(session, office=office.made.office)]


def _mark(office: StaffedOffice, id: str) -> str:
    with office.store.office() as session:
        return offer.mark(places.find(session, office=office.made.office, id=id))


def _outlook(office: StaffedOffice) -> bundles.Outlook:
    with office.store.office() as session:
        return bundles.outlook(session, desk=office.desk(session, "bruno"))


def _publish(office: StaffedOffice, seen: str) -> dict[str, Any]:
    with office.store.inbound() as inbound, office.store.office() as session:
        desk = office.desk(session, "bruno", "work", "sign")
        now = office.clock.move(seconds=1)
        return bundles.publish_as_read(session, inbound, desk=desk, shell="none", seen=seen, now=now)  # noqa: S604


def test_a_place_without_an_id_gets_one_of_ours_and_a_used_id_is_refused(placed: StaffedOffice) -> None:
    with placed.store.office() as session:
        desk = placed.desk(session, "cora")
        assert _add(session, desk, placed, "", "South") == {}
        assert _add(session, desk, placed, "north", "Else") == {"id": "422.262"}
        assert _add(session, desk, placed, "x", "South") == {"name": "422.265"}
    assert _ids(placed)[:2] == ["north", "n1"]
    assert len(set(_ids(placed))) == 3


def test_a_place_is_renamed_by_who_saw_it_as_it_is(placed: StaffedOffice) -> None:
    seen = _mark(placed, "n1")
    with placed.store.office() as session:
        desk, asked = placed.desk(session, "cora"), {"id": "n1", "parent": "north", "now": placed.clock.now}
        assert places.change(session, desk=desk, name="New Harbour", seen=seen, **asked) == {}
        with pytest.raises(Problem, match=r"409\.6"):
            places.change(session, desk=desk, name="Third name", seen=seen, **asked)
        assert places.find(session, office=desk.office, id="n1")["name"] == "New Harbour"


def test_a_place_that_is_needed_is_not_retired_and_a_retired_one_keeps_its_name_and_id(placed: StaffedOffice) -> None:
    north = _mark(placed, "north")
    with placed.store.office() as session:
        desk = placed.desk(session, "cora")
        asked: dict[str, Any] = {"desk": desk, "now": placed.clock.now}
        with pytest.raises(Problem, match=r"422\.267"):
            places.retire(session, id="north", seen=north, **asked)
        assert directory.put(session, cells={**HELP, "place": "n1"}, **asked) == {}
        seen = offer.mark(places.find(session, office=desk.office, id="n1"))
        with pytest.raises(Problem, match=r"422\.268"):
            places.retire(session, id="n1", seen=seen, **asked)
        [entry] = directory.listing(session, desk=desk).entries  # type: ignore[union-attr]
        directory.remove(session, id=directory.id_of(entry), seen=offer.mark(entry), **asked)
        places.retire(session, id="n1", seen=seen, **asked)
        assert _add(session, desk, placed, "n1", "Another") == {"id": "422.262"}
    payload = _publish(placed, _outlook(placed).mark)
    assert [one["id"] for one in payload["places"]] == ["north"]
    assert payload["former_places"] == [{"id": "n1", "name": "Old Harbour", "parent": "north"}]
    with placed.store.office() as session:
        desk, seen = placed.desk(session, "cora"), offer.mark(places.find(session, office=placed.made.office, id="n1"))
        assert places.restore(session, desk=desk, id="n1", seen=seen, now=placed.clock.now) == {}
    assert [one.kind for one in _outlook(placed).changes] == ["restored"]


def test_a_table_is_read_whole_or_not_at_all(placed: StaffedOffice) -> None:
    with placed.store.office() as session:
        desk = placed.desk(session, "cora")
        seen = offer.mark(places.listing(session, office=desk.office))
        asked: dict[str, Any] = {"desk": desk, "now": placed.clock.now}
        wrong = b"id,name,parent\ns,South,\nw,West,nowhere\n"
        assert places.load(session, content=wrong, seen=seen, **asked).wrong
        assert _ids_in(session, desk) == ["north", "n1"]
        right = b"id,name,parent\ns,South,\n"
        assert places.load(session, content=right, seen=seen, **asked).wrong == []
        assert _ids_in(session, desk) == ["north", "n1", "s"]
        with pytest.raises(Problem, match=r"409\.6"):
            places.load(session, content=right, seen=seen, **asked)


def _ids_in(session: Session, desk: Desk) -> list[str]:
    return [one["id"] for one in places.listing(session, office=desk.office)]


def test_a_setting_is_changed_by_who_saw_it_as_it_is_and_others_are_left_alone(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "cora")
        found = settings.now_set(session, office=desk.office)
        seen = settings.seen_as(found, "lock_after")
        asked: dict[str, Any] = {"desk": desk, "name": "lock_after", "now": office.clock.now}
        settings.change(session, value=90, seen=seen, **asked)
        with pytest.raises(Problem, match=r"409\.6"):
            settings.change(session, value=30, seen=seen, **asked)
        with pytest.raises(Problem, match=r"422\.270"):
            settings.change(session, value=None, seen=seen, **asked)
        assert settings.now_set(session, office=desk.office) == {**found, "lock_after": 90}


def test_what_waits_is_told_and_published_only_as_it_was_read(placed: StaffedOffice) -> None:
    read = _outlook(placed)
    assert [(one.kind, one.params["name"]) for one in read.changes] == [("added", "North"), ("added", "Old Harbour")]
    with placed.store.office() as session:
        _add(session, placed.desk(session, "cora"), placed, "south", "South")
    with pytest.raises(Problem, match=r"409\.6"):
        _publish(placed, read.mark)
    published = _publish(placed, _outlook(placed).mark)
    assert [one["id"] for one in published["places"]] == ["north", "n1", "south"]
    assert _outlook(placed).changes == []
    assert _outlook(placed).last == published


def test_who_edited_what_and_who_published_is_kept_and_not_in_clear(placed: StaffedOffice) -> None:
    _publish(placed, _outlook(placed).mark)
    with placed.store.office() as session:
        found = offer.edits(session, desk=placed.desk(session, "dele"))
        assert (found["places"].by, found["published"].by) == ("cora", "bruno")
        assert "cora" not in offer.office_of(session, office=placed.made.office).publishing


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"words": {}}, "422.95"),
        ({"places": []}, "422.269"),
        ({"languages": ["fr"]}, "422.276"),
        ({"languages": ["en", "tlh"]}, "422.276"),
        ({"settings": {"lock_after": 0}}, "422.270"),
    ],
)
def test_no_other_road_leads_round_the_checks(placed: StaffedOffice, changes: dict[str, Any], code: str) -> None:
    with placed.store.office() as session, pytest.raises(Problem) as refused:
        offer.edit(session, desk=placed.desk(session, "cora"), changes=changes, now=placed.clock.now)
    assert refused.value.code == code


def test_an_entry_of_the_list_of_services_is_added_changed_and_removed_by_who_saw_it(placed: StaffedOffice) -> None:
    with placed.store.office() as session:
        desk = placed.desk(session, "cora")
        asked: dict[str, Any] = {"desk": desk, "now": placed.clock.now}
        cells = {**HELP, "place": "n1"}
        assert directory.put(session, cells={**cells, "place": "gone", "cost": ""}, **asked) == {
            "place": "422.146",
            "cost": "422.147",
        }
        assert directory.put(session, cells=cells, **asked) == {}
        assert directory.put(session, cells={**cells, "name": "OLD HARBOUR clinic"}, **asked) == {"name": "422.152"}
        [entry] = directory.listing(session, desk=desk).entries  # type: ignore[union-attr]
        told: dict[str, Any] = {"id": directory.id_of(entry), "seen": offer.mark(entry), **asked}
        assert directory.put(session, cells={**cells, "hours": "8–16"}, **told) == {}
        with pytest.raises(Problem, match=r"409\.6"):
            directory.put(session, cells={**cells, "hours": "9–17"}, **told)
        with pytest.raises(Problem, match=r"409\.6"):
            directory.remove(session, **told)
        [changed] = directory.listing(session, desk=desk).entries  # type: ignore[union-attr]
        assert changed == {**entry, "hours": "8–16"}
    assert {one.member for one in _outlook(placed).changes} == {"places", "services"}


def test_what_the_office_sets_for_itself_is_not_told_to_phones(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "cora")
        own = {**offer.said(session, office=desk.office)["settings"], "lost_phone_number": "+243 99", "entity": "UNX"}
        offer.edit(session, desk=desk, changes={"settings": own}, now=office.clock.now)
        assert settings.now_set(session, office=desk.office)["lost_phone_number"] == "+243 99"
    assert not {"lost_phone_number", "entity"} & set(_publish(office, _outlook(office).mark)["settings"])


def test_a_report_from_a_retired_place_still_names_it(placed: StaffedOffice) -> None:
    report = placed.phone().send(answers={"place": "n1"})
    now, seen = placed.clock.now, _mark(placed, "n1")
    with placed.store.inbound() as inbound, placed.store.office() as session:
        places.retire(session, desk=placed.desk(session, "cora"), id="n1", seen=seen, now=now)
        desk = placed.desk(session, "bruno")
        register.pull(session, inbound, desk=desk, now=now)
        opened = register.open_report(session, desk=desk, report=report, digest=None, now=now, take=False)
    assert opened.places["n1"] == "North – Old Harbour"
