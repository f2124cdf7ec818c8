"""What the office decides about claims: one sealed record with every version. A new one dates every claim anew.

Few claims at once, many in portions: see `services/dating.py`.
"""

from datetime import datetime

from intake.domain import claim_policy as rules
from intake.domain.claim import KIND as CLAIM
from intake.domain.claim_policy import Decided
from intake.domain.claim_standing import Policy
from intake.domain.problems import Problem
from intake.services import audit, claims, dating, records, times
from intake.services.desk import Desk
from intake.store import Session


def versions(session: Session, *, desk: Desk) -> list[Decided]:
    """Every version, the one that came with the program first, the one in force last. Raises Problem 403.21."""
    return claims.policies(session, desk=desk)


def change(session: Session, *, desk: Desk, policy: Policy, why: str, number: int, now: datetime) -> Decided:
    """A new version, made from version `number`; what is due in each claim is worked out anew.

    Whoever calls this has let the person show who they are. Raises Problem 409.9 (there is another version meanwhile),
    422.20, and what `domain.claim_policy.changes` asks for.
    """
    before = versions(session, desk=desk)
    if before[-1].number != number:
        raise Problem("409.9")
    changed = rules.changes(before[-1].policy, policy)
    made = Decided(number + 1, policy, desk.staff.name, times.text(now), why.strip())
    rules.check_decided(made)
    content = {"versions": [rules.to_json(one) for one in (*before[1:], made)]}
    records.put(session, desk=desk, kind=claims.POLICY, id=desk.office, content=content, seen=number, now=now)
    details = {"version": made.number, "changed": list(changed), "why": made.why}
    audit.write(session, desk=desk, act="changed_the_claim_policy", about="", details=details, now=now)
    dating.begin(session, desk=desk, kinds=(CLAIM,), now=now)
    dating.go_on(session, desk=desk, how={CLAIM: claims.date_anew}, now=now)
    return made
