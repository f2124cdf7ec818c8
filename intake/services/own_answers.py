"""Answers to the numbers that people keep: prepared by whoever is signed in, laid where phones ask for them.

A report that arrives with a number leaves a sealed record (`register.CODE`), which later holds the number stretched.
The deposit is made anew, whole, when what it says has changed or its day is over, and tells nothing to whoever stores
it: its locators are new each time, and it is filled up with lines that nobody can tell from true ones.
"""

import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from intake import words
from intake.domain import claim as claims
from intake.domain import own_answer, referral
from intake.domain.case import Case
from intake.domain.own_answer import Standing
from intake.domain.report import Report
from intake.domain.telling import Telling
from intake.envelope import own_answers as sealing
from intake.envelope.directory import directory_key_id
from intake.envelope.encoding import b64u, dumps, unb64u
from intake.envelope.tokens import token
from intake.services import audit, cases, devices, directory, drawers, offer, records, register, telling, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import answers
from intake.store.office import audit as audit_lines
from intake.words import N_

DEPOSIT, LAST = "own_deposit", "last"
FRESH = timedelta(hours=1)
STRETCHED_AT_ONCE = 40
# How many lines a deposit has, at least and in steps.
STEP = 64

SAID = {
    "arrived": N_("What you said has arrived. Nobody has read it yet."),
    "read": N_("It has been read. What happens next is being decided."),
    "working": N_("Somebody is working on it."),
    "arranged": N_("Something is being arranged. Ask the person you spoke with."),
    "come": N_("There is something to tell you. Please come when it is safe for you."),
    "your_word": N_("Your word is needed before it can go on. Nothing is done against your will."),
    "passed_on": N_("It was passed on, as you wished. There is no answer yet."),
    "answered": N_("There is an answer. Please come to hear it when it is safe for you."),
    "ended": N_("The work on it has ended. It can be taken up again at any time."),
    "taken_back": N_("It was taken back, as you wished. Nothing more is done with it."),
}


def keep_up(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> bool:
    """Make the deposit anew if there is something new to say; whether one was made. Raises Problem 403.21."""
    last = records.get(session, desk=desk, kind=DEPOSIT, id=LAST)
    codes = records.of_kind(session, desk=desk, kind=register.CODE)
    fresh = [one for one in codes if not one.content["stretched"]]
    there = answers.deposit(inbound, desk.office)
    lost = last is not None and there != last.content["deposit"]
    if not codes or (last and not fresh and not lost and now - times.instant(last.content["at"]) < FRESH):
        return False
    # Whoever else prepares one waits here, and then finds it done.
    audit_lines.head(session, desk.office, lock=True)
    known = {one.id: unb64u(one.content["stretched"]) for one in codes if one.content["stretched"]}
    known.update(_stretch(session, desk, [one.id for one in fresh[:STRETCHED_AT_ONCE]], now))
    lines = dict(_lines(session, desk, known, now))
    key = unb64u(directory.key(session, desk=desk, now=now))
    of = offer.mark([directory_key_id(key), times.day(now), {report: said for report, (_, said) in lines.items()}])
    content = {"at": times.text(now), "of": of, "deposit": there or ""}
    made = lost or last is None or last.content["of"] != of
    if made:
        content["deposit"] = _lay(inbound, desk, key, lines, now)
        directory.hand_out(session, inbound, desk=desk, phones=devices.every(session, desk=desk), now=now)
        audit.write(session, desk=desk, act="prepared_answers", about="", details={"answers": len(lines)}, now=now)
    seen = last.version if last else 0
    records.put(session, desk=desk, kind=DEPOSIT, id=LAST, content=content, seen=seen, now=now)
    return made


def _stretch(session: Session, desk: Desk, reports: list[str], now: datetime) -> dict[str, bytes]:
    """The numbers of these reports stretched, and kept so; what turned out to hold none is kept as such."""
    found = {}
    for report in reports:
        code = own_code(register.told(session, desk=desk, arrival=register.find(session, desk=desk, report=report)))
        stretched = sealing.stretch(code, office=desk.office) if code else b"none"
        record = records.get(session, desk=desk, kind=register.CODE, id=report)
        content = {"stretched": b64u(stretched)}
        seen = record.version if record else 0
        records.put(session, desk=desk, kind=register.CODE, id=report, content=content, seen=seen, now=now)
        found[report] = stretched
    return found


def own_code(report: Report | None) -> str:
    """The number in a report that checks, or empty."""
    code = report.answers.get(register.OWN_CODE) if report else None
    return str(code) if own_answer.is_number(code) else ""


def _lines(
    session: Session, desk: Desk, known: dict[str, bytes], now: datetime
) -> Iterator[tuple[str, tuple[bytes, dict[str, str]]]]:
    """(report, (stretched number, what is said)). A number that two reports hold answers for neither."""
    arrivals = {one.report: one for one in register.every(session, desk=desk)}
    back, to_tell = register.taken_back(arrivals.values()), telling.by_case(session, desk=desk)
    tags = offer.said(session, office=desk.office)["languages"]
    met = Counter(known.values())
    for report, stretched in known.items():
        arrival = arrivals.get(report)
        if arrival is None or len(stretched) != sealing.LENGTH or met[stretched] > 1:
            continue
        case = cases.whose(session, desk=desk, report=report)
        standing = Standing(
            taken_back=report in back,
            opened=arrival.opened is not None,
            decided=arrival.decision is not None,
            **(_in_case(session, desk, case, to_tell.get(case.id, []), times.day(now)) if case else {}),
        )
        facts = arrival.facts
        said = SAID[own_answer.sentence(standing)]
        yield report, (stretched, _in_languages(said, [facts.language if facts else "", *tags]))


def _in_case(session: Session, desk: Desk, case: Case, told: list[Telling], today: str) -> dict[str, Any]:
    waiting = {one.step for one in told if not one.told}
    helped = drawers.of_case(session, desk=desk, case=case.id, kind=referral.KIND)
    filed = drawers.of_case(session, desk=desk, case=case.id, kind=claims.KIND)
    return {
        "in_case": True,
        "closed": not case.open,
        "silent": "stop_contact" in waiting,
        "to_tell": bool(waiting),
        "arranged": any(referral.from_json(one.id, one.version, one.content).open for one in helped),
        "claims": tuple(claims.from_json(one.id, one.version, one.content).state(today) for one in filed),
    }


def _in_languages(said: str, tags: list[str]) -> dict[str, str]:
    """In hers first, then in those the office's phones speak."""
    known = words.languages()
    return {
        tag: words.translations(tag).gettext(said) for tag in dict.fromkeys([*tags, words.REFERENCE]) if tag in known
    }


def _fitting(said: dict[str, str], day: str) -> dict[str, Any]:
    """The answer in as many languages as have room in it, hers first."""
    tags = list(said)
    content = {"day": day, "said": said, "first": tags[0]}
    while len(dumps(content)) > sealing.SIZE:
        tags.pop()
        content["said"] = {tag: said[tag] for tag in tags}
    return content


def _lay(inbound: Session, desk: Desk, key: bytes, lines: dict[str, Any], now: datetime) -> str:
    """A new deposit. Gives its name."""
    name = f"{directory_key_id(key)}.{token()}"
    bound = {"office": desk.office, "deposit": name}
    made = []
    for stretched, said in lines.values():
        sealed = sealing.seal_answer(key, stretched, _fitting(said, times.day(now)), **bound)
        made.append((sealing.locator(key, stretched, **bound), sealed))
    room = max(STEP, -(-len(made) // STEP) * STEP)
    for _ in range(room - len(made)):
        nobody = secrets.token_bytes(32)
        made.append((sealing.locator(key, nobody, **bound), sealing.seal_answer(key, nobody, {}, **bound)))
    answers.replace(inbound, office=desk.office, deposit=name, lines=made)
    return name
