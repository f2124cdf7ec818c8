"""Synthetic reports for a demo: phones with real keys, real envelopes, and what invented people would tell in them.

A phone here joins by an invitation, learns the office's keys from the signed bundle and seals to them, as the real one
does. Everything that somebody wrote says in its own language that it is synthetic; places are the demo's, States are
invented (`words.invented_states`), and nobody is called so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from intake import questionnaires, words
from intake.domain import questionnaire
from intake.domain.arrival import OTHER_PLACE
from intake.domain.settings import DEFAULTS
from intake.envelope import bundles, invitations
from intake.envelope.encoding import b64u, loads, unb64u
from intake.envelope.sealing import SealingKey, seal_envelope
from intake.envelope.signing import SigningKey, key_id
from intake.services import devices, enrol, receive, times
from intake.services.desk import Desk
from intake.store import Session

# Who has a phone: the code in each report, what the phone is called, the languages spoken with people.
OFFICERS = (
    ("K-1", "Synthetic officer, Old Harbour", ("en", "fr")),
    ("K-2", "Synthetic officer, Salt Hill", ("fr",)),
    ("K-3", "Synthetic officer, Three Wells", ("ar", "fr")),
    ("K-4", "Synthetic officer, Camp Lantana", ("ar", "en")),
    ("K-5", "Synthetic officer, on the road", ("en", "ar")),
)
SAID: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "account": {
        "en": (
            "Synthetic account: he promised work in the kitchen, and then he did not let her go home.",
            "Invented for a demo: she was given food for her children and was asked for more than thanks.",
        ),
        "fr": (
            "Récit synthétique : il lui a promis de l’argent pour l’école, puis il l’a menacée.",
            "Inventé pour une démonstration : elle dit que cela dure depuis des mois et qu’elle a peur.",
        ),
        "ar": (
            "رواية مصطنعة: وعدها بعمل في المطبخ ثم منعها من العودة إلى بيتها.",
            "مخترَع للعرض: تقول إنه أعطاها طعامًا لأطفالها ثم طلب المقابل.",
        ),
    },
    "help": {
        "en": (
            "Synthetic: she would like to see a nurse, and somebody who stays with the children meanwhile.",
            "Invented: she asks for school fees. She does not want her neighbours to know.",
        ),
        "fr": (
            "Synthétique : elle voudrait voir une infirmière, et quelqu’un pour garder les enfants.",
            "Inventé : elle demande de quoi payer l’école, sans que les voisins le sachent.",
        ),
        "ar": (
            "مصطنع: تود أن ترى ممرضة، وأن يبقى أحد مع الأطفال في ذلك الوقت.",
            "مخترَع: تطلب رسوم المدرسة، ولا تريد أن يعرف الجيران.",
        ),
    },
    "called": {
        "en": ("Invented Mary", "Invented Grace"),
        "fr": ("Marie Inventée", "Aline Inventée"),
        "ar": ("زينب المختلَقة", "مريم المختلَقة"),
    },
    "way": {
        "en": ("Synthetic: the third invented house by the well",),
        "fr": ("Synthétique : la troisième maison inventée près du puits",),
        "ar": ("مصطنع: البيت الثالث المخترَع قرب البئر",),
    },
}
PLACES = ("north-1", "north-2", "south-1", "south-2")
HELP = ("safety", "medical", "talk", "legal", "basic", "work", "children")
NEEDS = ("health", "food", "shelter", "safety", "talk", "work", "school", "legal")
SHARED = {"health": "medical", "food": "basic", "shelter": "basic", "school": "work"}
ADULTS = ("18_25", "26_40", "41_60", "adult_unknown")
KINDS = ("contingent", "staff_officer", "observer", "formed_police", "civilian", "contractor")


@dataclass(frozen=True)
class Told:
    """A report before it is sealed. `state` is final or unfinished; `answers` are as a phone would have them."""

    form: str
    language: str
    answers: Mapping[str, Any]
    state: str = "final"


@dataclass
class Phone:
    """A phone that has joined. `payload` is what the office's bundle said, checked with the key of the invitation."""

    officer: str
    languages: tuple[str, ...]
    payload: Mapping[str, Any]
    key: SigningKey
    messages: SealingKey
    sent: int = field(default=0)

    @property
    def id(self) -> str:
        return key_id(self.key.public)


def join(
    session: Session, inbound: Session, *, desk: Desk, officer: tuple[str, str, tuple[str, ...]], now: datetime
) -> Phone:
    """Invite an officer and let the phone in, by the public side's own service. Raises Problem 403.21."""
    code, label, languages = officer
    key, messages = SigningKey.generate(), SealingKey.generate()
    given = devices.invite(session, inbound, desk=desk, label=label, origin="https://demo.example", now=now)
    spelled, fingerprint, secret = given.link.partition("#enrol=")[2].split(".")
    named = {"sign_key": b64u(key.public), "message_key": b64u(messages.public)}
    body = {
        "code": spelled,
        "label": label,
        **named,
        "sign": b64u(key.sign(invitations.possession(spelled, **named))),
        "proof": invitations.proof(unb64u(secret), spelled, *named.values()),
    }
    asked: dict[str, Any] = {"address": "demo", "secret": bytes(32), "key": SigningKey.generate(), "now": now}
    let_in = enrol.enrol(inbound, request=enrol.read(body), **asked)
    bundle = loads(let_in.bundle)
    pinned = devices.sign_key_of(session, desk=desk)
    if not isinstance(bundle, dict) or bundles.fingerprint(pinned) != fingerprint:
        raise ValueError("the invitation names another key")
    return Phone(code, languages, bundles.read(bundle, pinned), key, messages)


def send(inbound: Session, *, phone: Phone, told: Told, report: str, now: datetime) -> None:
    """Seal what was told as the phone would, to whichever office it is for, and hand it to the public side."""
    form, minute = questionnaires.load(told.form, questionnaires.newest(told.form)), times.text(now)[:16]
    whole = questionnaire.finish if told.state == "final" else questionnaire.prune
    answers, identity = questionnaire.split(form, whole(form, told.answers, DEFAULTS, minute))
    away = questionnaire.elsewhere(form, told.answers, DEFAULTS, minute) and phone.payload["offices"]
    urgent = questionnaire.urgent(form, told.answers, DEFAULTS, minute)
    _hand_in(inbound, phone, report, told, answers, identity, bool(away), urgent, now)


def answer(inbound: Session, *, phone: Phone, message: str, said: str, report: str, now: datetime) -> None:
    """The officer's sealed answer to a message of the office."""
    told = Told("message-answer", phone.languages[0], {"message": message, "answer": said})
    _hand_in(inbound, phone, report, told, told.answers, {}, False, False, now)


def _hand_in(
    inbound: Session,
    phone: Phone,
    report: str,
    told: Told,
    answers: Mapping[str, Any],
    identity: Mapping[str, Any],
    away: bool,
    urgent: bool,
    now: datetime,
) -> None:
    keys = (phone.payload["offices"][0] if away else phone.payload)["keys"]
    phone.sent += 1
    content = {
        "form": told.form,
        "version": questionnaires.newest(told.form),
        "language": told.language,
        "officer": phone.officer,
        "n": phone.sent,
        "state": told.state,
        "identity": bool(identity),
        "about": None,
        "answers": answers,
    }
    raw = seal_envelope(
        report=report,
        made=times.day(now),
        urgent=urgent,
        report_json=content,
        identity_json={"answers": identity},
        report_key=unb64u(keys["report"]["key"]),
        identity_key=unb64u(keys["identity"]["key"]),
        sign_key=phone.key,
    )
    receive.receive(inbound, raw=raw, report=report, now=now)


# what is told -------------------------------------------------------------------------------------------------------


def told(chance: Random, *, languages: tuple[str, ...], day: date) -> Told:
    """Something that somebody tells on a day, in one of these languages."""
    language = chance.choice(languages)
    form = chance.choices(("visit", "needs", "wish"), (5, 3, 3))[0]
    answers = {"visit": _visit, "needs": _needs, "wish": _wish}[form](chance, language, day)
    state = "unfinished" if chance.random() < 0.08 else "final"
    return Told(form, language, {**_opening(chance, form), **answers}, state)


def number(chance: Random) -> str:
    """The id of a report: a UUID of version 4."""
    return str(UUID(int=chance.getrandbits(128), version=4))


def _text(chance: Random, what: str, language: str) -> dict[str, str]:
    return {"text": chance.choice(SAID[what][language]), "language": language}


def _opening(chance: Random, form: str) -> dict[str, Any]:
    return {
        "private": "yes",
        "may_write": "yes",
        "who_speaks": "mother" if form == "wish" else "self",
        "danger_now": "yes" if chance.random() < 0.07 else "no",
        "share_figures": chance.choices(("yes", "no", {"no": "not_asked"}), (80, 12, 8))[0],
        "keep_from": chance.choice((["nobody"], ["nobody"], ["family"], ["commander"], ["police", "employer"])),
    }


def _reach(chance: Random, language: str) -> dict[str, Any]:
    """Names and where to find her, which travel in the part for identity."""
    return {
        "called": _text(chance, "called", language),
        "contact_again": "yes",
        "ways": [{"row": "w1", "way": "visit", "way_detail": _text(chance, "way", language), "way_times": ["morning"]}],
    }


def _visit(chance: Random, language: str, day: date) -> dict[str, Any]:
    back = chance.choice((1, 2, 4, 9, 20, 45, 90, 200, 400))
    happened = (day - timedelta(days=back)).isoformat()
    wanted = {f"help_{one}": chance.choice(("yes", "no")) for one in HELP}
    child = chance.random() < 0.3
    return {
        "officer_wish": chance.choice(("woman", "woman", "any")),
        "officer_wish_met": chance.choice(("yes", "yes", "no")),
        "age_band": chance.choice(("15_17", *ADULTS, *ADULTS)),
        "carer_there": "no",
        "hurt": chance.choice(("yes", "no")),
        "when_happened": {"when": happened if back < 30 else happened[:7]},
        "care_received": chance.choice(("yes", "no")),
        **wanted,
        "helped_before": "no",
        "help_words": _text(chance, "help", language),
        "sex": chance.choices(("female", "male"), (9, 1))[0],
        "forced": chance.choice(("yes", "no")),
        "exchanged": chance.choice(("yes", "no")),
        "still_going": chance.choice(("yes", "no", "no")),
        "place": chance.choice((*PLACES, *PLACES, OTHER_PLACE)),
        "place_kind": chance.choice(("home", "base", "road", "water")),
        "account": _text(chance, "account", language),
        "reader_involved": "yes" if chance.random() < 0.05 else "no",
        "person_count": "1",
        "persons": [
            {
                "row": "p1",
                "employer": "mission",
                "category": chance.choice(KINDS),
                "person_sex": "male",
                "country": chance.choice(list(words.invented_states(words.REFERENCE))),
                "country_basis": chance.choice(("said", "flag", "language")),
            }
        ],
        "child_born": "yes" if child else "no",
        "each_child": [{"row": "c1", "birth": {"when": str(day.year - 1)}, "wish": "both"}] if child else [],
        **_reach(chance, language),
        **{f"share_{one}": chance.choice(("yes", "yes", "no")) for one in HELP},
        "share_inquiry": chance.choice(("yes", "no", "later")),
        "tell_how": "reach",
        "retaliation": chance.choice(("none", "none", "feared")),
        "told_elsewhere": ["nobody"],
        "channel": "in_person",
        "agreed_how": "spoken",
    }


def _needs(chance: Random, language: str, day: date) -> dict[str, Any]:
    del day
    said = {one: chance.choice(("none", "needed", "needed", "received", "declined", "unavailable")) for one in NEEDS}
    children = chance.random() < 0.5
    row = {"row": "c1", "child_age": "6_11", "child_needs": ["fees", "uniform"], "child_fees": "needed"}
    return {
        "for_whom": ["self", "children"] if children else ["self"],
        **{f"need_{one}": answer for one, answer in said.items()},
        "children": [{**row, "child_uniform": "needed"}] if children else [],
        "more_words": _text(chance, "help", language),
        **_reach(chance, language),
        **{f"share_{SHARED.get(one, one)}": chance.choice(("yes", "yes", "no")) for one in NEEDS},
        "share_children": "yes",
    }


def _wish(chance: Random, language: str, day: date) -> dict[str, Any]:
    states = words.invented_states(language)
    return {
        "born": "born",
        "birth_year": day.year - chance.randint(1, 6),
        "wants": chance.choice(("recognition", "support", "both", "undecided")),
        "father_serves": "peacekeeping_or_political_mission",
        "father_kind": chance.choice(("military_contingent", "military_observer", "individual_police")),
        "father_country": {"text": chance.choice(list(states.values())), "language": language},
        "father_country_from": chance.choice(("said", "flag")),
        "holds": ["photo"],
        "file_claim": chance.choice(("yes", "yes", "yes", "no")),
        "tell_state": chance.choice(("yes", "yes", "no")),
        "dna_mother": chance.choice(("yes", "later")),
        "dna_child": chance.choice(("yes", "later")),
        **_reach(chance, language),
    }
