"""docs/failures.md names a test for every way in which the program must fail well; here the two are compared."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "failures.md").read_text("utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")

# Everything that must fail well, as it was asked for, and a word that the name of one of its tests must hold.
FAILURES = {
    "killed at every step": "killed_at_every_step",
    "killed while a report is taken back": "taking_back_killed_at_every_step",
    "answer is lost after the server committed": "answer_lost_after_the_server_committed",
    "every status": "every_status_of_the_table",
    "captive portal": "captive_portal",
    "older backup": "older_backup",
    "storage is full": "full",
    "passphrase is wrong, or forgotten": "wrong_passphrase.*forgotten",
    "clock is wrong by years": "clock_wrong_by_years",
    "two tabs": "two_tabs",
    "new app version comes with a draft open": "new_app_version_with_a_draft_open",
    "bundle is replaced by an attacker": "bundle_replaced_by_an_attacker",
    "rotated while the phone was away": "rotated_while_the_phone_was_away",
    "device was withdrawn": "withdrawn_device",
    "header of 10 MB": "header_of_10_mb",
    "10,000 parts": "ten_thousand_parts",
    "body of 12 MB": "12_mb.*413",
    "slow-loris": "slow_loris",
    "two roads at once": "two_roads_at_once",
    "two public servers on one PostgreSQL": "two_public_servers_on_one_postgresql",
    "forged message row": "forged_message_row",
    "swapped device key": "swapped_(signing|phone)_key",
    "`kill -9` of the server": "kill_9_of_the_server",
    "`kill -9` of PostgreSQL": "kill_9_of_postgresql",
}
LESSONS = range(1, 26)
NOT_YET = re.compile(r"\*.* yet\*")


def _rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table below a heading, without its head."""
    lines = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


@cache
def _tests_of(path: str) -> set[str]:
    """The tests that pytest finds in a file."""
    found = ast.parse((ROOT / path).read_text("utf-8")).body
    return {one.name for one in found if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_has_a_row_and_a_test_named_for_it(failure: str) -> None:
    [row] = [cells for cells in _rows("What fails, and what then holds") if failure in cells[0]]
    assert row[1]
    assert any(re.search(FAILURES[failure], name) for _, name in TEST.findall(row[2]))


def _unheard(threads: str, shown: str) -> list[str]:
    """Of the threads of a row, those that stand at the end of no name of a test of it: enketo/enketo#1463 is
    `__enketo_1463`.
    """
    tags = {thread: re.sub(r"\W+", "_", thread.rpartition("/")[2].lower()) for thread in threads.split(", ")}
    names = [name for _, name in TEST.findall(shown)]
    return [thread for thread, tag in tags.items() if not any(name.endswith(f"__{tag}") for name in names)]


def test_every_lesson_of_the_peers_has_a_test_named_for_its_thread_or_says_why_there_is_none_yet() -> None:
    rows = _rows("What the peers' failures taught")
    assert [int(number) for number, *_ in rows] == list(LESSONS)
    lacking = {number: _unheard(threads, shown) for number, threads, _, shown in rows if not NOT_YET.fullmatch(shown)}
    assert {number: threads for number, threads in lacking.items() if threads} == {}


@pytest.mark.parametrize(
    ("threads", "shown", "unheard"),
    [
        ("enketo/enketo#1463", "`tests/a.py::test_a__enketo_1463`", []),
        ("medic/cht-docs 5.2.0", "`tests/a.py::test_a__cht_docs_5_2_0`", []),
        ("enketo/enketo#1463", "", ["enketo/enketo#1463"]),
        ("enketo/enketo#1463", "`tests/a.py::test_a`", ["enketo/enketo#1463"]),
        ("enketo/enketo#1463", "`tests/a.py::test_a__enketo_14631`", ["enketo/enketo#1463"]),
        ("a/b#1, c/d#2", "`tests/a.py::test_a__b_1` `tests/a.py::test_b__b_1`", ["c/d#2"]),
    ],
)
def test_the_guard_finds_a_thread_that_no_test_is_named_for(threads: str, shown: str, unheard: list[str]) -> None:
    assert _unheard(threads, shown) == unheard


def test_every_test_that_the_page_names_exists_and_is_collected() -> None:
    named = TEST.findall(PAGE)
    assert len(named) == PAGE.count("::")
    assert all(Path(path).name.startswith("test_") for path, _ in named)
    missing = [f"{path}::{name}" for path, name in named if name not in _tests_of(path)]
    assert missing == []
