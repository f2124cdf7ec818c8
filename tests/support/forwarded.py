"""Two offices that name each other, and a claim on its way between them: each act in a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from intake.domain.claim import Claim
from intake.domain.claim_standing import MOTHER
from intake.domain.forwarding import KIND, Forwarding
from intake.services import claims, elsewhere, forwarding
from intake.services.find import Finder, Query
from intake.services.forwarding import Line
from intake.services.setup import Applicant
from tests.support.claimed import Claimed, new
from tests.support.staffed import StaffedOffice

# `nadia` works on claims there and holds no key to names; `omar` does.
CENTRAL = (
    Applicant("nadia", ("claims_officer",), ("work", "sign")),
    Applicant("omar", ("rights_officer", "auditor", "reviewer"), ("work", "identity", "sign")),
)
NAME = "Central"
REGISTERED = (new("registered"), new("father_named", "F1", member_state="FR"))
AGREED = {"how": "spoken", "on": "2026-11-22", "spoke": "amina"}
PEOPLE = {MOTHER: {"name": "Zainab Canary"}, "F1": {"name": "Sergeant Roe"}}


@dataclass
class Between:
    """The office that knows her, and central; what the one or the other does, and what it takes in before."""

    office: StaffedOffice
    central: StaffedOffice

    @classmethod
    def make(cls, office: StaffedOffice) -> "Between":
        central = StaffedOffice.make(office.store, office.clock, name=NAME, people=CENTRAL)
        made = cls(office, central)
        for at, who, other in ((office, "amina", central), (central, "omar", office)):
            made.do(at, who, elsewhere.add, inbound=True, office=other.made.office, words=" ".join(other.made.words))
        return made

    def do(self, at: StaffedOffice, who: str, what: Callable[..., Any], *, inbound: bool = False, **asked: Any) -> Any:
        """As somebody with all their keys."""
        held = at.people[who].name
        chains = ("work", "identity", "sign") if held in ("amina", "omar", "hanna") else ("work",)
        with at.store.inbound() as public, at.store.office() as session:
            given = (session, public) if inbound else (session,)
            done = what(*given, desk=at.desk(session, who, *chains), now=at.clock.now, **asked)
        at.clock.move(minutes=1)
        return done

    def look(self, at: StaffedOffice, who: str, what: Callable[..., Any], **asked: Any) -> Any:
        with at.store.office(reading=True) as session:
            return what(session, desk=at.desk(session, who), **asked)

    def lines(self, at: StaffedOffice, who: str) -> list[Line]:
        """Every claim between offices that the index of this office finds for somebody, in no group apart."""
        with TemporaryDirectory() as folder, at.store.office(reading=True) as session:
            desk, finder = at.desk(session, who), Finder(at.store, Path(folder))
            assert finder.wait(desk) is None
            found = finder.find(desk, Query(who, kind=KIND), limit=50)
            return forwarding.lines(session, desk=desk, claims=[one.id for one in found])

    def begin(self, **wished: str) -> Claimed:
        """A registered claim with names."""
        made = Claimed.begin(self.office, **wished)
        made.act(*REGISTERED)
        made.do(claims.name, chains=("work", "identity"), claim=made.claim.id, given=PEOPLE)
        return made

    def forward(self, made: Claimed, **changed: Any) -> Forwarding:
        asked = {"claim": made.claim.id, "version": made.claim.version, "to": self.central.made.office, **AGREED}
        done: Forwarding = self.do(self.office, "amina", forwarding.forward, inbound=True, **{**asked, **changed})
        return done

    def pull(self, at: StaffedOffice, who: str) -> None:
        self.do(at, who, forwarding.pull, inbound=True)

    def exchange(self) -> None:
        """Each takes in what the other told."""
        self.pull(self.central, "nadia")
        self.pull(self.office, "amina")

    def accepted(self, **wished: str) -> Claimed:
        """A claim that central has accepted, known to both."""
        made = self.begin(**wished)
        self.forward(made)
        self.pull(self.central, "nadia")
        self.do(self.central, "nadia", forwarding.accept, claim=made.claim.id)
        self.exchange()
        made.claim = self.here(made)
        return made

    def came(self) -> str:
        """A claim that central forwards to the office, the other way round."""
        made = self.do(self.central, "omar", claims.begin, claimant=MOTHER, wished={"born": "2020"})
        made = self.do(self.central, "omar", claims.act, claim=made.id, version=1, events=REGISTERED)
        asked = {"claim": made.id, "version": made.version, "to": self.office.made.office, **AGREED}
        self.do(self.central, "omar", forwarding.forward, inbound=True, **asked)
        return str(made.id)

    def here(self, made: Claimed) -> Claim:
        found: Claim = self.look(self.office, "amina", claims.find, claim=made.claim.id)
        return found

    def there(self, made: Claimed) -> Claim:
        found: Claim = self.look(self.central, "nadia", claims.find, claim=made.claim.id)
        return found

    def at_central(self, made: Claimed, *events: Any, who: str = "nadia") -> Claim:
        asked = {"claim": made.claim.id, "version": self.there(made).version, "events": events}
        done: Claim = self.do(self.central, who, claims.act, **asked)
        return done

    def at_office(self, made: Claimed, *events: Any) -> Claim:
        asked = {"claim": made.claim.id, "version": self.here(made).version, "events": events}
        made.claim = self.do(self.office, "amina", claims.act, **asked)
        return made.claim
