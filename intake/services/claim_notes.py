"""What notes verbales do to claims: sending one notifies a State, an answer about twelve claims is known to all twelve.

What a note brings is kept on the claim whether or not it fits there (`claims.brought`): an answer that came is never
dropped. Where the claim knows of a step already, nothing is written twice.
"""

from collections.abc import Mapping
from datetime import datetime

from intake.domain.claim import Claim
from intake.domain.verbale import Step, Verbale
from intake.services import claims
from intake.services.claims import New
from intake.services.desk import Desk
from intake.store import Session

# What an answer (`domain.verbale.ANSWERS`) says beyond having come: a kind of event and its details.
_SAYS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "focal_point_named": ("focal_point_named", {}),
    "father_located": ("father_located", {}),
    "father_unidentified": ("father_unidentified", {}),
    "father_left_service": ("hurdle", {"reason": "father_left_service"}),
    "father_refuses_sample": ("dna_father_refused", {}),
    "law_excludes_dna": ("dna_law_excludes", {}),
    "court_required": ("hurdle", {"reason": "court_required"}),
}


def carry(session: Session, *, desk: Desk, note: Verbale, item: str, now: datetime) -> None:
    """The newest step of a note to one of the claims it is about; `item` is the id of its matter.

    Raises Problem 404.9, 403.12.
    """
    id, _, man = item.rpartition(":")
    claim = claims.find(session, desk=desk, claim=id)
    events = _events(claim, man, note, note.steps[-1])
    if events:
        claims.brought(session, desk=desk, claim=id, events=events, now=now)


def _events(claim: Claim, man: str, note: Verbale, step: Step) -> list[New]:
    days = {"happened": step.on.isoformat(), "known": step.known.isoformat()}
    by_note = {"note": note.number}
    notified = claim.has("ms_notified", target=man)
    if step.kind == "sent":
        first = [] if notified else [New("ms_notified", man, by_note, **days)]
        if note.subject == "dna_asked":
            return [*first, New("dna_father_requested", man, by_note, **days)]
        return first or [New("ms_reminded", man, by_note, **days)]
    if step.kind == "reminded":
        return [New("ms_reminded", man, by_note, **days)]
    if step.kind == "acknowledged":
        known = claim.has("ms_acknowledged", target=man)
        return [] if known else [New("ms_acknowledged", man, by_note, **days)]
    if step.kind == "answered":
        answer = step.details["answer"]
        came = New("ms_replied", man, {"complete": "yes" if answer != "other" else "no", **by_note}, **days)
        kind, details = _SAYS.get(answer, ("", {}))
        return [came, New(kind, man, details, **days)] if kind else [came]
    return []
