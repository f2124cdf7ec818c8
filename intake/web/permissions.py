"""Who may do what in the office: one table, and the default is no.

Each view declares its act with `@needs(Act.…)`. A view that declares none answers 403 to everybody, and a test reads
the map of addresses and finds it. Roles are what the program keeps; what a person can *open* is decided by the
keychains they hold, whatever this table says.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from intake.domain.problems import Problem
from intake.services.staff import ROLES


class Act(StrEnum):
    """What can be done at a page of the office."""

    SIGN_IN = "sign in"
    WATCH = "see whether the office answers"
    OWN_ACCOUNT = "see and end one's own sessions"
    LIST_ARRIVALS = "see what has arrived"
    OPEN_REPORT = "open a report"
    OPEN_IDENTITY = "open names and contacts"
    ENTER = "enter calls, letters and visits by hand"
    DECIDE = "take, hand over and decide about a report"
    TRANSLATE = "translate what colleagues cannot read"
    SEE_LINKS = "see what else a report may belong to"
    SEE_HISTORY = "see who opened a report"
    SEE_CASES = "see cases"
    WORK_CASES = "work on cases"
    ANSWER_BACK = "write to the phones of officers, and see what came back"
    FIND = "find reports and cases"
    SEE_OVERVIEW = "see what arrived, waits and was asked, in numbers"
    EXPORT = "take out lists without names"
    SEE_DUE = "see what is due"
    SEE_DUTY = "see who is on duty and who was called"
    CHANGE_DUTY = "change the rota and its addresses"
    SEE_HELP = "see help, consents, notes and providers"
    WORK_HELP = "help, record consents and change providers"
    SEE_CLAIMS = "see claims about a child's father"
    WORK_CLAIMS = "work on claims, their samples and their lists"
    FORWARD_CLAIMS = "forward claims to another office, and accept those that came"
    OPEN_CLAIM_NAMES = "open names and results of claims"
    SEE_PROGRAMMES = "see programmes and school terms"
    WORK_PROGRAMMES = "change programmes and school terms"
    SEE_GENDER = "see counts of women and men"
    COUNT_PEOPLE = "count women and men among officers and staff"
    SEE_PHONES = "see phones and their counts"
    MANAGE_PHONES = "invite, confirm and withdraw phones"
    SEE_PEOPLE = "see who works here"
    MANAGE_PEOPLE = "propose accounts, change roles, close accounts"
    RESTORE_PERSON = "let a colleague join again who forgot the passphrase"
    SEE_KEYS = "see who holds which keys"
    ADMIT = "open a keychain to a colleague"
    ROTATE_KEYS = "make new keys"
    JOIN = "join with a code"
    KEEP_TYPED = "keep what was being typed when a session ends"
    SEE_AUDIT = "read the audit chain"
    SEE_OFFER = "see what phones are told"
    EDIT_OFFER = "change what phones will be told"
    SIGN_WORDS = "sign words as a native reader"
    PUBLISH = "publish to phones"
    SEE_STATES = "see Member States and what they owe"
    WORK_STATES = "write to Member States and record what they do"
    SEE_SCORECARDS = "see scorecards of Member States"
    MAKE_SCORECARDS = "make and share scorecards, and change their method"
    SEE_RELEASES = "see releases of figures before they are public"
    PREPARE_RELEASES = "prepare a release of figures"
    DECIDE_RELEASES = "approve, put aside and withdraw a release of figures"
    OPEN_LETTERS = "open letters to Member States and who their focal points are"


ANYBODY = frozenset({"anybody"})
EVERYBODY = frozenset(ROLES)
# Administrators hold no keys. Who among the others does hold one, the keychain itself says.
HOLDERS = EVERYBODY - {"administrator"}

# fmt: off
RIGHTS: Mapping[Act, frozenset[str]] = {
    Act.SIGN_IN:        ANYBODY,
    Act.WATCH:          ANYBODY,
    Act.JOIN:           ANYBODY,
    Act.KEEP_TYPED:     ANYBODY,
    Act.OWN_ACCOUNT:    EVERYBODY,
    Act.LIST_ARRIVALS:  frozenset({"reviewer", "case_worker", "rights_officer"}),
    Act.OPEN_REPORT:    frozenset({"reviewer", "case_worker", "rights_officer"}),
    Act.OPEN_IDENTITY:  frozenset({"reviewer", "case_worker", "rights_officer"}),
    Act.ENTER:          frozenset({"reviewer", "case_worker", "rights_officer"}),
    Act.DECIDE:         frozenset({"reviewer", "rights_officer"}),
    Act.TRANSLATE:      frozenset({"reviewer", "case_worker", "rights_officer"}),
    Act.SEE_LINKS:      frozenset({"reviewer", "case_worker", "rights_officer"}),
    Act.SEE_HISTORY:    frozenset({"reviewer", "rights_officer", "auditor"}),
    Act.SEE_CASES:      frozenset({"reviewer", "case_worker", "rights_officer", "claims_officer"}),
    Act.WORK_CASES:     frozenset({"reviewer", "case_worker", "rights_officer"}),
    # Whoever has to tell a claimant of each step writes to the officer's phone too.
    Act.ANSWER_BACK:    frozenset({"reviewer", "case_worker", "rights_officer", "claims_officer"}),
    Act.SEE_HELP:       frozenset({"reviewer", "case_worker", "rights_officer"}),
    Act.WORK_HELP:      frozenset({"case_worker", "rights_officer"}),
    Act.SEE_CLAIMS:     frozenset({"reviewer", "case_worker", "rights_officer", "claims_officer"}),
    Act.WORK_CLAIMS:    frozenset({"rights_officer", "claims_officer"}),
    Act.FORWARD_CLAIMS: frozenset({"rights_officer", "claims_officer"}),
    Act.OPEN_CLAIM_NAMES: frozenset({"rights_officer", "claims_officer"}),
    Act.SEE_GENDER:     frozenset({"coordinator", "rights_officer", "analyst"}),
    Act.COUNT_PEOPLE:   frozenset({"coordinator"}),
    Act.SEE_PROGRAMMES: frozenset({"reviewer", "case_worker", "rights_officer", "claims_officer", "analyst"}),
    Act.WORK_PROGRAMMES: frozenset({"case_worker", "rights_officer"}),
    Act.FIND:           frozenset({"reviewer", "case_worker", "rights_officer", "claims_officer"}),
    # Who leads: the field, help, or figures. Lists of single cases are not for whoever has no business with content.
    Act.SEE_OVERVIEW:   frozenset({"coordinator", "rights_officer", "analyst"}),
    Act.EXPORT:         frozenset({"rights_officer", "analyst"}),
    Act.SEE_DUE:        frozenset({"coordinator", "reviewer", "case_worker", "rights_officer", "claims_officer"}),
    Act.SEE_DUTY:       frozenset({"coordinator", "reviewer", "case_worker", "rights_officer"}),
    Act.CHANGE_DUTY:    frozenset({"coordinator"}),
    Act.SEE_PHONES:     frozenset({"coordinator"}),
    Act.MANAGE_PHONES:  frozenset({"coordinator"}),
    Act.SEE_PEOPLE:     EVERYBODY,
    Act.MANAGE_PEOPLE:  frozenset({"administrator"}),
    Act.RESTORE_PERSON: EVERYBODY,
    Act.SEE_KEYS:       HOLDERS,
    Act.ADMIT:          HOLDERS,
    Act.ROTATE_KEYS:    HOLDERS,
    Act.SEE_AUDIT:      frozenset({"auditor"}),
    Act.SEE_OFFER:      HOLDERS,
    Act.EDIT_OFFER:     frozenset({"coordinator", "case_worker", "rights_officer"}),
    Act.SIGN_WORDS:     frozenset({"coordinator", "case_worker", "rights_officer", "reviewer"}),
    # Whoever holds *sign*: the key decides, not the role.
    Act.PUBLISH:        HOLDERS,
    Act.SEE_STATES:     frozenset({"rights_officer", "claims_officer"}),
    Act.WORK_STATES:    frozenset({"rights_officer", "claims_officer"}),
    Act.SEE_SCORECARDS: frozenset({"rights_officer", "claims_officer", "analyst"}),
    Act.MAKE_SCORECARDS: frozenset({"rights_officer", "claims_officer"}),
    Act.SEE_RELEASES:   frozenset({"coordinator", "reviewer", "rights_officer", "analyst"}),
    Act.PREPARE_RELEASES: frozenset({"rights_officer", "analyst"}),
    # Approving and withdrawing need *sign* besides; whoever prepared one may put it aside.
    Act.DECIDE_RELEASES: frozenset({"coordinator", "reviewer", "rights_officer", "analyst"}),
    Act.OPEN_LETTERS:   frozenset({"rights_officer", "claims_officer"}),
}
# fmt: on

_DECLARED = "intake_act"

View = TypeVar("View", bound=Callable[..., object])


def needs(act: Act) -> Callable[[View], View]:
    """Declare what a view does. The check itself happens before any view is called."""

    def declare(view: View) -> View:
        vars(view)[_DECLARED] = act
        return view

    return declare


def declared(view: Callable[..., object]) -> Act | None:
    """The act a view declared."""
    return getattr(view, _DECLARED, None)


def open_to_all(act: Act | None) -> bool:
    """Whether the act needs nobody to be signed in."""
    return act is not None and RIGHTS[act] is ANYBODY


def may(roles: frozenset[str], act: Act) -> bool:
    """Whether somebody with these roles may do this."""
    return RIGHTS[act] is ANYBODY or not roles.isdisjoint(RIGHTS[act])


def check(roles: frozenset[str], act: Act | None) -> None:
    """Raises Problem 403.10 unless these roles may do this; what was not declared nobody may."""
    if act is None or not may(roles, act):
        raise Problem("403.10")
