"""A referral: only lawful steps, and the states that look alike kept apart. A machine takes steps at random."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from intake.domain.problems import Problem
from intake.domain.referral import (
    ENDED,
    GAPS,
    HANDED,
    LAW,
    MET,
    OPEN,
    RECALLS,
    REJECTIONS,
    STATES,
    Referral,
    from_json,
    to_json,
)

TODAY, AT = "2026-11-24", "2026-11-24T10:00:00Z"
# domain brief 3.3 and the choices that domain/referral.py argues, written down a second time.
MAY_FOLLOW = {
    "": {"offered"},
    "offered": {"declined_by_survivor", "consented", "service_unavailable", "lost_contact", "revoked"},
    "consented": {"sent", "service_unavailable", "lost_contact", "revoked"},
    "sent": {"accepted", "rejected", "service_unavailable", "lost_contact", "revoked"},
    "accepted": {"in_progress", "lost_contact", "revoked"},
    "in_progress": {"done", "lost_contact", "revoked"},
}
FULL: dict[str, dict[str, Any]] = {
    "offered": {"person": "P1", "service": "MED", "provider": "clinic"},
    "sent": {"provider": "clinic", "handed": ["need"], "follow_up": "2026-12-01"},
    "accepted": {"appointment": "2026-11-30"},
    "rejected": {"reason": "full"},
    "service_unavailable": {"reason": "none_here"},
    "in_progress": {"follow_up": "2026-12-08"},
    "followed_up": {"met": "partly", "follow_up": "2026-12-15"},
    "done": {"done_on": TODAY, "met": "yes"},
    "recalled": {"recall": "destroyed"},
}


def referral(*kinds: str) -> Referral:
    """A referral after these steps, each with all that it asks for."""
    made = Referral("r", "c", 0)
    for kind in kinds:
        made = made.then(kind, by="amina", at=AT, **FULL.get(kind, {}))
    return made


def refused(made: Referral, kind: str, **details: Any) -> tuple[str, Any]:
    """The number of the refusal, and the field it is about."""
    with pytest.raises(Problem) as caught:
        made.then(kind, by="amina", at=AT, **details)
    return caught.value.code, caught.value.params.get("field")


def test_the_states_are_those_of_the_table() -> None:
    assert set(STATES) == {state for after in MAY_FOLLOW.values() for state in after}
    assert set(OPEN) == set(MAY_FOLLOW) - {""}


def test_what_has_ended_is_never_opened_again() -> None:
    for state in ENDED:
        assert not [kind for kind, step in LAW.items() if state in step.after and kind in STATES]


def test_declining_asks_her_for_no_reason_and_is_not_a_gap() -> None:
    declined, gap = referral("offered", "declined_by_survivor"), referral("offered", "service_unavailable")
    assert (declined.state, declined.reason) == ("declined_by_survivor", "")
    assert (gap.state, gap.reason) == ("service_unavailable", "none_here")


def test_done_needs_a_day_that_has_come() -> None:
    begun = referral("offered", "consented", "sent", "accepted", "in_progress")
    assert refused(begun, "done", met="yes") == ("422.40", "done_on")
    assert refused(begun, "done", met="yes", done_on="2026-02-30") == ("422.45", "done_on")
    assert refused(begun, "done", met="yes", done_on="2026-11-25") == ("422.46", "done_on")
    assert begun.then("done", by="amina", at=AT, met="yes", done_on=TODAY).done_on == TODAY


def test_it_is_sent_to_somebody_with_something_and_asked_after() -> None:
    agreed = referral("offered", "consented")
    assert refused(agreed, "sent", **{**FULL["sent"], "provider": ""}) == ("422.40", "provider")
    assert refused(agreed, "sent", **{**FULL["sent"], "handed": []}) == ("422.40", "handed")
    assert refused(agreed, "sent", **{**FULL["sent"], "handed": ["photo"]}) == ("422.48", "handed")
    assert refused(agreed, "sent", **{**FULL["sent"], "follow_up": ""}) == ("422.40", "follow_up")


def test_reasons_are_codes() -> None:
    assert refused(referral("offered", "consented", "sent"), "rejected", reason="none_here") == ("422.48", "reason")
    assert refused(referral("offered"), "service_unavailable", reason="") == ("422.40", "reason")


def test_what_a_provider_was_told_is_recalled_once() -> None:
    untold, told = referral("offered", "revoked"), referral("offered", "consented", "sent", "revoked")
    assert (untold.to_recall, told.to_recall) == (False, True)
    assert refused(untold, "recalled", recall="destroyed") == ("422.190", None)
    recalled = told.then("recalled", by="amina", at=AT, recall="no_answer")
    assert (recalled.state, recalled.to_recall, recalled.due) == ("revoked", False, "")
    assert refused(recalled, "recalled", recall="destroyed") == ("422.190", None)


@pytest.mark.parametrize(
    ("kinds", "day"),
    [
        (["offered"], TODAY),
        (["offered", "consented", "sent"], "2026-12-01"),
        (["offered", "consented", "sent", "accepted"], "2026-11-30"),
        (["offered", "consented", "sent", "accepted", "in_progress"], "2026-12-08"),
        (["offered", "consented", "sent", "followed_up"], "2026-12-15"),
        (["offered", "consented", "sent", "revoked"], TODAY),
        (["offered", "declined_by_survivor"], ""),
    ],
)
def test_the_next_thing_to_do_has_a_day(kinds: list[str], day: str) -> None:
    assert referral(*kinds).due == day


def test_an_older_version_is_what_the_first_events_make() -> None:
    assert referral("offered", "consented", "sent").as_of(2).state == "consented"


DAYS = st.sampled_from(["", TODAY, "2026-12-01", "2026-02-30", "soon"])
DETAILS = st.fixed_dictionaries(
    {
        "person": st.sampled_from(["", "P1"]),
        "service": st.sampled_from(["", "MED", "XRAY"]),
        "provider": st.sampled_from(["", "clinic"]),
        "handed": st.lists(st.sampled_from([*HANDED, "photo"]), max_size=2),
        "appointment": DAYS,
        "follow_up": DAYS,
        "done_on": DAYS,
        "reason": st.sampled_from(["", REJECTIONS[0], GAPS[0], "because"]),
        "met": st.sampled_from(["", *MET, "perhaps"]),
        "recall": st.sampled_from(["", *RECALLS]),
    }
)


class Referrals(RuleBasedStateMachine):
    """Somebody tries any step at any time, with any details; only lawful ones happen."""

    def __init__(self) -> None:
        super().__init__()
        self.made = Referral("r", "c", 0)

    @rule(kind=st.sampled_from(tuple(LAW)), details=DETAILS)
    def try_anything(self, kind: str, details: dict[str, Any]) -> None:
        self._take(kind, details)

    @rule(kind=st.sampled_from(tuple(LAW)))
    def try_with_all_that_it_asks_for(self, kind: str) -> None:
        self._take(kind, FULL.get(kind, {}))

    @precondition(lambda self: self.made.open)
    @rule()
    def she_withdraws(self) -> None:
        self.made = self.made.then("revoked", by="amina", at=AT)
        assert self.made.state == "revoked"

    @invariant()
    def what_is_kept_leads_to_the_same_state(self) -> None:
        assert from_json("r", 0, to_json(self.made)) == self.made

    @invariant()
    def done_has_a_day_and_what_was_sent_a_provider(self) -> None:
        made = self.made
        assert (made.state == "done") == bool(made.done_on)
        assert made.state not in ("sent", "accepted", "rejected", "in_progress", "done") or (
            made.provider and made.handed
        )
        assert not made.open or made.due

    def _take(self, kind: str, details: dict[str, Any]) -> None:
        before, refusal = self.made, ""
        try:
            self.made = before.then(kind, by="amina", at=AT, **details)
        except Problem as problem:
            refusal = problem.code
        assert refusal in ("", "422.190", "422.40", "422.45", "422.46", "422.48")
        assert (refusal == "422.190") == (kind not in before.lawful)
        assert self.made.state == before.state or self.made.state in MAY_FOLLOW[before.state]


TestReferrals = Referrals.TestCase
TestReferrals.settings = settings(max_examples=60, stateful_step_count=15)


@given(st.sampled_from(tuple(MAY_FOLLOW)), st.sampled_from(STATES))
def test_a_step_is_lawful_just_where_the_table_says(state: str, kind: str) -> None:
    ways = {
        "": (),
        "offered": ("offered",),
        "consented": ("offered", "consented"),
        "sent": ("offered", "consented", "sent"),
        "accepted": ("offered", "consented", "sent", "accepted"),
        "in_progress": ("offered", "consented", "sent", "accepted", "in_progress"),
    }
    assert (kind in referral(*ways[state]).lawful) == (kind in MAY_FOLLOW[state])
