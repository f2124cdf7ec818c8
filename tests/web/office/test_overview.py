"""The overview and the lists that leave: counted for who may see it, without names, by step-up, on record."""

import csv
import html
import io
import re
from typing import Any

import openpyxl
import pytest

from intake.domain.problems import Problem
from intake.services import audit, offer, overview
from intake.services.overview import COLUMNS
from intake.web import desks
from tests.support.care import AGREED, SENT, Care, care_for
from tests.support.staffed import ANSWERS, IDENTITY, Phone, StaffedOffice
from tests.web.office.conftest import Visitor

REASON = "For the meeting with the clinic"
NEEDS = {"form": "needs", "answers": {"may_write": "yes", "need_health": "needed", "need_legal": "unavailable"}}
PLACED = [
    {"id": "north", "name": "Tamarin North", "parent": None},
    {"id": "harbour", "name": "Old Harbour", "parent": "north"},
    {"id": "hill", "name": "=Salt Hill", "parent": None},
]
WORDS = {"text": "Elle s’appelle Zainab", "language": "fr"}


def placed(staffed: StaffedOffice) -> None:
    with staffed.store.office() as session:
        desk = staffed.desk(session, "amina")
        offer.edit(session, desk=desk, changes={"places": PLACED}, now=staffed.clock.now)


@pytest.fixture
def care(staffed: StaffedOffice) -> Care:
    """A woman of Old Harbour who asked for health care, which was sent to a clinic, and for legal help."""
    placed(staffed)
    answers = {**NEEDS["answers"], "place": "harbour", "share_medical": "yes", "keep_from": ["nobody"], "more": WORDS}
    made = care_for(staffed, form="needs", answers=answers)
    clinic = made.clinic()
    agreed = made.step(made.offer("MED", clinic.id, checked=True), "consented", **AGREED)
    made.step(agreed, "sent", provider=clinic.id, checked=True, **SENT)
    return made


def shown(page: str, figure: str) -> list[list[str]]:
    """The rows of the table behind a chart."""
    table = page.partition(f'id="{figure}-table"')[2].partition("</tbody>")[0].partition("<tbody>")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.S)
    return [[html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


def take_out(visitor: Visitor, who: str = "amina", **changed: str) -> Any:
    visitor.get("/office/overview/export")
    asked = {"listed": "needs", "form": "csv", "place": "", "weeks": "12", "reason": REASON}
    return visitor.post("/office/overview/export", **{**asked, "code": visitor.staffed.code(who), **changed})


def cells(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_look_an_overview_for_a_team_leader_what_arrived_what_waits_and_since_when_needs_against_help_given_by_place(
    visitor: Visitor, care: Care, phone: Phone
) -> None:
    phone.send(version=2, answers={**ANSWERS, "place": "hill"})
    visitor.sign_in("amina")
    visitor.get("/office/arrivals")
    page = visitor.get("/office/overview").text
    assert "2 reports came in these weeks." in page
    assert shown(page, "arrived")[-1][1:] == ["1", "1", "0", "2"]
    waits = {row[0]: row[-1] for row in shown(page, "waits")}
    # Around the first one a case was opened without deciding about it.
    assert waits["Reports without a decision"] == "2"
    assert waits["Open cases, since the last step"] == "1"
    assert waits["Help offered, not given yet"] == "1"
    # given, offered, nothing yet, not available, declined, ended, together
    services = {row[0]: row[1:] for row in shown(page, "services")}
    assert services["Health care"] == ["0", "1", "1", "0", "0", "0", "2"]
    assert services["Legal help and papers"] == ["0", "0", "0", "1", "0", "0", "1"]
    places = {row[0]: row[-1] for row in shown(page, "places")}
    assert places == {"Tamarin North – Old Harbour": "2", "=Salt Hill": "1"}


def test_a_place_holds_all_that_lies_in_it_and_nothing_else(visitor: Visitor, care: Care, phone: Phone) -> None:
    phone.send(version=2, answers={**ANSWERS, "place": "hill"})
    visitor.sign_in("amina")
    visitor.get("/office/arrivals")
    visitor.get("/office/overview")
    page = visitor.post("/office/overview", place="north", weeks="12").text
    assert "1 report came in these weeks." in page
    assert [row[0] for row in shown(page, "services")] == ["Legal help and papers", "Health care"]
    assert "No report came in these weeks." in visitor.post("/office/overview", place="-", weeks="12").text


def test_an_office_in_which_nothing_happened_says_so(visitor: Visitor) -> None:
    visitor.sign_in("cora")
    page = visitor.get("/office/overview").text
    for sentence in ("No report came in these weeks.", "Nothing waits.", "Nobody asked for help in these weeks."):
        assert sentence in page
    assert "<figure" not in page


def test_what_is_kept_from_somebody_is_counted_for_others_and_is_in_no_list(visitor: Visitor, care: Care) -> None:
    care.act("kept_from", who="staff:farah")
    visitor.sign_in("farah")
    assert "Nobody asked for help in these weeks." in visitor.get("/office/overview").text
    visitor.post("/office/sign-out")
    visitor.sign_in("amina")
    assert "2 needs" in visitor.get("/office/overview").text
    for listed in COLUMNS:
        assert cells(take_out(visitor, listed=listed)) == [], listed


def test_csv_and_xlsx_exports_by_step_up_logged_without_identity(visitor: Visitor, care: Care) -> None:
    visitor.sign_in("amina")
    for listed, columns in COLUMNS.items():
        answer = take_out(visitor, listed=listed)
        assert answer.status_code == 200
        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert answer.data.count(b"\n") == answer.data.count(b"\r\n") > 1
        assert answer.headers["Cache-Control"] == "no-store"
        name = re.fullmatch(
            r'attachment; filename="(export-([0-9a-f]{8})\.csv)"', answer.headers["Content-Disposition"]
        )
        assert name is not None
        rows = cells(answer)
        assert list(rows[0]) == list(columns)
        assert {row["export"] for row in rows} == {name[2]}
        told = answer.data.decode()
        hidden = ("Zainab", IDENTITY["called"]["text"], "Old Harbour clinic", "K-7", "amina", care.case.reports[0][:8])
        assert [word for word in hidden if word in told] == []
        book = openpyxl.load_workbook(io.BytesIO(take_out(visitor, listed=listed, form="xlsx").data))
        (sheet,) = book.worksheets
        assert [cell.value for cell in sheet[1]] == list(columns)
        written = [[str(cell.value or "") for cell in row][1:] for row in sheet.iter_rows(min_row=2)]
        assert written == [list(row.values())[1:] for row in rows]
        assert book.properties.creator in (None, "")
    lines = [line for line in acts(visitor.staffed) if line.act == "exported"]
    assert len(lines) == 2 * len(COLUMNS)
    assert {line.name for line in lines} == {"amina"}
    assert [line.details["list"] for line in lines[::2]] == list(COLUMNS)
    assert {line.details["reason"] for line in lines} == {REASON}
    assert lines[-2].details["export"] == name[2]


def acts(staffed: StaffedOffice) -> list[audit.Entry]:
    with staffed.store.office(reading=True) as session:
        return list(audit.read(session, desk=staffed.desk(session, "dele")))


def test_the_auditor_reads_who_took_out_what_and_why(visitor: Visitor, care: Care) -> None:
    visitor.sign_in("farah")
    name = take_out(visitor, "farah").headers["Content-Disposition"].partition('"')[2].rstrip('"')
    visitor.post("/office/sign-out")
    visitor.sign_in("dele")
    page = html.unescape(visitor.get("/office/audit").text)
    for word in ("Took a list out of the office", name, "2 lines", REASON):
        assert word in page


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code": ""}, "401.4"),
        ({"code": "000000"}, "401.4"),
        ({"reason": "why"}, "422.20"),
        ({"listed": "names"}, "422.280"),
        ({"form": "ods"}, "422.281"),
        ({"place": "nowhere"}, "422.282"),
        ({"weeks": "5"}, "422.282"),
    ],
)
def test_without_a_fresh_code_a_reason_and_a_known_list_nothing_leaves(
    visitor: Visitor, care: Care, changed: dict[str, str], code: str, sqlite_only: None
) -> None:
    visitor.sign_in("amina")
    answer = take_out(visitor, **changed)
    assert answer.status_code == int(code.split(".")[0])
    assert answer.mimetype == "text/html"
    assert desks.CATALOGUE[code].title in html.unescape(answer.text)
    assert "exported" not in [line.act for line in acts(visitor.staffed)]
    # What was typed is still there.
    assert {"reason": REASON, **changed}["reason"] in html.unescape(answer.text)


def test_a_code_takes_out_one_list_and_not_a_second(visitor: Visitor, care: Care) -> None:
    visitor.sign_in("amina")
    code = visitor.staffed.code("amina")
    assert take_out(visitor, code=code).status_code == 200
    assert take_out(visitor, code=code).status_code == 401


def test_who_holds_no_key_or_no_right_takes_nothing_out(visitor: Visitor, care: Care, sqlite_only: None) -> None:
    visitor.sign_in("cora")
    assert take_out(visitor, "cora").status_code == 403
    with visitor.staffed.store.office() as session:
        desk = visitor.staffed.desk(session, "emil")
        scope: Any = None
        with pytest.raises(Problem, match=r"403\.21"):
            overview.export(
                session,
                desk=desk,
                listed="needs",
                form="csv",
                scope=scope,
                reason=REASON,
                now=visitor.staffed.clock.now,
            )


def test_no_cell_of_a_list_that_leaves_is_a_formula_or_a_link(
    visitor: Visitor, staffed: StaffedOffice, phone: Phone, sqlite_only: None
) -> None:
    placed(staffed)
    phone.send(**{**NEEDS, "answers": {**NEEDS["answers"], "place": "hill"}})
    visitor.sign_in("amina")
    visitor.get("/office/arrivals")
    assert {row["place_name"] for row in cells(take_out(visitor))} == {"'=Salt Hill"}
    book = openpyxl.load_workbook(io.BytesIO(take_out(visitor, form="xlsx").data))
    found = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value == "=Salt Hill"]
    assert len(found) == 2
    assert {cell.data_type for cell in found} == {"s"}
    assert not [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink]


# what is behind it, on both databases -------------------------------------------------------------------------------


def test_a_report_that_was_taken_back_asks_for_nothing_any_more(
    visitor: Visitor, staffed: StaffedOffice, phone: Phone
) -> None:
    report = phone.send(**NEEDS)
    visitor.sign_in("amina")
    visitor.get("/office/arrivals")
    assert "2 needs" in visitor.get("/office/overview").text
    phone.send(form=..., version=..., answers={}, state="withdrawn", about={"report": report, "as": "withdraws"})
    visitor.get("/office/arrivals")
    assert "Nobody asked for help in these weeks." in visitor.get("/office/overview").text
