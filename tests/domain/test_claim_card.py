"""What lists show of a claim: as it is kept, it is what the claim says on every day on which it claims to stand."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from intake.domain.claim import Claim
from intake.domain.claim_card import Card, from_json, to_json
from intake.domain.claim_standing import Event, Policy
from tests.domain.test_claim import stories

MADE = date(2026, 6, 2)


@given(stories(), some.integers(0, 800), some.sampled_from(["", "2008-07", "2009", "2019"]))
@settings(max_examples=100)
def test_a_card_looks_so_until_the_day_it_names(story: list[Event], after: int, born: str) -> None:
    story = [replace(one, details={**one.details, "born": born}) if one.id == "w" and born else one for one in story]
    claim, day = Claim.of("c", 1, story), (MADE + timedelta(days=after)).isoformat()
    card, then = Card.of(claim, MADE.isoformat(), Policy()), Card.of(claim, day, Policy())
    assert from_json(json.loads(json.dumps(to_json(card)))) == card
    assert not card.stands((MADE - timedelta(days=1)).isoformat(), 0)
    assert not card.stands(MADE.isoformat(), 1)
    if card.stands(day, 0):
        assert replace(then, made=card.made, until=card.until) == card
