"""Keychains: holders are named inside, rotation loses nothing, paper recovers."""

from dataclasses import replace

import pytest

from intake.domain.problems import Problem
from intake.envelope import recovery
from intake.envelope.keyring import Keychain
from intake.envelope.sealing import SealingKey
from intake.services import keys
from intake.store.office import keychains
from intake.store.office import staff as accounts
from tests.support.staffed import StaffedOffice


def _rotate(office: StaffedOffice, chain: str = "work", by: str = "amina") -> None:
    with office.store.office() as session:
        keys.rotate(session, desk=office.desk(session, by, "work", chain), chain=chain, now=office.clock.now)


def _chain(office: StaffedOffice, chain: str, by: str = "amina") -> Keychain:
    with office.store.office() as session:
        return office.desk(session, by, "work", chain).need(chain).chain


def test_after_a_rotation_there_are_new_keys_and_the_old_ones_still_open(office: StaffedOffice) -> None:
    before = _chain(office, "work")
    _rotate(office)
    after = _chain(office, "work", "bruno")
    assert after.current("report").id != before.current("report").id
    assert after.find(before.current("report").id).secret == before.current("report").secret
    assert after.find(before.current("report").id).retired == "2026-11-22"


def test_the_signing_key_stays_because_phones_have_pinned_it(office: StaffedOffice) -> None:
    before = _chain(office, "sign")
    with office.store.office() as session:
        sealed = keychains.get(session, office=office.made.office, chain="sign")
    _rotate(office, "sign")
    assert _chain(office, "sign", "bruno").current("bundle_sign").id == before.current("bundle_sign").id
    with office.store.office() as session:
        assert keychains.get(session, office=office.made.office, chain="sign") != sealed


def test_rotation_seals_to_holders_inside_and_never_to_a_key_read_from_a_table(office: StaffedOffice) -> None:
    thief = SealingKey.generate()
    with office.store.office() as session:
        accounts.change(session, office.people["bruno"].id, public=thief.public)
        keychains.grant(session, office=office.made.office, chain="work", holder="thief", sealed=b"x")
    _rotate(office)
    with office.store.office() as session:
        found = {holder.id for holder in office.desk(session, "amina").need("work").chain.holders}
        assert office.people["bruno"].id not in found
        assert "thief" not in keychains.holders(session, office=office.made.office)["work"]


def test_a_keychain_changed_by_somebody_else_meanwhile_is_not_overwritten(office: StaffedOffice) -> None:
    with office.store.office() as session:
        stale = office.desk(session, "amina")
        keys.rotate(session, desk=office.desk(session, "bruno"), chain="work", now=office.clock.now)
        with pytest.raises(Problem, match=r"409\.3"):
            keys.rotate(session, desk=stale, chain="work", now=office.clock.now)


def test_nobody_rotates_a_keychain_they_do_not_hold(office: StaffedOffice) -> None:
    with office.store.office() as session, pytest.raises(Problem, match=r"403\.20"):
        keys.rotate(session, desk=office.desk(session, "bruno"), chain="identity", now=office.clock.now)


@pytest.mark.parametrize("chain", ["work", "identity", "sign"])
def test_the_paper_key_opens_its_keychain_and_admits_a_person_also_after_a_rotation(
    office: StaffedOffice, chain: str
) -> None:
    _rotate(office, chain)
    seed, gita = recovery.combine(office.made.sheets[chain]), office.people["gita"]
    with office.store.office() as session:
        keys.recover(
            session,
            office=office.made.office,
            chain=chain,
            seed=seed,
            name="gita",
            words=" ".join(gita.words),
            now=office.clock.now,
        )
    assert _chain(office, chain, "gita").keys == _chain(office, chain).keys


def test_the_paper_of_one_keychain_opens_no_other(office: StaffedOffice) -> None:
    seed, words = recovery.combine(office.made.sheets["work"]), " ".join(office.people["gita"].words)
    with office.store.office() as session, pytest.raises(Problem, match=r"422\.12"):
        keys.recover(
            session,
            office=office.made.office,
            chain="identity",
            seed=seed,
            name="gita",
            words=words,
            now=office.clock.now,
        )


def test_showing_keys_names_holders_and_check_words_and_no_secret(office: StaffedOffice) -> None:
    with office.store.office() as session:
        desk = office.desk(session, "amina")
        holders = {one.name: one for one in keys.holders(session, desk=desk, chain="work")}
        shown = str([*holders.values(), *keys.lines(desk=desk, chain="work")])
    assert holders["bruno"].words == office.people["bruno"].words
    assert holders["paper key"].granted
    assert not any(repr(key.secret) in shown for key in desk.need("work").chain.keys)


def test_a_desk_shows_no_key_when_it_is_printed(office: StaffedOffice) -> None:
    desk = office.made.desk
    shown = repr(desk) + repr(replace(desk)) + repr(desk.need("work"))
    assert not any(repr(key.secret)[2:-1] in shown for key in desk.need("work").chain.keys)
