"""What no script of the phone may contain. Each guard is shown to catch what it forbids."""

import re

import pytest

from tests.support.browser import ROOT

FIELD = ROOT / "static" / "field"
GENERATED = {"sw.js", "kdf-worker.js"}
# Only the files that draw the page may know it.
PAGE = {"app.js", "form.js", "words.js", "dom.js", "exit.js"}

FORBIDDEN = {
    "assigns HTML": r"\.(innerHTML|outerHTML)\b|insertAdjacentHTML|document\.write|createContextualFragment",
    "runs text": r"\beval\(|\bnew Function\b|setTimeout\(\s*[\"'`]",
    "imports late": r"\bimport\s*\(",
    "asks Intl": r"\bIntl\b|toLocale[A-Z]\w*\(",
    "uses a weak random": r"Math\.random",
    "talks to the console": r"\bconsole\.",
}
CRYPTOGRAPHY = [
    "bundle",
    "bytes",
    "deflate",
    "envelope",
    "kdf",
    "keys",
    "message",
    "receipt",
    "signing",
    "slots",
    "strict-json",
]


def breaches(text: str, generated: bool = False) -> list[str]:
    """The names of the guards that a script's text breaks; comments do not count."""
    code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", text, flags=re.DOTALL)
    checked = {"imports late", "runs text", "assigns HTML"} if generated else set(FORBIDDEN)
    return [name for name, pattern in FORBIDDEN.items() if name in checked and re.search(pattern, code)]


def scripts() -> list[str]:
    return sorted(path.relative_to(FIELD).as_posix() for path in FIELD.rglob("*.js"))


@pytest.mark.parametrize("name", scripts())
def test_a_script_of_the_phone_keeps_the_guards(name: str) -> None:
    generated = name in GENERATED or name.startswith("vendor/")
    assert breaches((FIELD / name).read_text("utf-8"), generated) == []


@pytest.mark.parametrize("name", CRYPTOGRAPHY)
def test_what_seals_and_locks_knows_no_page(name: str) -> None:
    assert not re.search(r"\b(document|window|localStorage|fetch)\b", (FIELD / f"{name}.js").read_text("utf-8"))


@pytest.mark.parametrize(
    ("sample", "guard"),
    [
        ("box.innerHTML = text;", "assigns HTML"),
        ("box.insertAdjacentHTML('beforeend', text);", "assigns HTML"),
        ("eval(text);", "runs text"),
        ("setTimeout('go()', 1);", "runs text"),
        ("const late = import('./late.js');", "imports late"),
        ("new Intl.NumberFormat('fr');", "asks Intl"),
        ("day.toLocaleDateString();", "asks Intl"),
        ("Math.random();", "uses a weak random"),
        ("console.log(answers);", "talks to the console"),
    ],
)
def test_each_guard_catches_what_it_forbids(sample: str, guard: str) -> None:
    assert breaches(sample) == [guard]


def test_a_type_in_a_comment_is_no_late_import() -> None:
    assert breaches('/** @typedef {import("./bytes.js").Bytes} Bytes */') == []
