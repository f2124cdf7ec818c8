"""Whatever people do with accounts and keychains, those can open one who should, and nobody else.

The model is a set of names for each keychain. After every step each person, with the secrets they have *now* and with
those they had before, tries to open every keychain through the database as it is; so does each sheet of paper.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import data, sampled_from

from intake.domain.problems import Problem
from intake.envelope import keyring, recovery
from intake.envelope.keyring import Keychain
from intake.services import keys, signin, staff
from intake.services.desk import CHAINS, PAPER, open_chain
from intake.services.setup import Applicant
from intake.store import Session, Store, migrate
from intake.store.office import keychains
from intake.store.office import staff as accounts
from tests.support.postgres import settings_in
from tests.support.staffed import CHEAP, StaffedOffice

FIRST = (
    Applicant("amina", ("reviewer", "rights_officer"), CHAINS),
    Applicant("bruno", ("reviewer",), ("work", "sign")),
    Applicant("emil", ("administrator",)),
)
NEWCOMERS = ("hana", "ines", "jonas")


@dataclass(frozen=True)
class Copy:
    """A grant and the seed that opens it, as somebody kept them; `stale` once there are new keys."""

    name: str
    seed: bytes
    grant: bytes
    stale: bool = False


class Grants(RuleBasedStateMachine):
    """`holders` is what should be; `copies` is what those kept who lost their way in."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        chosen = settings_in(Path(self.folder.name))
        migrate(chosen)
        self.store = Store.open(chosen)
        self.office = StaffedOffice.make(self.store, people=FIRST)
        self.papers = {chain: recovery.combine(self.office.made.sheets[chain]) for chain in CHAINS}
        self.holders = {chain: {one.name for one in FIRST if chain in one.keychains} for chain in CHAINS}
        self.states = {one.name: "joined" for one in FIRST}
        self.codes: dict[str, str] = {}
        # Whoever had a way in and lost it, with what they kept: until the next rotation that still fits.
        self.copies: dict[str, list[Copy]] = {chain: [] for chain in CHAINS}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    # ---- what people do

    @precondition(lambda self: any(name not in self.states for name in NEWCOMERS))
    @rule(data=data())
    def propose(self, data: Any) -> None:
        name = data.draw(sampled_from([name for name in NEWCOMERS if name not in self.states]))
        with self.store.office() as session:
            desk = self.office.desk(session, "emil")
            self.codes[name] = staff.propose(
                session, desk=desk, name=name, roles=("reviewer",), now=self.office.clock.now
            )
        self.states[name] = "proposed"

    @precondition(lambda self: "proposed" in self.states.values())
    @rule(data=data())
    def join(self, data: Any) -> None:
        name = data.draw(sampled_from(self._people("proposed")))
        with self.store.office() as session:
            self.office.people[name] = staff.join(
                session, code=self.codes.pop(name), now=self.office.clock.now, cost=CHEAP
            )
        self.states[name] = "joined"

    @precondition(lambda self: bool(self._admissions()))
    @rule(data=data())
    def admit(self, data: Any) -> None:
        by, name, chain = data.draw(sampled_from(self._admissions()))
        words = " ".join(self.office.people[name].words)
        with self.store.office() as session:
            desk = self.office.desk(session, by, chain)
            keys.admit(session, desk=desk, chain=chain, name=name, words=words, now=self.office.clock.now)
        self.holders[chain].add(name)

    @precondition(lambda self: bool(self._closable()))
    @rule(data=data())
    def close(self, data: Any) -> None:
        name = data.draw(sampled_from(self._closable()))
        self._lose(name)
        with self.store.office() as session:
            held = staff.close(session, desk=self.office.desk(session, "emil"), name=name, now=self.office.clock.now)
        assert set(held) == {chain for chain in CHAINS if name in self.holders[chain]}
        self._shut_out(name, "closed")

    @precondition(lambda self: bool(self._restorations()))
    @rule(data=data())
    def restore(self, data: Any) -> None:
        by, name = data.draw(sampled_from(self._restorations()))
        self._lose(name)
        with self.store.office() as session:
            desk = self.office.desk(session, by)
            self.codes[name] = staff.restore(session, desk=desk, name=name, now=self.office.clock.now)
        self._shut_out(name, "proposed")

    @rule(data=data(), chain=sampled_from(CHAINS))
    def rotate(self, data: Any, chain: str) -> None:
        self._rotate(data, chain)

    @precondition(lambda self: bool(self._lost()))
    @rule(data=data())
    def rotate_what_somebody_lost(self, data: Any) -> None:
        """As the page asks for, and so that a short run comes to it."""
        self._rotate(data, data.draw(sampled_from(self._lost())))

    def _rotate(self, data: Any, chain: str) -> None:
        able = sorted(self.holders[chain])
        if not able:
            return
        with self.store.office() as session:
            desk = self.office.desk(session, data.draw(sampled_from(able)), chain)
            keys.rotate(session, desk=desk, chain=chain, now=self.office.clock.now)
        self.copies[chain] = [replace(copy, stale=True) for copy in self.copies[chain]]

    @precondition(lambda self: bool(self._recoveries()))
    @rule(data=data())
    def recover(self, data: Any) -> None:
        name, chain = data.draw(sampled_from(self._recoveries()))
        words = " ".join(self.office.people[name].words)
        with self.store.office() as session:
            keys.recover(
                session,
                office=self.office.made.office,
                chain=chain,
                seed=self.papers[chain],
                name=name,
                words=words,
                now=self.office.clock.now,
            )
        self.holders[chain].add(name)

    @rule(data=data(), chain=sampled_from(CHAINS))
    def try_without_the_key(self, data: Any, chain: str) -> None:
        """Whoever does not hold a keychain opens it to nobody, themselves included."""
        others = [name for name in self._people("joined") if name not in self.holders[chain]]
        if not others:
            return
        by = data.draw(sampled_from(others))
        with self.store.office() as session:
            desk, words = self.office.desk(session, by, chain), " ".join(self.office.people[by].words)
            with pytest.raises(Problem, match=r"403\.2[01]"):
                keys.admit(session, desk=desk, chain=chain, name=by, words=words, now=self.office.clock.now)

    # ---- what must hold after each

    @invariant()
    def those_open_a_keychain_who_should(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.office(reading=True) as session:
            opened = {name: self._opens(session, name) for name in self.states}
            assert {chain: {name for name in opened if chain in opened[name]} for chain in CHAINS} == self.holders
            for chain in CHAINS:
                paper = {"chain": chain, "holder": PAPER, "seed": self.papers[chain]}
                assert open_chain(session, office=self.office.made.office, **paper) is not None

    @invariant()
    def an_old_copy_opens_nothing_once_there_are_new_keys(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.office(reading=True) as session:
            for chain, copies in self.copies.items():
                assert [copy for copy in copies if self._fits(session, chain, copy) == copy.stale] == [], chain

    # ---- the model

    def _people(self, state: str) -> list[str]:
        return sorted(name for name, found in self.states.items() if found == state)

    def _admissions(self) -> list[tuple[str, str, str]]:
        to = [name for name in self._people("joined") if name != "emil"]
        return [(by, name, chain) for chain in CHAINS for by in sorted(self.holders[chain]) for name in to]

    def _recoveries(self) -> list[tuple[str, str]]:
        return [(name, chain) for name in self._people("joined") if name != "emil" for chain in CHAINS]

    def _closable(self) -> list[str]:
        return [name for name in (*self._people("joined"), *self._people("proposed")) if name != "emil"]

    def _restorations(self) -> list[tuple[str, str]]:
        open_accounts = [*self._people("joined"), *self._people("proposed")]
        return [
            (by, name)
            for by in self._people("joined")
            for name in open_accounts
            # The one administrator stays, or nobody could propose and close.
            if name not in (by, "emil")
            and self._held(name) <= self._held(by)
            and (self._held(name) or self._trusted(by))
        ]

    def _lost(self) -> list[str]:
        """Keychains that somebody had, with the keys of that time still in use."""
        return [chain for chain in CHAINS if any(not copy.stale for copy in self.copies[chain])]

    def _held(self, name: str) -> set[str]:
        return {chain for chain in CHAINS if name in self.holders[chain]}

    def _trusted(self, name: str) -> bool:
        return name == "emil" or "sign" in self._held(name)

    def _shut_out(self, name: str, state: str) -> None:
        for chain in CHAINS:
            self.holders[chain].discard(name)
        self.states[name] = state

    def _lose(self, name: str) -> None:
        """Before they lose their way in, they copy what they have."""
        with self.store.office(reading=True) as session:
            for chain in self._held(name):
                beside = {"office": self.office.made.office, "chain": chain, "holder": self._id(name)}
                granted = keychains.granted(session, **beside)
                assert granted is not None
                self.copies[chain].append(Copy(name, self._seed(session, name), granted))

    # ---- trying

    def _id(self, name: str) -> str:
        return self.office.people[name].id

    def _seed(self, session: Session, name: str) -> bytes:
        account = accounts.named(session, name)
        secrets = signin.unlock(account, self.office.people[name].passphrase)
        assert secrets is not None
        return secrets.seed

    def _opens(self, session: Session, name: str) -> set[str]:
        """The keychains that this person's passphrase, as they have it, opens through their account."""
        account = accounts.named(session, name)
        if name not in self.office.people or account is None:
            return set()
        secrets = signin.unlock(account, self.office.people[name].passphrase)
        if secrets is None:
            return set()
        return set(signin.desk_for(session, account=account, secrets=secrets, chains=CHAINS, session_id="").opened)

    def _fits(self, session: Session, chain: str, copy: Copy) -> bool:
        """Whether a copied seed opens the keychain as it rests now, with the grant copied or with one there now."""
        beside = {"office": self.office.made.office, "chain": chain}
        stored, now = keychains.get(session, **beside), keychains.granted(session, holder=self._id(copy.name), **beside)
        assert stored is not None
        for grant in filter(None, (copy.grant, now)):
            try:
                key = keyring.accept(copy.seed, grant, holder=self._id(copy.name), **beside)
                Keychain.open(key, stored.sealed, office=beside["office"], name=chain, version=stored.version)
            except Problem:
                continue
            return True
        return False


@pytest.mark.parametrize("examples", [4, pytest.param(60, marks=pytest.mark.long)])
def test_whatever_happens_to_accounts_those_open_keychains_who_should(examples: int) -> None:
    chosen = settings(max_examples=examples, stateful_step_count=20, derandomize=examples == 4, database=None)
    run_state_machine_as_test(Grants, settings=chosen)


class Chosen:
    """Draws what a test says, in place of Hypothesis."""

    def __init__(self, choice: object) -> None:
        self.choice = choice

    def draw(self, _: object) -> object:
        return self.choice


def _one_leaves() -> None:
    """Bruno leaves and there are new keys."""
    machine = Grants()
    machine.begin()
    try:
        Grants.close(machine, data=Chosen("bruno"))
        machine._rotate(Chosen("amina"), "work")
        machine.an_old_copy_opens_nothing_once_there_are_new_keys()
        machine.those_open_a_keychain_who_should()
    finally:
        machine.teardown()


def test_the_machine_sees_who_is_let_in_again_by_a_rotation_and_who_was_never_shut_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _one_leaves()
    same = keyring.new_chain_key()
    breaks: tuple[tuple[Any, str, Any], ...] = (
        (keys, "_staying", lambda _, chain: chain.holders),
        (keyring, "new_chain_key", lambda: same),
        (staff, "_shut_out", lambda *_, **__: None),
    )
    for where, name, broken in breaks:
        with monkeypatch.context() as patched:
            patched.setattr(where, name, broken)
            with pytest.raises(AssertionError):
                _one_leaves()
