"""Generated scripts are what their sources make, byte for byte."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.support.browser import NODE, ROOT


def check(root: Path) -> "subprocess.CompletedProcess[str]":
    command = [NODE, str(root / "deploy" / "vendor.mjs"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def copy_of_repository(root: Path) -> Path:
    for name in ("deploy", "static"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "package.json", root)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    return root


def test_every_generated_script_is_fresh() -> None:
    done = check(ROOT)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_generated_script_that_was_changed_by_hand_is_named(tmp_path: Path) -> None:
    root = copy_of_repository(tmp_path)
    with (root / "static" / "field" / "kdf-worker.js").open("a") as script:
        script.write("// one more line\n")
    done = check(root)
    assert done.returncode == 1
    assert "static/field/kdf-worker.js is not what its source makes" in done.stderr


def test_a_generated_script_that_is_missing_is_named(tmp_path: Path) -> None:
    root = copy_of_repository(tmp_path)
    (root / "static" / "field" / "vendor" / "hpke.js").unlink()
    done = check(root)
    assert done.returncode == 1
    assert "vendor/hpke.js" in done.stderr


def test_the_worker_that_sends_does_not_carry_what_seals_or_derives() -> None:
    field = ROOT / "static" / "field"
    worker = "".join((field / name).read_text("utf-8") for name in ("common.js", "sw.js"))
    assert "CipherSuite" not in worker
    assert "argon2" not in worker


def test_page_and_worker_find_the_common_script_by_its_content() -> None:
    field = ROOT / "static" / "field"
    [name] = set(re.findall(r"common_[0-9a-f]{12}", (field / "common.js").read_text("utf-8")))
    for taker in ("sw.js", "fieldbook.js"):
        assert set(re.findall(r"common_[0-9a-f]{12}", (field / taker).read_text("utf-8"))) == {name}
