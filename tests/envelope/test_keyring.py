"""Who can open what: admission, rotation, removal and the key on paper."""

import dataclasses

import pytest

from intake.domain.problems import Problem
from intake.envelope import recovery
from intake.envelope.encoding import b64u, dumps
from intake.envelope.keyring import USES, Holder, Key, Keychain, accept, grant, new_chain_key
from intake.envelope.records import seal_record
from intake.envelope.sealing import SealingKey
from tests.vectors.fixed import sealing_key

PAPER, ANNA, BEN, EVE = (sealing_key(name) for name in ("paper", "Anna", "Ben", "Eve"))
DAY, LATER = "2026-11-22", "2027-01-05"


def holder(id: str, key: SealingKey) -> Holder:
    return Holder(id, key.public)


def chain(name: str = "work") -> Keychain:
    return Keychain.create(office="o1", name=name, holders=[holder("0", PAPER), holder("anna", ANNA)], day=DAY)


def opened(found: Keychain, chain_key: bytes, blob: bytes) -> Keychain:
    return Keychain.open(chain_key, blob, office=found.office, name=found.name, version=found.version)


def chain_key_of(key: SealingKey, blob: bytes, *, chain: str = "work", holder: str = "anna") -> bytes:
    return accept(key.seed, blob, office="o1", chain=chain, holder=holder)


@pytest.mark.parametrize("name", ["work", "identity", "sign"])
def test_a_chain_is_sealed_and_comes_back(name: str) -> None:
    made, chain_key = chain(name), new_chain_key()
    assert opened(made, chain_key, made.seal(chain_key)) == made
    assert {key.use for key in made.keys} == set(USES[name])


def test_every_holder_gets_the_chain_by_a_grant() -> None:
    made, chain_key = chain(), new_chain_key()
    grants = made.grants(chain_key)
    assert chain_key_of(ANNA, grants["anna"]) == chain_key
    assert chain_key_of(PAPER, grants["0"], holder="0") == chain_key


@pytest.mark.parametrize("where", [{"office": "o2"}, {"chain": "identity"}, {"holder": "ben"}])
def test_a_grant_opens_for_its_office_chain_and_holder_alone(where: dict[str, str]) -> None:
    blob = grant(new_chain_key(), ANNA.public, office="o1", chain="work", holder="anna")
    with pytest.raises(Problem, match=r"^422\.12$"):
        accept(ANNA.seed, blob, **({"office": "o1", "chain": "work", "holder": "anna"} | where))


def test_a_grant_does_not_open_with_another_persons_key() -> None:
    blob = grant(new_chain_key(), ANNA.public, office="o1", chain="work", holder="anna")
    with pytest.raises(Problem, match=r"^422\.12$"):
        chain_key_of(EVE, blob)


def test_a_grant_holds_a_key_of_32_bytes() -> None:
    blob = grant(b"short", ANNA.public, office="o1", chain="work", holder="anna")
    with pytest.raises(Problem, match=r"^422\.12$"):
        chain_key_of(ANNA, blob)


@pytest.mark.parametrize("changed", [{"office": "o2"}, {"name": "identity"}, {"version": 2}])
def test_a_chain_does_not_open_as_another_one_or_as_an_older_one(changed: dict[str, object]) -> None:
    made, chain_key = chain(), new_chain_key()
    pretended = dataclasses.replace(made, **changed)  # type: ignore[arg-type]  # one field each
    with pytest.raises(Problem, match=r"^422\.12$"):
        opened(pretended, chain_key, made.seal(chain_key))


def test_admitting_keeps_the_keys_and_adds_the_holder() -> None:
    before = chain()
    after = before.admit(holder("ben", BEN))
    assert after.keys == before.keys
    assert [found.id for found in after.holders] == ["0", "anna", "ben"]
    assert after.version == before.version + 1


def test_rotation_makes_new_keys_and_keeps_the_old_ones_readable() -> None:
    before = chain()
    after = before.rotate(LATER)
    for use in USES["work"]:
        old, new = before.current(use), after.current(use)
        assert new.secret != old.secret
        assert after.find(old.id).secret == old.secret
        assert after.find(old.id).retired == LATER
    again = after.rotate("2028-01-01")
    assert again.find(before.current("report").id).retired == LATER


def test_who_was_removed_cannot_open_what_comes_after() -> None:
    old_key, new_key = new_chain_key(), new_chain_key()
    after = chain().admit(holder("eve", EVE)).remove("eve").rotate(LATER)
    grants = after.grants(new_key)
    assert set(grants) == {"0", "anna"}
    with pytest.raises(Problem, match=r"^422\.12$"):
        opened(after, old_key, after.seal(new_key))


def test_rotation_seals_to_the_holders_named_inside_and_to_no_key_from_outside() -> None:
    """Someone who owns the table of people swaps Anna's public key there: the chain does not look at it."""
    chain_key = new_chain_key()
    made = chain()
    grants = opened(made, chain_key, made.seal(chain_key)).rotate(LATER).grants(chain_key)
    with pytest.raises(Problem, match=r"^422\.12$"):
        chain_key_of(EVE, grants["anna"])
    assert chain_key_of(ANNA, grants["anna"]) == chain_key


def test_the_paper_key_opens_a_chain_whose_holders_are_all_gone() -> None:
    sheets = recovery.shares(PAPER.seed, 2, 3)
    made, chain_key = chain(), new_chain_key()
    blob, grants = made.seal(chain_key), made.grants(chain_key)
    seed = recovery.combine([sheets[2], sheets[0]])
    found = opened(made, accept(seed, grants["0"], office="o1", chain="work", holder="0"), blob)
    assert found.current("report").secret == made.current("report").secret


@pytest.mark.parametrize(
    "holders",
    [
        [],
        [holder("0", PAPER), holder("0", ANNA)],
        [holder("0", PAPER), holder("anna", PAPER)],
        [Holder("0", b"no key")],
    ],
)
def test_a_chain_has_holders_with_real_keys_and_none_twice(holders: list[Holder]) -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        Keychain.create(office="o1", name="work", holders=holders, day=DAY)


def test_the_last_holder_cannot_be_removed() -> None:
    only = Keychain.create(office="o1", name="work", holders=[holder("0", PAPER)], day=DAY)
    for id in ("0", "nobody"):
        with pytest.raises(Problem, match=r"^422\.15$"):
            only.remove(id)


def test_there_are_three_chains_and_no_others() -> None:
    with pytest.raises(Problem, match=r"^422\.15$"):
        chain("master")


def test_a_key_that_the_chain_never_had_is_not_found() -> None:
    with pytest.raises(Problem, match=r"^422\.12$"):
        chain().find("0" * 16)
    with pytest.raises(Problem, match=r"^422\.12$"):
        chain().current("bundle_sign")


def test_a_key_is_used_for_what_it_is() -> None:
    work = chain()
    assert len(work.current("report").public) == 1216
    assert len(work.current("message_sign").public) == 65
    assert len(work.current("records").id) == 16
    with pytest.raises(Problem, match=r"^422\.15$"):
        assert work.current("records").public
    with pytest.raises(Problem, match=r"^422\.15$"):
        assert work.current("report").signing


def test_other_content_under_the_chain_key_is_no_chain() -> None:
    chain_key = new_chain_key()
    for content in ({"keys": []}, {"keys": [{"use": "report"}], "holders": []}, [1]):
        blob = seal_record(chain_key, dumps(content), office="o1", kind="keychain", id="work", version=1, key_id="")
        with pytest.raises(Problem, match=r"^422\.14$"):
            Keychain.open(chain_key, blob, office="o1", name="work", version=1)


def test_printing_a_chain_shows_no_secret() -> None:
    made = chain()
    text = repr(made) + repr(Key("records", b"\7" * 32, DAY))
    for key in made.keys:
        assert repr(key.secret) not in text
        assert b64u(key.secret) not in text
