"""The words of the forms in an office's languages: a native reader compares each with the reference, corrects, signs.

A signature holds for what was compared: the reference and our translation of it. When either changes, or the form no
longer has the sentence, the text is unreviewed again and phones no longer get it; they then show ours beside the
reference. So an old correction never stands for a notice that says something else by now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake import questionnaires, words
from intake.domain.problems import Problem
from intake.domain.tables import tidy
from intake.services import audit, offer, records, times
from intake.services.desk import Desk
from intake.store import Session

KIND = "words"
LONGEST = 2000  # code points
SIGNED, CHANGED, UNREVIEWED = "signed", "changed", "unreviewed"


@dataclass(frozen=True)
class Sentence:
    """A sentence of a form. `ours` is the program's translation, `text` the one signed last, else ours.

    `state` is one of the three above; `by` and `on` (a day) tell whose signature there is or was. `aloud`: it is read
    to the person.
    """

    key: str
    form: str
    aloud: bool
    reference: str
    ours: str
    text: str
    state: str
    by: str
    on: str

    @property
    def mark(self) -> str:
        """What its reader saw."""
        return offer.mark([self.key, self.reference, self.ours, self.text, self.by, self.on])


def languages(session: Session, *, office: str) -> list[str]:
    """The languages of the office whose words a reader signs: all but the reference. Raises Problem 422.93."""
    return [tag for tag in offer.said(session, office=office)["languages"] if tag != words.REFERENCE]


def sentences(session: Session, *, desk: Desk, language: str) -> list[Sentence]:
    """Every sentence of every form, in the order of the forms. Raises Problem 422.97 (no language of the office)."""
    if language not in languages(session, office=desk.office):
        raise Problem("422.97")
    signed, ours, aloud = _signed(session, desk, language), words.field_texts(language), questionnaires.aloud()
    found = {key: form for form in _forms(session, desk) for key in reversed(questionnaires.sentences(*form))}
    return [
        _sentence(key, form, key in aloud, ours, signed.get(key))
        for form in _forms(session, desk)
        for key in questionnaires.sentences(*form)
        if found[key] == form
    ]


def count_unreviewed(session: Session, *, desk: Desk) -> dict[str, int]:
    """How many sentences that are read to a person nobody has signed, in each language of the office."""
    return {
        tag: sum(one.aloud and one.state != SIGNED for one in sentences(session, desk=desk, language=tag))
        for tag in languages(session, office=desk.office)
    }


def find(session: Session, *, desk: Desk, language: str, key: str) -> Sentence:
    """One sentence. Raises Problem 422.97, 404.6."""
    for one in sentences(session, desk=desk, language=language):
        if one.key == key:
            return one
    raise Problem("404.6")


def sign(session: Session, *, desk: Desk, language: str, key: str, text: str, seen: str, now: datetime) -> None:
    """Sign a sentence as this person writes it.

    Raises Problem 422.97, 404.6, 422.272 (length), 422.273 (placeholders), 409.6 (something else is there by now).
    """
    typed = tidy(text.replace("\r\n", "\n"))
    found = _held(session, desk, language, {key: seen})[key]
    if not 0 < len(typed) <= LONGEST:
        raise Problem("422.272")
    if words.placeholders(typed) != words.placeholders(found.reference):
        raise Problem("422.273")
    _put(session, desk, language, {key: _signature(found, typed, desk, now)}, now)


def sign_as_they_stand(session: Session, *, desk: Desk, language: str, seen: Mapping[str, str], now: datetime) -> None:
    """Sign several sentences (key → mark) without a change. Raises Problem 422.97, 404.6, 409.6."""
    found = _held(session, desk, language, seen)
    _put(session, desk, language, {key: _signature(one, one.text, desk, now) for key, one in found.items()}, now)


def take_back(session: Session, *, desk: Desk, language: str, key: str, seen: str, now: datetime) -> None:
    """Take a signature away: the text is unreviewed again, and ours. Raises Problem 422.97, 404.6, 409.6."""
    _held(session, desk, language, {key: seen})
    _put(session, desk, language, {key: None}, now)


def reviewed(session: Session, *, desk: Desk) -> dict[str, dict[str, str]]:
    """What the next bundle says: {language: {key: text}}, nothing but what is signed and still holds."""
    found = {tag: _valid(session, desk, tag) for tag in languages(session, office=desk.office)}
    return {tag: texts for tag, texts in found.items() if texts}


def _valid(session: Session, desk: Desk, language: str) -> dict[str, str]:
    ours = words.field_texts(language)
    return {
        key: entry["text"]
        for key, entry in _signed(session, desk, language).items()
        if key in ours and entry["compared"] == _compared(key, ours)
    }


def _forms(session: Session, desk: Desk) -> list[tuple[str, int]]:
    """Every form there is, those that are on first and in the version that is on."""
    on = {one["id"]: one["version"] for one in offer.said(session, office=desk.office)["forms"]}
    others = {name for name, _ in questionnaires.interviews()} - set(on)
    return [*on.items(), *((name, questionnaires.newest(name)) for name in sorted(others))]


def _sentence(
    key: str, form: tuple[str, int], aloud: bool, ours: Mapping[str, words.Text], entry: dict[str, str] | None
) -> Sentence:
    state = UNREVIEWED if entry is None else SIGNED if entry["compared"] == _compared(key, ours) else CHANGED
    plain = str(ours[key])
    # A correction of what has changed since is no longer what phones get, and nothing to go on from.
    text = entry["text"] if entry and state == SIGNED else plain
    by, on = (entry["by"], entry["on"]) if entry else ("", "")
    return Sentence(key, form[0], aloud, str(words.reference()[key]), plain, text, state, by, on)


def _compared(key: str, ours: Mapping[str, words.Text]) -> str:
    return offer.mark([words.reference()[key], ours[key]])


def _signature(found: Sentence, text: str, desk: Desk, now: datetime) -> dict[str, str]:
    compared = offer.mark([found.reference, found.ours])
    return {"text": text, "compared": compared, "by": desk.staff.name, "on": times.day(now)}


def _held(session: Session, desk: Desk, language: str, seen: Mapping[str, str]) -> dict[str, Sentence]:
    """The sentences with these keys, which nobody else can sign meanwhile, each as its reader saw it."""
    offer.said(session, office=desk.office, to_change=True)
    every = {one.key: one for one in sentences(session, desk=desk, language=language)}
    if not set(seen) <= set(every):
        raise Problem("404.6")
    if any(every[key].mark != mark for key, mark in seen.items()):
        raise Problem("409.6")
    return {key: every[key] for key in seen}


def _signed(session: Session, desk: Desk, language: str) -> dict[str, dict[str, str]]:
    found = records.get(session, desk=desk, kind=KIND, id=language)
    return found.content if found else {}


def _put(
    session: Session, desk: Desk, language: str, entries: Mapping[str, dict[str, str] | None], now: datetime
) -> None:
    found = records.get(session, desk=desk, kind=KIND, id=language)
    content: dict[str, Any] = {**(found.content if found else {}), **entries}
    kept = {key: entry for key, entry in content.items() if entry is not None}
    records.put(session, desk=desk, kind=KIND, id=language, content=kept, seen=found.version if found else 0, now=now)
    _tell(session, desk, language, entries, now)


def _tell(session: Session, desk: Desk, language: str, entries: Mapping[str, Any], now: datetime) -> None:
    for act, keys in (
        ("signed_words", _keys(entries, signed=True)),
        ("took_back_words", _keys(entries, signed=False)),
    ):
        if keys:
            details = {"language": language, "keys": keys}
            audit.write(session, desk=desk, act=act, about="", details=details, now=now)
    offer.note(session, desk=desk, members={"words": entries}, now=now)


def _keys(entries: Mapping[str, Any], *, signed: bool) -> list[str]:
    return sorted(key for key, entry in entries.items() if (entry is not None) == signed)
