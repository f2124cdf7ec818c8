"""Claims from a list: XLSX and CSV, mapping kept, tried, errors by row, repeatable, undone as a whole."""

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from intake.domain.problems import Problem
from intake.services import claim_demo, claim_lists, claims
from intake.services.claim_lists import Table, Taken
from tests.support.claimed import Claimed, new
from tests.support.staffed import StaffedOffice

COUNTRIES = {"kenya": "KE", "cote d ivoire": "CI", "france": "FR"}
HEAD = ["No", "Pays", "Registered", "ms_notified", "born", "mother name"]
MAPPING = {"No": "key", "Pays": "state", "Registered": "registered", "ms_notified": "ms_notified", "born": "born"}
GOOD = [["1", "Côte d’Ivoire", "2019-05-02", "2019", "2018", ""], ["2", "ke", "2020", "", "2018-07", ""]]
OPEN = ("work", "identity")


@pytest.fixture
def hand(office: StaffedOffice) -> Claimed:
    return Claimed.begin(office)


def refused(what: Any, *args: Any, **asked: Any) -> str:
    with pytest.raises(Problem) as caught:
        what(*args, **asked)
    return caught.value.code


def take(hand: Claimed, table: Table, chains: tuple[str, ...] = (), **changed: Any) -> Taken:
    asked = {"table": table, "mapping": MAPPING, "countries": COUNTRIES, **changed}
    taken: Taken = hand.do(claim_lists.take, chains=chains, **asked)
    hand.office.clock.move(minutes=1)
    return taken


def there(hand: Claimed) -> int:
    return len(hand.look(claims.every)) - 1


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    for row in [HEAD, *GOOD]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_and_csv_say_the_same() -> None:
    assert claim_lists.table(workbook()) == claim_lists.table(claim_lists.as_csv([HEAD, *GOOD]).encode())
    semicolons = "\n".join(";".join(row) for row in [HEAD, *GOOD]).encode()
    assert claim_lists.table(semicolons) == [HEAD, *GOOD]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"PK\x03\x04 no zip", b'"open'])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    assert refused(claim_lists.table, content) == "422.318"
    assert refused(claim_lists.table, b"\n\n") == "422.316"


@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("broken", [b"", b"<a/>", b"<a", None])
def test_a_broken_workbook_is_no_table(part: str, broken: bytes | None) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as whole, zipfile.ZipFile(out, "w") as made:
        for name in whole.namelist():
            content = whole.read(name) if name != part else broken
            if content is not None:
                made.writestr(name, content)
    assert refused(claim_lists.table, out.getvalue()) in ("422.316", "422.318")


def test_claims_opened_by_import_with_a_mapping_kept_dry_run_and_errors_by_row(hand: Claimed) -> None:
    bad = [["", "Nowhere", "2019-13", "", "18", ""], ["2", "KE", "", "", "", ""], ["2", "", "", "2020", "", "FGA 21"]]
    asked = {"table": [HEAD, *bad], "mapping": {**MAPPING, "mother name": "mother_name"}, "countries": COUNTRIES}
    tried = hand.look(claim_lists.try_, **asked)
    assert [(one.line, one.field, one.code) for one in tried.wrong] == [
        (2, "state", "422.317"),
        (2, "registered", "422.45"),
        (2, "born", "422.41"),
        (2, "key", "422.40"),
        (4, "mother_name", "422.303"),
        (4, "state", "422.310"),
        (4, "key", "422.50"),
    ]
    assert refused(take, hand, [HEAD, *bad]) == "422.41"
    assert there(hand) == 0
    take(hand, [HEAD, *GOOD])
    assert there(hand) == 2
    assert hand.look(claim_lists.known_mapping) == MAPPING


def test_a_list_is_repeatable_and_the_same_row_is_not_taken_twice(hand: Claimed) -> None:
    take(hand, [HEAD, *GOOD])
    again = take(hand, [HEAD, *GOOD, ["3", "France", "2021", "", "", ""]])
    assert (len(again.made), there(hand)) == (1, 3)


def test_a_list_is_undone_as_a_whole_and_can_be_taken_again(hand: Claimed) -> None:
    taken = take(hand, [HEAD, *GOOD])
    hand.do(claim_lists.undo, taken=taken.id, reason="The wrong file was chosen")
    assert there(hand) == 0
    assert refused(hand.do, claim_lists.undo, taken=taken.id, reason="The wrong file was chosen") == "404.10"
    assert len(take(hand, [HEAD, *GOOD]).made) == 2


def test_a_list_on_which_somebody_has_worked_is_not_undone(hand: Claimed) -> None:
    taken = take(hand, [HEAD, *GOOD])
    first = next(iter(taken.made.values()))
    worked = Claimed(hand.office, hand.look(claims.find, claim=first))
    worked.act(new("owned", "amina"))
    assert refused(hand.do, claim_lists.undo, taken=taken.id, reason="The wrong file was chosen") == "422.319"
    assert there(hand) == 2


def test_names_in_a_list_rest_under_the_identity_keychain_and_go_with_it(hand: Claimed) -> None:
    mapping = {**MAPPING, "mother name": "mother_name"}
    table = [HEAD, [*GOOD[0][:5], "Zainab"]]
    assert refused(take, hand, table, mapping=mapping) == "403.20"
    taken = take(hand, table, OPEN, mapping=mapping)
    (id,) = taken.made.values()
    opened: dict[str, Any] = {"claim": id, "reason": "To call the mother", "chains": OPEN}
    assert hand.do(claims.names, **opened) == {"mother": {"name": "Zainab"}}
    assert "Zainab" not in str(vars(hand.look(claims.find, claim=id)))
    hand.do(claim_lists.undo, taken=taken.id, reason="The wrong file was chosen", chains=OPEN)
    assert hand.do(claims.names, **opened) == {}


def test_of_the_past_only_the_last_step_is_still_to_be_told(hand: Claimed) -> None:
    taken = take(hand, [HEAD, GOOD[0]])
    claim = hand.look(claims.find, claim=next(iter(taken.made.values())))
    assert [one.kind for one in claim.untold()] == ["ms_notified"]
    assert (claim.unfitting, claim.state("2026-11-22")) == ((), "ms_notified")


def test_750_synthetic_rows_over_55_states_are_well_made(office: StaffedOffice) -> None:
    countries = {f"State {one}": chr(65 + one // 26) + chr(65 + one % 26) for one in range(80)}
    table = claim_demo.rows(list(countries.values()))
    assert (len(table), table) == (751, claim_demo.rows(list(countries.values())))
    with office.store.office(reading=True) as session:
        asked: dict[str, Any] = {"table": table, "mapping": {name: name for name in table[0]}, "countries": countries}
        tried = claim_lists.try_(session, desk=office.desk(session, "amina"), **asked)
    assert (len(tried.rows), tried.wrong) == (750, ())
    states = {
        event.details["member_state"] for row in tried.rows for event in row.events if event.kind == "father_named"
    }
    assert len(states) == 55
    assert all("ynthetic" in name for row in tried.rows for said in row.names.values() for name in said.values())
