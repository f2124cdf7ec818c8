"""The forms, as data. A published version never changes: its digest is pinned in the tests."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from intake.domain import ages, questionnaire
from intake.domain.problems import Problem
from intake.domain.settings import DEFAULTS

HERE = Path(__file__).parent


def settings(own: Mapping[str, Any]) -> dict[str, Any]:
    """What phones and rules go by: what the office has set, our values where it set none, what follows from both."""
    return ages.with_bands({**DEFAULTS, **own})


SETTINGS = settings({})


def published() -> list[tuple[str, int]]:
    """(id, version) of every form that this program carries, in order."""
    names = sorted(path.stem.split(".") for path in HERE.glob("*.json"))
    return sorted((name, int(version)) for name, version in names)


def interviews() -> list[tuple[str, int]]:
    """Those that begin with a person: an office may switch them on. The others a phone fills in of itself."""
    return [form for form in published() if "made_from" not in load(*form)]


def raw(name: str, version: int) -> bytes:
    """The bytes of one published form. Raises Problem 422.55 when there is none such."""
    if (name, version) not in published():
        raise Problem("422.55")
    return (HERE / f"{name}.{version}.json").read_bytes()


def load(name: str, version: int) -> dict[str, Any]:
    """One published form, read. Raises Problem 422.55 when there is none such."""
    form: dict[str, Any] = json.loads(raw(name, version))
    return form


def aloud() -> set[str]:
    """The keys of all sentences that are read or played to the person, in any published form."""
    forms = [load(*form) for form in published()]
    return {str(one["aloud"]) for form in forms for one in questionnaire.questions(form) if "aloud" in one}


def sentences(name: str, version: int) -> list[str]:
    """The keys of everything a form says, each once, in its order. Raises Problem 422.55."""
    return list(dict.fromkeys(_keys(load(name, version))))


def _keys(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _keys(one)
    elif isinstance(part, dict):
        for name, one in part.items():
            if name in ("title", "text", "help", "aloud") and isinstance(one, str):
                yield one
            else:
                yield from _keys(one)


def newest(name: str) -> int:
    """The highest published version of a form. Raises Problem 422.55."""
    versions = [version for known, version in published() if known == name]
    if not versions:
        raise Problem("422.55")
    return max(versions)


def check_chosen(forms: Any) -> None:
    """Whether an office may let its phones begin these: a list of {"id", "version"}. Raises Problem 422.55, 422.120."""
    if not isinstance(forms, list) or not forms:
        raise Problem("422.120")
    if not all(isinstance(one, dict) and (one.get("id"), one.get("version")) in interviews() for one in forms):
        raise Problem("422.55")
    if len({one["id"] for one in forms}) != len(forms):
        raise Problem("422.120")
