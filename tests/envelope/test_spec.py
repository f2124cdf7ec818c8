"""SPEC.md, the catalogue and the code speak of the same refusals."""

import re
from pathlib import Path

from intake.domain.problems import CATALOGUE

FLOOR = Path(__file__).parents[2] / "intake" / "envelope"
SPEC = (FLOOR / "SPEC.md").read_text("utf-8")
OURS = {f"422.{number}" for number in range(1, 20)}


def table() -> set[str]:
    """The numbers of the specification's last table."""
    return set(re.findall(r"^\| (4[0-9]{2}\.[0-9]+) \|", SPEC.partition("## 13. All refusals")[2], re.MULTILINE))


def raised() -> set[str]:
    """The numbers written in the code of this floor."""
    return {code for path in FLOOR.glob("*.py") for code in re.findall(r'"(4[0-9]{2}\.[0-9]+)"', path.read_text())}


def test_every_number_of_our_region_is_in_the_catalogue_and_no_other() -> None:
    region = {code for code in CATALOGUE if code.startswith("422.") and int(code[4:]) < 20}
    assert region == OURS


def test_the_specification_lists_every_refusal_the_code_can_raise() -> None:
    assert table() == raised()
    assert table() >= OURS


def test_every_separating_first_line_in_the_code_is_in_the_specification() -> None:
    found = {kind for path in FLOOR.glob("*.py") for kind in re.findall(r"intake-[a-z-]+/1", path.read_text())}
    assert found == set(re.findall(r"`(intake-[a-z-]+/1)", SPEC.partition("**Separation.**")[2].partition("\n")[0]))


def test_the_specification_names_every_vector_file() -> None:
    readme = (FLOOR.parents[1] / "tests" / "vectors" / "README.md").read_text("utf-8")
    for path in (FLOOR.parents[1] / "tests" / "vectors").glob("*.json"):
        assert f"`{path.name}`" in readme
