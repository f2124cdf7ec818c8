"""What no script of the phone may contain. Each guard is shown to catch what it forbids."""

import re

import pytest

from tests.support.browser import ROOT

FIELD = ROOT / "static" / "field"
GENERATED = {"common.js", "fieldbook.js", "sw.js", "kdf-worker.js"}
# Only the files that draw the page may know it.
PAGE = {"app.js", "form.js", "dom.js", "exit.js"}

FORBIDDEN = {
    "assigns HTML": r"\.(innerHTML|outerHTML)\b|insertAdjacentHTML|document\.write|createContextualFragment",
    "runs text": r"\beval\(|\bnew Function\b|setTimeout\(\s*[\"'`]",
    "imports late": r"\bimport\s*\(",
    "asks Intl": r"\bIntl\b|toLocale[A-Z]\w*\(",
    "uses a weak random": r"Math\.random",
    "talks to the console": r"\bconsole\.",
    # after Chrome 80, Firefox 79 or Safari 14
    "came later": r"\.(at|findLast|replaceAll|toSorted|toReversed|replaceChildren|randomUUID|hasOwn|groupBy"
    r"|requestSubmit|showModal|withResolvers)\(|\bstructuredClone\(|AbortSignal\.(timeout|any)|Promise\.any"
    r"|\(\?<[=!]",
}
CRYPTOGRAPHY = [
    "bundle",
    "bytes",
    "deflate",
    "directory",
    "envelope",
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


def names_in(text: str, names: set[str]) -> set[str]:
    """Which of the names a script's code mentions; comments and longer names do not count."""
    code = re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", text, flags=re.DOTALL)
    return {name for name in names if re.search(rf"(?<![\w.]){name}\b", code)}


def scripts() -> list[str]:
    return sorted(path.relative_to(FIELD).as_posix() for path in FIELD.rglob("*.js"))


@pytest.mark.parametrize("name", scripts())
def test_a_script_of_the_phone_keeps_the_guards(name: str) -> None:
    generated = name in GENERATED or name.startswith("vendor/")
    assert breaches((FIELD / name).read_text("utf-8"), generated) == []


def draws(name: str) -> bool:
    return name in PAGE or name.startswith("screens/")


@pytest.mark.parametrize("name", [name for name in scripts() if not draws(name)])
def test_only_what_draws_the_page_knows_it(name: str) -> None:
    assert names_in((FIELD / name).read_text("utf-8"), {"document"}) == set()


@pytest.mark.parametrize("name", CRYPTOGRAPHY)
def test_what_seals_and_locks_reaches_nothing_outside(name: str) -> None:
    outside = {"window", "localStorage", "sessionStorage", "indexedDB", "fetch", "Date", "navigator", "location"}
    allowed = {"Date"} if name == "envelope" else set()  # to know a day of the calendar
    assert names_in((FIELD / f"{name}.js").read_text("utf-8"), outside) <= allowed


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
        ("const last = list.at(-1);", "came later"),
        ("box.replaceChildren();", "came later"),
        ("/(?<=a)b/.test(text);", "came later"),
    ],
)
def test_each_guard_catches_what_it_forbids(sample: str, guard: str) -> None:
    assert breaches(sample) == [guard]


def test_the_page_is_recognised_by_name() -> None:
    assert names_in("const box = document.body;", {"document"}) == {"document"}
    assert names_in("/** the document */ form.document; documents();", {"document"}) == set()


def test_a_type_in_a_comment_is_no_late_import() -> None:
    assert breaches('/** @typedef {import("./bytes.js").Bytes} Bytes */') == []
