"""Entering by hand: a call, a letter or a visit becomes a report at a desk, by the forms and rules that phones have.

A draft is sealed to who writes it (`services.kept`), so nobody else can open it and no session's end can lose it. The
finished document is sealed as a phone seals it, to the public keys of the last bundle, and signed by the office's own
desk: a device like a phone, whose key rests in a sealed record. Nobody who enters a report can open its identity part
by that. From there it takes the way of every envelope (`services.drafts`, `receive`, `register`).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from intake import questionnaires, words
from intake.domain import entry, questionnaire
from intake.domain.entry import ANSWERED_AS, Document, Draft, Fields
from intake.domain.problems import Problem
from intake.domain.questionnaire import Form, Settings
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import parse
from intake.envelope.sealing import SealingKey, seal_envelope
from intake.envelope.signing import SigningKey, key_id
from intake.services import audit, bundles, cases, devices, kept, records, register, signin, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import devices as inbound_devices
from intake.store.office import audit as audit_lines
from intake.store.office import drafts
from intake.store.office.drafts import Row
from intake.store.office.staff import Account

# The sealed record of the key by which the office's desk signs, and of the running numbers of what it signed.
KIND, KEY, NUMBERS = "desk", "key", "numbers"
OWN = "own"  # under which the numbers of the own office's reports are counted


@dataclass(frozen=True)
class Writer:
    """Who writes: their desk, their account and the private seed that opens what is sealed to them alone."""

    desk: Desk
    account: Account
    seed: bytes = field(repr=False)


@dataclass(frozen=True)
class Paper:
    """A draft with all that its page needs: form, rules' settings, the current minute, what is shown now.

    `said` is the bundle's payload: places, and the words that native readers have signed.
    """

    draft: Draft
    form: Form
    settings: Settings
    minute: str
    said: Mapping[str, Any]
    shown: Mapping[str, Any]

    @property
    def groups(self) -> list[Mapping[str, Any]]:
        """The groups that have something to show."""
        return entry.open_groups(self.form, self.shown)

    def group(self, id: str) -> Mapping[str, Any]:
        """Raises Problem 404.8 for a group that shows nothing."""
        for group in self.groups:
            if group["id"] == id:
                return group
        raise Problem("404.8")

    @property
    def agreed(self) -> bool:
        return entry.has_agreed(self.draft.answers)

    @property
    def problems(self) -> list[dict[str, str]]:
        """What keeps it from being final, as `questionnaire.problems` has it."""
        return questionnaire.problems(self.form, self.draft.answers, self.settings, self.minute)

    @property
    def unread(self) -> list[str]:
        """The groups in which something was typed that cannot be read."""
        return [group["id"] for group in self.groups if group["id"] in self.draft.typed]


@dataclass(frozen=True)
class Written:
    """A page that was kept. `wrong` maps elements of the page to the numbers of what cannot be read in them.

    `follows` are the elements that the page did not show and shows now.
    """

    paper: Paper
    wrong: Mapping[str, str]
    follows: tuple[str, ...]


def writer(session: Session, *, desk: Desk, cookie: str, now: datetime) -> Writer:
    """Whoever sits at this desk. Raises Problem 401.3."""
    found = signin.proven(session, cookie=cookie, now=now)
    if found is None:
        raise Problem("401.3")
    _, account, opened = found
    return Writer(desk, account, opened.seed)


def ready(session: Session, inbound: Session, *, desk: Desk, now: datetime) -> None:
    """See to it that the desk has a key and that the public side knows it, whatever it was restored to.

    Raises Problem 403.21.
    """
    # Whoever else is the first to enter something waits here.
    audit_lines.head(session, desk.office, lock=True)
    found = records.get(session, desk=desk, kind=KIND, id=KEY)
    if found is None:
        # Nobody keeps the other half of the second key: there is nothing to write to a desk.
        key, messages = SigningKey.generate(), SealingKey.generate().public
        content = {"key": b64u(key.to_bytes())}
        records.put(session, desk=desk, kind=KIND, id=KEY, content=content, seen=0, now=now)
        device = devices.add_desk(session, desk=desk, key=key.public, message_key=messages, now=now)
    else:
        device = _device(session, desk)
    if inbound_devices.find(inbound, device.id) is None:
        known = inbound_devices.Device(device.id, desk.office, device.key, "enrolled")
        inbound_devices.add(inbound, known, message_key=device.message_key, label="", enrolled=times.text(now))


def forms(session: Session, *, desk: Desk) -> list[str]:
    """The forms that phones can begin now, in their order. Raises Problem 403.21, 503.1."""
    return [one["id"] for one in bundles.last(session, desk=desk)["forms"]]


def listing(session: Session, *, writer: Writer) -> list[Draft]:
    """What this person has begun, the oldest first."""
    found = [_opened(writer, row) for row in drafts.of_staff(session, writer.account.id)]
    return sorted((one for one in found if one is not None), key=lambda one: (one.begun, one.id))


def begin(
    session: Session,
    *,
    writer: Writer,
    form: str,
    channel: str,
    came: str,
    language: str,
    now: datetime,
    about: str = "",
) -> Draft:
    """A new draft. `about` is the number of the report that it adds to, or empty.

    Raises Problem 422.55 (form), 422.254 (channel), 422.45 and 422.46 (day), 422.222 (language), each with its `field`;
    404.2 and 403.12 (no such report, or not for this person), 403.21.
    """
    entry.check_begin(channel=channel, came=came, today=times.day(now))
    if language not in words.languages():
        raise Problem("422.222", field="language")
    versions = {one["id"]: one["version"] for one in bundles.last(session, desk=writer.desk)["forms"]}
    if form not in versions:
        raise Problem("422.55", field="form")
    if about:
        register.find(session, desk=writer.desk, report=about)
        cases.may_see(session, desk=writer.desk, report=about)
    answers = _given(questionnaires.load(form, versions[form]), channel)
    begun = times.text(now)
    draft = Draft(str(uuid4()), form, versions[form], language, channel, came, begun, answers, about=about)
    _put(session, writer, draft, b"", now)
    return draft


def _given(form: Form, channel: str) -> dict[str, Any]:
    """What nobody need be asked: how it came, where the form wants to know, and a number to come back with."""
    found: dict[str, Any] = {}
    for question in questionnaire.questions(form):
        codes = [option["code"] for option in question.get("options", ())]
        if question["kind"] == "code":
            found[question["id"]] = f"{secrets.randbelow(10**8):08}"
        elif question["id"] == "channel" and ANSWERED_AS[channel] in codes:
            found["channel"] = ANSWERED_AS[channel]
    return found


def paper(session: Session, *, writer: Writer, id: str, now: datetime) -> Paper:
    """One draft of this person. Raises Problem 404.8, 403.21."""
    return _paper(session, writer, _find(session, writer, id), now)


def write(
    session: Session,
    *,
    writer: Writer,
    id: str,
    group: str,
    fields: Fields,
    now: datetime,
    add: str = "",
    drop: tuple[str, str] = ("", ""),
) -> Written:
    """Keep a page that was posted, whatever is wrong with it, and an envelope beside it once somebody has agreed.

    `add` names a repeating group that gets one row more, `drop` one and its row that goes. Raises Problem 404.8,
    413.1, 403.21.
    """
    before = _paper(session, writer, _find(session, writer, id), now)
    shown = before.group(group)
    answers, wrong = entry.read(shown, fields, before.draft.answers)
    answers = _rows_changed(shown, answers, add, drop)
    typed = {name: kept for name, kept in before.draft.typed.items() if name != group}
    if wrong:
        typed[group] = {name: list(values) for name, values in fields.items() if name.startswith("q-")}
    after = _paper(session, writer, replace(before.draft, answers=answers, typed=typed), now)
    draft, envelope = _enveloped(session, writer, after, "unfinished", now)
    _put(session, writer, draft, envelope, now)
    there = set(" ".join(fields.get("asked", ())).split())
    follows = tuple(one for one in entry.asked(shown, after.shown) if one not in there)
    return Written(replace(after, draft=draft), wrong, follows)


def _rows_changed(group: Mapping[str, Any], answers: dict[str, Any], add: str, drop: tuple[str, str]) -> dict[str, Any]:
    kinds = {question["id"]: question for question in group["questions"] if question["kind"] == "rows"}
    if add in kinds and len(answers.get(add) or ()) < kinds[add].get("max", questionnaire.MOST_ROWS):
        return entry.with_row(answers, add, secrets.token_hex(8))
    return entry.without_row(answers, *drop) if drop[0] in kinds else answers


def seal(session: Session, *, writer: Writer, id: str, state: str, now: datetime) -> str:
    """Seal the draft for good, *final* or *unfinished*: what was readable is gone, and the envelope waits to be sent.

    Gives the id of the office it is for. Raises Problem 404.8, 422.255 (nobody has agreed), 422.258 (some answers),
    422.256 (it is for nobody), 413.1, 403.21.
    """
    found = _paper(session, writer, _find(session, writer, id), now)
    if not found.agreed:
        raise Problem("422.255")
    if state == "final" and (found.problems or found.unread):
        raise Problem("422.258")
    draft, envelope = _enveloped(session, writer, found, state, now)
    if not envelope:
        raise Problem("422.256")
    office = writer.desk.office
    drafts.put(session, Row(id, office, writer.account.id, times.day(now), b"", envelope))
    if draft.to == OWN:
        # Of what is sealed to another office, the own one's people learn nothing.
        details = {"channel": draft.channel, "state": state, "digest": parse(envelope).digest}
        audit.write(session, desk=writer.desk, act="entered_by_hand", about=id, details=details, now=now)
    return office if draft.to == OWN else draft.to


def destroy(session: Session, *, writer: Writer, id: str) -> None:
    """It is not to be sent: the draft and its envelope go together. Raises Problem 404.8."""
    drafts.remove(session, _find(session, writer, id).id)


# sealing ------------------------------------------------------------------------------------------------------------


def _paper(session: Session, writer: Writer, draft: Draft, now: datetime) -> Paper:
    said = bundles.last(session, desk=writer.desk)
    form = questionnaires.load(draft.form, draft.version)
    # What an officer has agreed to do is read in full: at a desk by everybody, each time.
    settings, minute = {**said["settings"], "duties_due": True}, times.text(now)[:16]
    shown = questionnaire.visible(form, draft.answers, settings, minute)
    return Paper(draft, form, settings, minute, said, shown)


def _enveloped(session: Session, writer: Writer, found: Paper, state: str, now: datetime) -> tuple[Draft, bytes]:
    """The draft with its running number, and its envelope; no bytes as long as nobody agreed or it is for nobody."""
    if not found.agreed:
        return found.draft, b""
    to = recipient(found)
    keys = _keys_of(found.said, to)
    if keys is None:
        return replace(found.draft, to="", n=0), b""
    n = found.draft.n if found.draft.to == to else _next_number(session, writer.desk, to, now)
    draft = replace(found.draft, to=to, n=n)
    made = entry.document(
        found.form, draft, settings=found.settings, now=found.minute, state=state, by=writer.desk.staff.name
    )
    return draft, _sealed(session, writer.desk, draft.id, made, keys, found.minute)


def recipient(found: Paper) -> str:
    """OWN, the id of the other office to which it goes, or "" when it is not for the own one and no other is named."""
    if not questionnaire.elsewhere(found.form, found.draft.answers, found.settings, found.minute):
        return OWN
    others = found.said.get("offices") or ()
    return str(others[0]["id"]) if others else ""


def _keys_of(said: Mapping[str, Any], to: str) -> Mapping[str, Any] | None:
    """The public keys to seal to: never the own office's in the place of another's."""
    if to == OWN:
        return dict(said["keys"])
    return next((one["keys"] for one in said.get("offices") or () if one["id"] == to), None)


def _sealed(session: Session, desk: Desk, report: str, made: Document, keys: Mapping[str, Any], minute: str) -> bytes:
    found = records.get(session, desk=desk, kind=KIND, id=KEY)
    if found is None:
        raise Problem("403.1")
    return seal_envelope(
        report=report,
        made=minute[:10],
        urgent=made.urgent,
        report_json=made.report,
        identity_json=made.identity,
        report_key=unb64u(keys["report"]["key"]),
        identity_key=unb64u(keys["identity"]["key"]),
        sign_key=SigningKey.from_bytes(unb64u(found.content["key"])),
    )


def _next_number(session: Session, desk: Desk, to: str, now: datetime) -> int:
    """The next running number of what this desk seals to one office. Gaps mean nothing: drafts are thrown away."""
    audit_lines.head(session, desk.office, lock=True)
    found = records.get(session, desk=desk, kind=KIND, id=NUMBERS)
    counted = dict(found.content) if found else {}
    counted[to] = counted.get(to, 0) + 1
    seen = found.version if found else 0
    records.put(session, desk=desk, kind=KIND, id=NUMBERS, content=counted, seen=seen, now=now)
    return int(counted[to])


def _device(session: Session, desk: Desk) -> devices.Device:
    """The desk as it is on record. Raises Problem 403.1."""
    found = records.get(session, desk=desk, kind=KIND, id=KEY)
    public = SigningKey.from_bytes(unb64u(found.content["key"])).public if found else b""
    device = devices.known(session, desk=desk, device=key_id(public))
    if device is None:
        raise Problem("403.1")
    return device


# at rest ------------------------------------------------------------------------------------------------------------


def _find(session: Session, writer: Writer, id: str) -> Draft:
    row = drafts.get(session, staff=writer.account.id, id=id)
    found = _opened(writer, row) if row else None
    if found is None:
        raise Problem("404.8")
    return found


def _opened(writer: Writer, row: Row) -> Draft | None:
    """None for what was sealed to a key that this person no longer has."""
    content = kept.open_with(writer.seed, staff=row.staff, id=row.id, sealed=row.sealed)
    return entry.from_json(row.id, content) if content else None


def _put(session: Session, writer: Writer, draft: Draft, envelope: bytes, now: datetime) -> None:
    sealed = kept.seal_to(writer.account, draft.id, entry.to_json(draft))
    drafts.put(session, Row(draft.id, writer.desk.office, writer.account.id, times.day(now), sealed, envelope))
