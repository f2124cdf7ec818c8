"""What a bundle changes for phones is told whole, and nothing else is told."""

from typing import Any

import pytest

from intake.domain.changes import MEMBERS, between, waiting

NORTH = {"id": "n", "name": "North", "parent": None}
HILL = {"id": "h", "name": "Hill", "parent": None}
BEFORE: dict[str, Any] = {
    "keys": {"report": "aa"},
    "offices": {"o2": "Bay"},
    "forms": [{"id": "visit", "version": 1}],
    "languages": ["en", "fr"],
    "settings": {"lock_after": 60},
    "words": {"fr": {"a": "un", "b": "deux"}},
    "places": [NORTH, HILL],
    "former_places": [{"id": "m", "name": "Mill", "parent": None}],
    "services": "",
    "sounds": {"fr": {"a": {"digest": "1"}}},
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"keys": {"report": "bb"}}, [("keys", "changed", {"use": "report"})]),
        ({"offices": {}}, [("offices", "off", {"name": "Bay"})]),
        (
            {"forms": [{"id": "visit", "version": 2}]},
            [("forms", "version", {"name": "visit", "before": 1, "after": 2})],
        ),
        ({"languages": ["en", "fr", "ar"]}, [("languages", "on", {"name": "ar"})]),
        ({"settings": {"lock_after": 30}}, [("settings", "set", {"name": "lock_after", "before": 60, "after": 30})]),
        ({"settings": {"lock_after": 60, "keep_days": 30}}, []),
        (
            {"settings": {"ages_carer_agrees": ["0_5", "6_11"], "ages_carer_if_wanted": ["12_14", "15_17"]}},
            [
                (
                    "settings",
                    "age",
                    {"band": "12_14", "before": "child_and_carer", "after": "child_and_carer_if_wanted"},
                )
            ],
        ),
        (
            {"words": {"fr": {"b": "2", "c": "trois"}}},
            [
                ("words", "unreviewed", {"language": "fr", "key": "a", "before": "un", "after": None}),
                ("words", "changed", {"language": "fr", "key": "b", "before": "deux", "after": "2"}),
                ("words", "signed", {"language": "fr", "key": "c", "before": None, "after": "trois"}),
            ],
        ),
        (
            {"places": [NORTH, {"id": "h", "name": "Salt Hill", "parent": "n"}]},
            [
                ("places", "renamed", {"before": "Hill", "after": "Salt Hill"}),
                ("places", "moved", {"name": "Salt Hill", "before": "", "after": "North"}),
            ],
        ),
        (
            {"places": [NORTH, {"id": "m", "name": "Mill", "parent": None}, {"id": "x", "name": "X", "parent": None}]},
            [
                ("places", "restored", {"name": "Mill"}),
                ("places", "added", {"name": "X"}),
                ("places", "retired", {"name": "Hill"}),
            ],
        ),
        ({"services": "changed"}, [("services", "changed", {})]),
        (
            {"sounds": {"fr": {"b": {"digest": "2"}}}},
            [
                ("sounds", "removed", {"language": "fr", "key": "a"}),
                ("sounds", "added", {"language": "fr", "key": "b"}),
            ],
        ),
    ],
)
def test_each_difference_is_told(changed: dict[str, Any], told: list[tuple[str, str, dict[str, Any]]]) -> None:
    found = between(BEFORE, {**BEFORE, **changed})
    assert [(one.member, one.kind, one.params) for one in found] == told


def test_the_same_tells_nothing() -> None:
    assert between(BEFORE, BEFORE) == []


def test_before_the_first_bundle_everything_is_new_but_what_is_as_the_program_has_it() -> None:
    assert waiting(between({}, BEFORE)) == set(MEMBERS) - {"services", "settings"}
