"""The law of claims: what each kind of event asks for, whom it can be about, and when it is lawful (`LAW`)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from intake.domain.claim_standing import (
    BASES,
    CATEGORIES,
    CHILD,
    CLAIMANTS,
    COUNTING,
    COUNTRIES,
    CUSTODY,
    EMPLOYERS,
    FATHER,
    FOUND,
    GUARDIAN,
    MOTHER,
    REASONS,
    RECOGNITION,
    WANTS,
    WRITTEN,
    Event,
    Standing,
    kind_of,
    ordered,
)
from intake.domain.partial import first, last
from intake.domain.problems import Problem

REASON_LENGTH = 10
LONGEST_TEXT = 120
LONGEST_WORDS = 2000
_COUNTRY = re.compile(r"[A-Z]{2}")
# The shortest kit has four signs, so that none can be taken for a father.
_KIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{3,39}")
_BORN = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2]))?")
_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,3})?")
_CURRENCY = re.compile(r"[A-Z]{3}")

When = Callable[[Standing, Event], str]
NOT_NOW, NO_CONSENT = "422.300", "422.301"


def _all_of(*rules: When) -> When:
    """The first that refuses."""
    return lambda claim, event: next((code for rule in rules if (code := rule(claim, event))), "")


def _if(test: Callable[[Standing, Event], bool], code: str = NOT_NOW) -> When:
    return lambda claim, event: "" if test(claim, event) else code


def _begun(claim: Standing, _: Event) -> bool:
    return any(event.kind == "wished" for event in claim.fitting)


def _open(claim: Standing, event: Event) -> bool:
    return _begun(claim, event) and not claim.ended


def _possible(claim: Standing, event: Event) -> bool:
    """About a man who may be the father."""
    return event.target in claim.possible


def _after(*kinds: str) -> Callable[[Standing, Event], bool]:
    """One of these happened to the same target."""
    return lambda claim, event: claim.has(*kinds, target=event.target)


def _claim_after(*kinds: str) -> Callable[[Standing, Event], bool]:
    """One of these happened in the claim."""
    return lambda claim, _: claim.has(*kinds)


def _before(*kinds: str) -> Callable[[Standing, Event], bool]:
    """None of these happened to the same target."""
    return lambda claim, event: not claim.has(*kinds, target=event.target)


def _kit(*stages: str) -> Callable[[Standing, Event], bool]:
    """The kit is at one of these stages."""

    def test(claim: Standing, event: Event) -> bool:
        sample = claim.sample(event.target)
        return sample is not None and sample.stage in stages

    return test


def _kit_agreed(claim: Standing, event: Event) -> str:
    """Whoever gave the sample still agrees to its being used."""
    sample = claim.sample(event.target)
    return "" if sample and claim.may_test(sample.whose, last(event.happened)) else NO_CONSENT


def _agreed(claim: Standing, event: Event) -> str:
    return "" if claim.may_test(event.target, last(event.happened)) else NO_CONSENT


def _needed(claim: Standing, event: Event) -> bool:
    """Somebody whose sample is needed, and of whom there is none."""
    whose = event.target in (MOTHER, CHILD) or event.target in claim.possible
    law = claim.asked_for_sample(event.target) != "dna_law_excludes"
    return whose and law and claim.has("dna_needed") and claim.usable(event.target) is None


def _kit_free(claim: Standing, event: Event) -> str:
    return "422.306" if event.details and claim.sample(event.said("kit")) else ""


def _result(claim: Standing, event: Event) -> str:
    """Child and father have a sample at the laboratory, and everybody whose sample is there agrees."""
    child, father = claim.usable(CHILD), claim.usable(event.target)
    if not (child and child.at_lab and father and father.at_lab):
        return NOT_NOW
    given = [one.whose for one in claim.samples if one.at_lab and one.whose in (MOTHER, CHILD, event.target)]
    return "" if all(claim.may_test(one, last(event.happened)) for one in given) else NO_CONSENT


def _basis(claim: Standing, event: Event) -> str:
    """What paternity rests on must be there: a result, his admission; a court decides as it does."""
    kinds = (BASES[event.said("basis")],) if event.said("basis") in BASES else tuple(BASES.values())
    return "" if claim.has(*kinds, target=event.target) else NOT_NOW


def _decides(claim: Standing, event: Event) -> str:
    """Whoever ends it must be whose claim it is; from majority on nobody but the child."""
    if event.target == CHILD:
        return "" if claim.grown(last(event.happened)) else NOT_NOW
    if claim.grown(first(event.happened)):
        return "422.309"
    return "" if event.target == claim.claimant else NOT_NOW


def _guardian_counts(claim: Standing, event: Event) -> str:
    return "422.309" if event.target == GUARDIAN and claim.grown(last(event.happened)) else ""


def _person(claim: Standing, event: Event) -> bool:
    return event.target in (MOTHER, CHILD, GUARDIAN) or event.target in claim.possible


def _to_tell(claim: Standing, event: Event) -> bool:
    return event.target in {one.id for one in untold(claim)}


def _through(claim: Standing, event: Event) -> str:
    """Whoever has a lawyer is told through the lawyer (domain brief 4.3: the UN contacted claimants past theirs)."""
    return "422.307" if event.details and claim.lawyer and event.said("how") != "lawyer" else ""


def _month_ordered(claim: Standing, event: Event) -> str:
    """A month that was ordered."""
    if not event.details:
        return ""
    amount, _ = ordered(claim.all("support_ordered", "support_ended"), event.said("month"))
    return "" if amount else "422.308"


def _once(claim: Standing, event: Event) -> bool:
    """It has not happened to the same target yet."""
    return not claim.has(event.kind, target=event.target)


def _unless_last(*kinds: str) -> Callable[[Standing, Event], bool]:
    """The last of these kinds to happen to the same target is another."""
    return lambda claim, event: _last_kind(claim, event, *kinds) != event.kind


def _new_name(claim: Standing, event: Event) -> bool:
    return event.target not in {one.code for one in claim.fathers}


def _state_known(claim: Standing, event: Event) -> bool:
    return bool(claim.father(event.target).member_state)


def _no_consent_yet(claim: Standing, event: Event) -> bool:
    return not claim.consents(event.target)


def _not_named_yet(claim: Standing, event: Event) -> bool:
    return not claim.may_be_named(event.target, last(event.happened))


def _last_agreed(claim: Standing, event: Event) -> bool:
    return _last_kind(claim, event, "naming_agreed", "naming_withdrawn") == "naming_agreed"


def _claimant_decides(claim: Standing, event: Event) -> str:
    """From majority on nobody but the child."""
    return "422.309" if claim.claimant != CHILD and claim.grown(last(event.happened)) else ""


def _asked_court(claim: Standing, event: Event) -> bool:
    return _last_kind(claim, event, *RECOGNITION) == "recognition_filed"


def _may_file(claim: Standing, event: Event) -> bool:
    return _last_kind(claim, event, *RECOGNITION) in ("", "recognition_refused")


def _stands_in_the_way(claim: Standing, event: Event) -> bool:
    said = event.said("reason")
    return any(one.target == event.target and said in ("", one.said("reason")) for one in claim.hurdles)


def _other_adult(claim: Standing, event: Event) -> bool:
    """Mother and guardian can take each other's place, as long as the child is one."""
    adult = event.target in (MOTHER, GUARDIAN) and event.target != claim.claimant
    return adult and not claim.grown(last(event.happened))


def _comes_of_age(claim: Standing, event: Event) -> bool:
    return claim.claimant != CHILD and claim.grown(last(event.happened))


def _is_there(claim: Standing, event: Event) -> bool:
    return any(one.id == event.target for one in claim.events)


_BEGUN, _OPEN, _ONCE = _if(_begun), _if(_open), _if(_once)
_WORKED = _if(lambda claim, event: _open(claim, event) and claim.has("registered"))
_ON_HIM = _all_of(_WORKED, _if(_possible))
_OF_HIS_STATE = _all_of(_ON_HIM, _if(_after("ms_notified")))
_UNDECIDED = _if(lambda claim, _: not claim.has("established"))
_DECIDED = _all_of(_WORKED, _if(_claim_after("established")))
_PAYING = _all_of(_DECIDED, _if(_claim_after("support_ordered")))


class Ask(NamedTuple):
    """A detail that a kind of event asks for, and the `codes` that can be chosen.

    `what` is code, text, words, kit, born, month, amount, currency, day or state.
    """

    name: str
    what: str
    codes: Sequence[str] = ()
    needed: bool = True


class Step(NamedTuple):
    """One kind of event. `scope` is what its target is (see `_targets`), `when` gives the number of a problem or "".

    `told` is the step of a claim (`telling.CLAIM_STEPS`) that the claimant must be told of, or empty.
    """

    scope: str
    when: When
    asks: tuple[Ask, ...] = ()
    told: str = ""


_REASON = Ask("reason", "code", REASONS)
_WHY = Ask("why", "words")
_WORDS = Ask("words", "words", needed=False)
# The note verbale, by its number, with which it went out or came.
_NOTE = Ask("note", "text", needed=False)
_FATHER_ASKS = (
    Ask("member_state", "state", needed=False),
    Ask("employer", "code", EMPLOYERS, needed=False),
    Ask("category", "code", CATEGORIES, needed=False),
)
_BEGIN_ASKS = (
    Ask("reference", "text"),
    Ask("wants", "code", WANTS, needed=False),
    Ask("born", "born", needed=False),
    # where it was said, or in which row of a list it stood
    Ask("case", "text", needed=False),
    Ask("report", "text", needed=False),
    Ask("row", "text", needed=False),
)
_COLLECT_ASKS = (
    Ask("kit", "kit"),
    Ask("collector", "text"),
    Ask("place", "text", needed=False),
    Ask("mission", "text", needed=False),
)
_ORDER_ASKS = (
    Ask("from", "month"),
    Ask("amount", "amount"),
    Ask("currency", "currency"),
    Ask("by_whom", "code", ("court", "authority", "agreement")),
)
_TOLD_ASKS = (
    Ask("how", "code", ("phone", "in_person", "lawyer")),
    Ask("who", "text"),
    Ask("language", "text"),
    Ask("telling", "text", needed=False),
)
_LAB_ASKS = (Ask("laboratory", "text"), Ask("seal_whole", "code", ("yes", "no")))
_SPOILED_ASKS = (Ask("reason", "code", ("sample_spoiled", "chain_of_custody_gap")), _WORDS)
_WHERE = Ask("where", "code", ("court", "registry"))
_TO_LAB = _all_of(_WORKED, _if(_kit("sample_sealed", "sample_handed_over")), _kit_agreed)

LAW: Mapping[str, Step] = {
    # how it begins: the target is the claimant
    "wished": Step("claimant", _if(lambda claim, event: not _begun(claim, event)), _BEGIN_ASKS),
    "registered": Step("claim", _all_of(_OPEN, _ONCE), (_WORDS,), told="received"),
    "child_known": Step("claim", _BEGUN, (Ask("born", "born"),)),
    "owned": Step("staff", _BEGUN),
    # between offices (`domain.forwarding`): the target is the other office, by its name
    "came_from": Step("staff", _BEGUN),
    "forwarded": Step("staff", _BEGUN),
    "came_back": Step("staff", _if(lambda claim, _: bool(claim.stands_with))),
    # who may be the father
    "father_named": Step("new father", _all_of(_OPEN, _if(_new_name)), _FATHER_ASKS),
    "father_changed": Step("father", _all_of(_OPEN, _if(_possible)), _FATHER_ASKS),
    "father_set_aside": Step("father", _all_of(_OPEN, _if(_possible), _if(_before("established"))), (_WHY,)),
    # her name to his State: the claimant's written word about that one, taken back at any time
    "naming_agreed": Step(
        "father",
        _all_of(_OPEN, _if(_possible), _if(_state_known, "422.310"), _if(_not_named_yet), _claimant_decides),
        (Ask("how", "code", WRITTEN),),
    ),
    "naming_withdrawn": Step("father", _all_of(_BEGUN, _if(_last_agreed))),
    # his State
    "ms_notified": Step("father", _all_of(_ON_HIM, _if(_state_known, "422.310")), (_NOTE,), told="sent"),
    "ms_reminded": Step("father", _OF_HIS_STATE, (_NOTE,)),
    "ms_acknowledged": Step("father", _all_of(_OF_HIS_STATE, _ONCE), (_NOTE,), told="answered"),
    "ms_replied": Step(
        "father", _OF_HIS_STATE, (Ask("complete", "code", ("yes", "no")), _NOTE, _WORDS), told="answered"
    ),
    "focal_point_named": Step("father", _OF_HIS_STATE, told="answered"),
    "father_located": Step("father", _all_of(_ON_HIM, _if(_unless_last(*FOUND))), told="answered"),
    "father_unidentified": Step("father", _all_of(_ON_HIM, _if(_unless_last(*FOUND))), (_WORDS,), told="answered"),
    "admitted": Step("father", _all_of(_ON_HIM, _ONCE), told="answered"),
    # the test: consents, kits and who had them, never a profile
    "dna_needed": Step("claim", _all_of(_WORKED, _UNDECIDED, _ONCE), told="sample"),
    "consented": Step(
        "person",
        _all_of(_OPEN, _if(_person), _if(_no_consent_yet), _guardian_counts),
        (Ask("how", "code", WRITTEN),),
    ),
    "consent_withdrawn": Step("person", _all_of(_BEGUN, _if(lambda claim, event: claim.consents(event.target)))),
    "dna_father_requested": Step("father", _all_of(_ON_HIM, _if(_needed)), (_NOTE,)),
    "dna_father_refused": Step(
        "father", _all_of(_ON_HIM, _if(_needed), _if(_after("dna_father_requested"))), (_WORDS,), told="answered"
    ),
    "dna_law_excludes": Step("father", _all_of(_ON_HIM, _if(_needed)), (_WORDS,), told="answered"),
    "sample_collected": Step("sample", _all_of(_WORKED, _if(_needed), _agreed, _kit_free), _COLLECT_ASKS),
    "sample_sealed": Step(
        "kit", _all_of(_WORKED, _if(_kit("sample_collected"))), (Ask("seal", "text"), Ask("who", "text"))
    ),
    "sample_handed_over": Step("kit", _TO_LAB, (Ask("who", "text"), Ask("to", "text"))),
    "sample_at_lab": Step("kit", _TO_LAB, _LAB_ASKS),
    "sample_spoiled": Step("kit", _all_of(_OPEN, _if(_kit(*CUSTODY[:4]))), _SPOILED_ASKS, told="sample"),
    "sample_destroyed": Step("kit", _if(_kit(*CUSTODY[:5])), (Ask("who", "text"),)),
    "dna_result_in": Step(
        "father",
        _all_of(_ON_HIM, _if(_before("established")), _result),
        (Ask("laboratory", "text"), Ask("document", "text", needed=False)),
        told="result",
    ),
    # what follows from it
    "established": Step(
        "father", _all_of(_ON_HIM, _UNDECIDED, _basis), (Ask("basis", "code", tuple(BASES)),), told="decided"
    ),
    "father_excluded": Step(
        "father", _all_of(_ON_HIM, _if(_before("established")), _if(_after("dna_result_in"))), told="decided"
    ),
    "recognition_filed": Step("country", _all_of(_DECIDED, _if(_may_file)), (_WHERE,), told="decided"),
    "recognition_refused": Step("country", _all_of(_DECIDED, _if(_asked_court)), (_REASON, _WORDS), told="decided"),
    "recognised": Step("country", _all_of(_DECIDED, _if(_asked_court)), (_WHERE,), told="decided"),
    "support_ordered": Step("claim", _DECIDED, _ORDER_ASKS, told="decided"),
    "support_paid": Step("claim", _all_of(_PAYING, _month_ordered), (Ask("month", "month"), Ask("amount", "amount"))),
    "support_ended": Step("claim", _PAYING, (Ask("from", "month"), _WORDS), told="decided"),
    # around it
    "hurdle": Step("any", _OPEN, (_REASON, _WORDS)),
    "hurdle_gone": Step("any", _all_of(_BEGUN, _if(_stands_in_the_way)), (_REASON,)),
    "limit_set": Step("father", _all_of(_OPEN, _if(_possible)), (Ask("day", "day"), Ask("source", "text"))),
    "lawyer_named": Step("claim", _all_of(_BEGUN, _if(lambda claim, _: not claim.lawyer))),
    "lawyer_gone": Step("claim", _if(lambda claim, _: claim.lawyer)),
    "counting_agreed": Step("claim", _all_of(_BEGUN, _if(_unless_last(*COUNTING)))),
    "counting_refused": Step("claim", _all_of(_BEGUN, _if(_unless_last(*COUNTING)))),
    "claimant_changed": Step("claimant", _all_of(_OPEN, _if(_other_adult)), (_WHY,)),
    "child_became_claimant": Step("claim", _all_of(_OPEN, _if(_comes_of_age))),
    # telling, ending, undoing
    "claimant_told": Step("event", _all_of(_if(_to_tell), _through), _TOLD_ASKS),
    "telling_waived": Step("event", _if(_to_tell), (_WHY,)),
    "withdrawn": Step("claimant", _all_of(_OPEN, _decides), (_WORDS,), told="closed"),
    "not_established": Step("claim", _all_of(_WORKED, _UNDECIDED), (_REASON, _WORDS), told="closed"),
    "closed": Step("claim", _OPEN, (_REASON, _WORDS), told="closed"),
    "reopened": Step("claim", _if(lambda claim, _: bool(claim.ended)), (_WHY,), told="received"),
    "undone": Step("event", _if(_is_there), (_WHY,)),
}
RANK = {kind: rank for rank, kind in enumerate(LAW)}


# one event: is it well made, and does it fit ------------------------------------------------------------------------


def check(claim: Standing, event: Event) -> None:
    """Raises the Problem that keeps an event from taking effect where the claim stands."""
    step = LAW.get(event.kind)
    if step is None or not _fits_scope(claim, step.scope, event.target):
        raise Problem(NOT_NOW)
    for ask in step.asks:
        _check_detail(ask, event)
    code = step.when(claim, event)
    if code:
        raise Problem(code)


def _check_detail(ask: Ask, event: Event) -> None:
    """Raises Problem 422.20, 422.40, 422.44, 422.45, 422.48 with the field."""
    text = event.said(ask.name).strip()
    if not text:
        if ask.needed:
            raise Problem("422.20" if ask.name == "why" else "422.40", field=ask.name)
        return
    if len(text) > (LONGEST_WORDS if ask.what == "words" else LONGEST_TEXT):
        raise Problem("422.44", field=ask.name)
    if ask.name == "why" and len(text) < REASON_LENGTH:
        raise Problem("422.20", field=ask.name)
    if ask.what == "code" and text not in ask.codes:
        raise Problem("422.48", field=ask.name)
    pattern = _PATTERNS.get(ask.what)
    if pattern and not pattern.fullmatch(text):
        raise Problem("422.41", field=ask.name)
    if ask.what == "day":
        try:
            date.fromisoformat(text)
        except ValueError:
            raise Problem("422.45", field=ask.name) from None


_PATTERNS = {"born": _BORN, "month": _MONTH, "amount": _AMOUNT, "currency": _CURRENCY, "state": _COUNTRY, "kit": _KIT}


def _fathers(claim: Standing) -> tuple[str, ...]:
    return tuple(one.code for one in claim.fathers)


_TARGETS: Mapping[str, Callable[[Standing], tuple[str, ...]]] = {
    "claim": lambda _: ("",),
    "father": _fathers,
    "new father": lambda claim: (claim.next_father,),
    "person": lambda claim: (MOTHER, CHILD, GUARDIAN, *_fathers(claim)),
    "sample": lambda claim: (MOTHER, CHILD, *_fathers(claim)),
    "kit": lambda claim: tuple(one.kit for one in claim.samples),
    "country": lambda _: COUNTRIES,
    "claimant": lambda _: CLAIMANTS,
    "any": lambda claim: ("", *_fathers(claim)),
}


def _targets(claim: Standing, scope: str) -> tuple[str, ...]:
    """What an event of a scope can be about."""
    return _TARGETS[scope](claim) if scope in _TARGETS else ()


def _fits_scope(claim: Standing, scope: str, target: str) -> bool:
    if scope == "new father":
        return bool(FATHER.fullmatch(target))
    return scope in ("event", "staff") or target in _targets(claim, scope)


def _last_kind(claim: Standing, event: Event, *kinds: str) -> str:
    """The kind of the last of these that happened to the same target."""
    return kind_of(claim.last(*kinds, target=event.target))


def untold(claim: Standing) -> tuple[Event, ...]:
    """What the claimant was not told of yet, the oldest first."""
    told = {event.target for event in claim.fitting if event.kind in ("claimant_told", "telling_waived")}
    return tuple(event for event in claim.fitting if LAW[event.kind].told and event.id not in told)


def offers(claim: Standing, today: str) -> tuple[tuple[str, str], ...]:
    """What may lawfully happen today: kinds with their targets; undoing and telling name an event and are apart."""
    found = []
    for kind, step in LAW.items():
        for target in _targets(claim, step.scope):
            event = Event("", kind, today, today, "", "", target)
            if not step.when(claim, event):
                found.append((kind, target))
    return tuple(found)
