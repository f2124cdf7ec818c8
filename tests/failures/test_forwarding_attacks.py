"""Somebody who wants a claim, or wants one to say what is not so: another office, a forger, the public process."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from intake.config import Settings
from intake.domain.claim_standing import MOTHER
from intake.domain.problems import Problem
from intake.envelope import opening
from intake.envelope.format import parse
from intake.envelope.sealing import seal_envelope
from intake.envelope.signing import SigningKey
from intake.services import claims, dispatches, elsewhere, forwarding
from intake.services.desk import Desk
from intake.store.office import dispatches as table
from intake.store.office.dispatches import Row
from tests.support.claimed import Claimed, new
from tests.support.forwarded import REGISTERED, Between
from tests.support.postgres import Cluster
from tests.support.staffed import OTHER_PEOPLE, StaffedOffice

on_postgresql = pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)


@pytest.fixture
def between(staffed: StaffedOffice) -> Between:
    return Between.make(staffed)


def key_of(at: StaffedOffice, chain: str, use: str) -> Any:
    return at.made.desk.opened[chain].chain.current(use)


def sealed(at: StaffedOffice, sender: str, sign_key: SigningKey, said: dict[str, Any], id: str = "") -> Row:
    """A dispatch as anybody can make one who knows the public keys of the office it is for."""
    id = id or str(uuid4())
    envelope = seal_envelope(
        report=id,
        made="2026-11-22",
        urgent=False,
        report_json={"dispatch": 1, "from": sender, "to": at.made.office, "identity": False, **said},
        identity_json={},
        report_key=key_of(at, "work", "report").public,
        identity_key=key_of(at, "identity", "identity").public,
        sign_key=sign_key,
    )
    return Row(id, at.made.office, sender, "2026-11-22", envelope)


def said_of(claim: str, *events: dict[str, Any], kind: str = "forwarded") -> dict[str, Any]:
    step = {"id": str(uuid4()), "kind": kind, "round": 1, "by": "x", "at": "2026-11-22T12:00:00Z", "details": {}}
    return {"claim": claim, "reference": "UN-X-2026-P0001", "steps": [step], "events": list(events)}


def an_event(kind: str, target: str = "", **details: str) -> dict[str, Any]:
    days = {"happened": "2026-11-22", "known": "2026-11-22", "by": "x", "at": "2026-11-22T13:00:00Z"}
    return {"id": str(uuid4()), "kind": kind, "target": target, "details": details, **days}


def laid(between: Between, at: StaffedOffice, who: str, row: Row) -> list[str]:
    """The row stands in the table; whoever works there opens a page. Gives the numbers of what was refused."""
    with at.store.office() as session:
        table.add(session, row)
    between.pull(at, who)
    return [code for _, _, code in between.look(at, who, forwarding.refused)]


@on_sqlite
def test_a_forged_forwarding_is_refused(between: Between) -> None:
    claim, bay = str(uuid4()), between.office.made.office
    forged = sealed(between.central, bay, SigningKey.generate(), said_of(claim))
    assert laid(between, between.central, "nadia", forged) == ["403.22"]
    assert between.lines(between.central, "nadia") == []


@on_sqlite
def test_a_true_dispatch_that_was_changed_or_moved_to_another_office_is_refused(between: Between) -> None:
    made = between.begin()
    between.forward(made)
    with between.central.store.office(reading=True) as session:
        (row,) = table.waiting(session, between.central.made.office)
    flipped = row.envelope[:-1] + bytes([row.envelope[-1] ^ 1])
    assert laid(between, between.central, "nadia", replace(row, id=str(uuid4()), envelope=flipped))[-1] == "403.22"
    # Under another number it is not the one that was sent; at the office itself it opens with no key.
    again = replace(row, id=str(uuid4()))
    assert laid(between, between.central, "nadia", again)[-1] == "403.22"
    turned = replace(row, id=str(uuid4()), office=between.office.made.office, sender=between.central.made.office)
    assert laid(between, between.office, "amina", turned) == ["403.22"]


@on_sqlite
def test_an_office_says_nothing_about_the_claim_of_another(between: Between) -> None:
    """A third office, named by central as well, signs truly, and about a claim that is not its own."""
    third = StaffedOffice.make(between.office.store, between.office.clock, name="Reeds", people=OTHER_PEOPLE)
    words = " ".join(third.made.words)
    between.do(between.central, "omar", elsewhere.add, inbound=True, office=third.made.office, words=words)
    made, key = between.accepted(), key_of(third, "work", "message_sign").signing
    withdrawn = an_event("withdrawn", MOTHER)
    row = sealed(between.central, third.made.office, key, said_of(made.claim.id, withdrawn))
    assert laid(between, between.central, "nadia", row) == ["403.22"]
    own = between.do(between.central, "nadia", claims.begin, claimant=MOTHER, wished={"born": "2020"})
    row = sealed(between.central, third.made.office, key, said_of(own.id, withdrawn))
    assert laid(between, between.central, "nadia", row)[-1] in ("409.25", "403.22")
    assert not between.there(made).ended
    in_its_name = sealed(between.central, between.office.made.office, key, said_of(made.claim.id, withdrawn))
    assert "403.22" in laid(between, between.central, "nadia", in_its_name)
    assert not between.there(made).ended


@on_sqlite
def test_central_speaks_neither_for_her_nor_for_the_office(between: Between) -> None:
    made, key = between.accepted(), key_of(between.central, "work", "message_sign").signing
    before = between.here(made).events
    for event in (
        an_event("withdrawn", MOTHER),
        an_event("consented", MOTHER, how="signed"),
        an_event("claimant_told", before[1].id, how="in_person", who="x", language="fr"),
        an_event("undone", before[0].id, why="It was never said"),
        an_event("came_back", "Central"),
    ):
        row = sealed(between.office, between.central.made.office, key, said_of(made.claim.id, event, kind="accepted"))
        assert laid(between, between.office, "amina", row)[-1] == "403.23"
    ended = sealed(between.office, between.central.made.office, key, said_of(made.claim.id, kind="ended"))
    assert laid(between, between.office, "amina", ended)[-1] == "403.23"
    assert between.here(made).events == before


@on_sqlite
def test_what_is_no_dispatch_changes_nothing(between: Between) -> None:
    made, key = between.accepted(), key_of(between.office, "work", "message_sign").signing
    bay, before = between.office.made.office, between.there(made)
    whole = said_of(made.claim.id)
    for broken in (
        {**whole, "events": [{"id": "x"}]},
        {**whole, "events": [{**an_event("hurdle"), "kind": 7}]},
        {**whole, "steps": "all"},
        {**whole, "dispatch": 2},
        {name: value for name, value in whole.items() if name != "claim"},
    ):
        refused = laid(between, between.central, "nadia", sealed(between.central, bay, key, broken))
        assert refused[-1] == "422.410"
    profile = an_event("hurdle", reason="cost", words="D3S1358 15,16 TH01 6,9.3")
    row = sealed(between.central, bay, key, said_of(made.claim.id, profile))
    assert "422.303" in laid(between, between.central, "nadia", row)
    assert between.there(made) == before


@on_sqlite
def test_no_name_is_in_what_a_holder_of_work_can_open(between: Between) -> None:
    made = between.begin()
    between.forward(made)
    with between.central.store.office(reading=True) as session:
        (row,) = table.waiting(session, between.central.made.office)
        desk = between.central.desk(session, "nadia")
        sign_key = key_of(between.office, "work", "message_sign").public
        told = dispatches.open_one(desk, row, sign_key=sign_key)
    assert told.identity
    assert "Canary" not in json.dumps([vars(event) | {"details": dict(event.details)} for event in told.events])
    assert b"Canary" not in row.envelope
    for use in ("report",):
        with pytest.raises(Problem, match=r"422\.12"):
            opening.open_part(parse(row.envelope), "identity", key_of(between.central, "work", use).secret)
    assert "Canary" in str(
        opening.open_part(parse(row.envelope), "identity", key_of(between.central, "identity", "identity").secret)
    )


@on_sqlite
def test_what_was_destroyed_is_in_no_table_any_more(between: Between) -> None:
    made = between.accepted()
    between.do(between.central, "omar", claims.names, claim=made.claim.id, reason="To write to the State")
    between.do(between.office, "amina", forwarding.end, claim=made.claim.id, on="2026-11-22")
    between.exchange()
    with between.central.store.office(reading=True) as session:
        desk: Desk = between.central.desk(session, "omar", "work", "identity")
        (line,) = forwarding.lines(session, desk=desk, claims=[made.claim.id])
        assert (line.made.held, line.made.unopened, line.claim) == ((), (), None)
        assert table.waiting(session, between.central.made.office) == []
        with pytest.raises(Problem, match=r"404\.9"):
            claims.names(
                session, desk=desk, claim=made.claim.id, reason="To see it again", now=between.office.clock.now
            )


@on_postgresql
def test_the_public_process_reads_nothing(between: Between, database_settings: Settings, postgres: Cluster) -> None:
    made = Claimed.begin(between.office)
    made.act(*REGISTERED, new("hurdle", "F1", reason="cost"))
    between.forward(made)
    database = make_url(str(database_settings.database_url)).database
    with psycopg.connect(postgres.url(str(database), "intake_public"), autocommit=True) as connection:
        for query in ("SELECT id FROM office.dispatches", "DELETE FROM office.dispatches"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(query)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO office.dispatches (id, office, sender) VALUES ('x', 'x', 'x')")
