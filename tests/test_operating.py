"""The operator's page names commands, files and variables that exist."""

import re
import shlex

import pytest

from intake.cli.commands import parser
from tests.support.postgres import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
BLOCKS = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
VARIABLE = re.compile("INTAKE_[A-Z]+(?:_[A-Z]+)*")
TYPED = [line for block in BLOCKS for line in block.splitlines() if re.match(r"(\.venv/bin/python -m )?intake ", line)]


@pytest.mark.parametrize("line", TYPED)
def test_every_command_of_the_page_is_one_that_the_program_takes(line: str) -> None:
    arguments = shlex.split(line.replace("$(date +%F)", "today"), comments=True)
    assert callable(parser().parse_args(arguments[arguments.index("intake") + 1 :]).run)


def test_the_page_names_every_variable_and_no_other() -> None:
    files = ("intake/config.py", "deploy/gunicorn.py")
    read = {name for file in files for name in VARIABLE.findall((ROOT / file).read_text("utf-8"))}
    assert set(VARIABLE.findall(PAGE)) == read


def test_every_file_of_the_page_is_there() -> None:
    named = set(re.findall(r"\b(?:deploy|tests|docs)/[\w./-]+\.\w+", PAGE))
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_decision_bears_the_number_of_its_file_and_stands_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    for page in sorted(folder.glob("0*.md")):
        number = int(page.name[:4])
        assert page.read_text("utf-8").startswith(f"# {number}. "), page.name
        assert f"| [{number}]({page.name}) |" in listed
