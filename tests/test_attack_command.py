"""`intake attack figures <json>` on files as others publish them."""

import json
from pathlib import Path

import pytest

from intake.cli.commands import main
from intake.domain.figures.release import to_json
from tests.domain.figures.test_attack import a_table, line


def test_intake_attack_figures_breaks_a_naive_release_of_any_publisher(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    naive, safe = tmp_path / "naive.json", tmp_path / "safe.json"
    naive.write_text(
        json.dumps(
            {"releases": [to_json(a_table([[0, 0, 7], [2, 3, 7], [7, 7, 7]], [(0, 0), (0, 1), (1, 0), (1, 1)]))]}
        )
    )
    safe.write_text(json.dumps(to_json(line([20, 31]))))

    assert main(["attack", "figures", str(naive)]) == 1
    said = capsys.readouterr().out
    assert "gender_wish c1, told r1: 3\n" in said
    assert "\n5 of 9 cells are shown, give or take 0.0 on average.\n" in said
    assert main(["attack", "figures", str(safe)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("0 counts and changes")
    assert said.endswith("2 of 2 cells are shown, give or take 2.0 on average.\n")


def test_a_file_that_holds_no_figures_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "else.json").write_text("[]")

    assert main(["attack", "figures", str(tmp_path / "else.json")]) == 1
    assert "422.342" in capsys.readouterr().err
