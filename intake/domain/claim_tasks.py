"""What is next in a claim, and until when: worked out from what it is, so that nothing has to be remembered."""

from collections.abc import Callable
from dataclasses import dataclass

from intake.domain.claim import Claim
from intake.domain.claim_standing import CHILD, COUNTRIES, MOTHER, Policy
from intake.domain.forwarding import task_of_another
from intake.domain.partial import days_after, month_after, years_after


@dataclass(frozen=True)
class Task:
    """Something to do next: `code` one of the sentences of the page, about `target`, by the day `due` or empty.

    `kind` is that of the event to tell of.
    """

    code: str
    target: str = ""
    due: str = ""
    kind: str = ""


def tasks(claim: Claim, today: str, policy: Policy) -> tuple[Task, ...]:
    """What is next, what falls due first before what has no day; of one day, to tell a result comes first.

    A result that is known and not told has done harm before.
    """
    if not claim.has("wished"):
        return ()
    found = [task for rule in TASKS for task in rule(claim, today, policy) if not task_of_another(claim, task.code)]
    return tuple(
        sorted(found, key=lambda task: (task.due or "9999", task.kind != "dna_result_in", task.code, task.target))
    )


def due(claim: Claim, today: str, policy: Policy) -> str:
    """The day on which the first of the tasks is due, or empty."""
    return next((task.due for task in tasks(claim, today, policy) if task.due), "")


def _tell(claim: Claim, _: str, policy: Policy) -> list[Task]:
    return [Task("tell", event.id, days_after(event.known, policy.tell_days), event.kind) for event in claim.untold()]


def _begin(claim: Claim, _: str, __: Policy) -> list[Task]:
    if claim.ended or not claim.has("wished"):
        return []
    if not claim.has("registered"):
        return [Task("register")]
    if not claim.possible:
        return [Task("name_father")]
    if claim.has("established"):
        return []
    return [
        Task("notify" if claim.father(code).member_state else "find_state", code)
        for code in claim.possible
        if not claim.has("ms_notified", target=code)
    ]


def _test(claim: Claim, today: str, _: Policy) -> list[Task]:
    """From the need for a test to its result."""
    if claim.ended or not claim.has("dna_needed") or claim.has("established", "dna_result_in", "admitted"):
        return []
    found = []
    for whose in (MOTHER, CHILD, *claim.possible):
        sample = claim.usable(whose)
        if sample is None and claim.asked_for_sample(whose) not in ("dna_law_excludes", "dna_father_refused"):
            found.append(Task("collect" if claim.may_test(whose, today) else "ask_consent", whose))
        elif sample is not None and not sample.at_lab:
            found.append(Task("seal" if sample.stage == "sample_collected" else "bring_to_laboratory", sample.kit))
    return found or [Task("get_result", code) for code in claim.possible if claim.usable(code)]


def _destroy(claim: Claim, today: str, _: Policy) -> list[Task]:
    """What somebody no longer agrees to, and what a claim that she withdrew no longer needs."""
    return [
        Task("destroy", one.kit, today)
        for one in claim.samples
        if one.usable
        and (claim.ended == "withdrawn" or claim.has("consent_withdrawn", target=one.whose))
        and not (claim.may_test(one.whose, today) and not claim.ended)
    ]


def _decide(claim: Claim, _: str, __: Policy) -> list[Task]:
    if claim.ended:
        return []
    if claim.has("established"):
        done = {event.target for event in claim.all("recognition_filed")}
        return [Task("file_recognition", country) for country in COUNTRIES if country not in done]
    return [Task("decide", code) for code in claim.possible if claim.has("dna_result_in", "admitted", target=code)]


def _grow(claim: Claim, _: str, __: Policy) -> list[Task]:
    """The child comes of age: it becomes the claimant, and consents anew."""
    first, _last_day = claim.majority
    return [Task("ask_child", CHILD, first)] if first and not claim.ended and claim.claimant != CHILD else []


def _limits(claim: Claim, _: str, policy: Policy) -> list[Task]:
    """Until when a court can be asked: what is known of the law, else what the office assumes."""
    if claim.ended or claim.has("recognition_filed"):
        return []
    known = [
        Task("limit", code, event.said("day"))
        for code in claim.possible
        if (event := claim.last("limit_set", target=code))
    ]
    if known or not (policy.limitation_years and claim.born):
        return known
    return [Task("limit", "", years_after(claim.majority[0], policy.limitation_years))]


def _pay(claim: Claim, today: str, _: Policy) -> list[Task]:
    """The first month that is not paid in full is asked after as soon as it is over."""
    if claim.ended:
        return []
    months = claim.months(f"{month_after(today[:7])}-01")
    return [Task("ask_payment", one.month, f"{month_after(one.month)}-01") for one in months if one.missing][:1]


def _fit(claim: Claim, today: str, _: Policy) -> list[Task]:
    return [Task("mend", event.id, today) for event, _code in claim.unfitting]


TASKS: tuple[Callable[[Claim, str, Policy], list[Task]], ...] = (
    _tell,
    _begin,
    _test,
    _destroy,
    _decide,
    _grow,
    _limits,
    _pay,
    _fit,
)
