"""Keychains and grants: which keys an office has, and who holds them (SPEC.md 9.2).

A keychain carries the list of its holders with their public keys inside the sealed blob. Rotation seals to those and
to nobody else, so a key written into a table by someone who owns the database is never granted anything.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, cast

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.opening import open_sealed
from intake.envelope.records import open_record, seal_record
from intake.envelope.sealing import SealingKey, check_public, seal
from intake.envelope.signing import SigningKey, key_id

Name = Literal["work", "identity", "sign"]

# What each chain holds, and of which sort a key is: sealing (X-Wing seed), records (AES), signing (P-256).
USES: dict[str, dict[str, str]] = {
    "work": {"report": "sealing", "records": "records", "message_sign": "signing"},
    "identity": {"identity": "sealing", "identity_records": "records"},
    "sign": {"bundle_sign": "signing"},
}


@dataclass(frozen=True)
class Key:
    """One key of a chain: what it is for, its 32 secret bytes, the days it was made and retired."""

    use: str
    secret: bytes
    made: str
    retired: str | None = None

    def __repr__(self) -> str:
        return f"Key({self.use}, {self.id})"

    @property
    def sort(self) -> str:
        """sealing, records or signing."""
        return next(uses[self.use] for uses in USES.values() if self.use in uses)

    @cached_property
    def public(self) -> bytes:
        """The raw public key of a sealing or signing key. Raises Problem 422.15 for a records key, which has none."""
        if self.sort == "sealing":
            return SealingKey.from_seed(self.secret).public
        return self.signing.public

    @property
    def signing(self) -> SigningKey:
        """The key as something that signs. Raises Problem 422.15 for any other sort."""
        if self.sort != "signing":
            raise Problem("422.15")
        return SigningKey.from_bytes(self.secret)

    @cached_property
    def id(self) -> str:
        """16 hex digits: the key id of the public key, or of a digest of a records key."""
        if self.sort == "records":
            return sha256(b"intake-records-key/1\n" + self.secret).hexdigest()[:16]
        return key_id(self.public)


@dataclass(frozen=True)
class Holder:
    """Someone who may open the chain: an id and an X-Wing public key (1,216 bytes). Holder "0" is the paper key."""

    id: str
    public: bytes


@dataclass(frozen=True)
class Keychain:
    """The keys of one chain of one office, current and retired, and its holders. `version` rises at each change."""

    office: str
    name: str
    version: int
    keys: tuple[Key, ...]
    holders: tuple[Holder, ...]

    @classmethod
    def create(cls, *, office: str, name: str, holders: Iterable[Holder], day: str) -> "Keychain":
        """A new chain with fresh keys. Raises Problem 422.15 for an unknown name, no holders or one twice."""
        if name not in USES:
            raise Problem("422.15")
        keys = tuple(_fresh(use, day) for use in USES[name])
        return cls(office, name, 1, keys, _checked(holders))

    def current(self, use: str) -> Key:
        """The key now used for `use`. Raises Problem 422.12 if this chain has none."""
        return self._first(lambda key: key.use == use and key.retired is None)

    def find(self, id: str) -> Key:
        """The current or retired key with this key id. Raises Problem 422.12 if this chain never had it."""
        return self._first(lambda key: key.id == id)

    def admit(self, holder: Holder) -> "Keychain":
        """The chain with one more holder; the chain key stays the same and is granted to them. Raises 422.15."""
        return replace(self, version=self.version + 1, holders=_checked((*self.holders, holder)))

    def remove(self, holder_id: str) -> "Keychain":
        """The chain without a holder. Takes effect against what they kept only with `rotate` and a new chain key."""
        staying = tuple(holder for holder in self.holders if holder.id != holder_id)
        if len(staying) == len(self.holders):
            raise Problem("422.15")
        return replace(self, version=self.version + 1, holders=_checked(staying))

    def rotate(self, day: str) -> "Keychain":
        """The chain with fresh keys; the old ones are kept, retired, so that everything stays readable."""
        old = tuple(replace(key, retired=key.retired or day) for key in self.keys)
        fresh = tuple(_fresh(use, day) for use in USES[self.name])
        return replace(self, version=self.version + 1, keys=fresh + old)

    def seal(self, chain_key: bytes) -> bytes:
        """The chain as one blob under its 32-byte chain key."""
        content = {
            "keys": [
                {"use": key.use, "secret": b64u(key.secret), "made": key.made, "retired": key.retired}
                for key in self.keys
            ],
            "holders": [{"id": holder.id, "public": b64u(holder.public)} for holder in self.holders],
        }
        return seal_record(chain_key, dumps(content), **_beside(self.office, self.name, self.version))

    @classmethod
    def open(cls, chain_key: bytes, blob: bytes, *, office: str, name: str, version: int) -> "Keychain":
        """Open a sealed chain. Raises Problem 422.12, or 422.14 if what is inside is no keychain."""
        content = loads(open_record(chain_key, blob, **_beside(office, name, version)))
        try:
            found = cast(dict[str, list[dict[str, Any]]], content)
            keys = tuple(Key(key["use"], unb64u(key["secret"]), key["made"], key["retired"]) for key in found["keys"])
            holders = tuple(Holder(holder["id"], unb64u(holder["public"])) for holder in found["holders"])
        except (KeyError, TypeError):
            raise Problem("422.14") from None
        return cls(office, name, version, keys, holders)

    def grants(self, chain_key: bytes) -> dict[str, bytes]:
        """The chain key sealed to every holder named inside, by holder id."""
        return {
            holder.id: grant(chain_key, holder.public, office=self.office, chain=self.name, holder=holder.id)
            for holder in self.holders
        }

    def _first(self, fits: Any) -> Key:
        for key in self.keys:
            if fits(key):
                return key
        raise Problem("422.12")


def new_chain_key() -> bytes:
    """A fresh 32-byte chain key; made with a chain and again whenever a holder was removed."""
    return secrets.token_bytes(32)


def grant(chain_key: bytes, holder_public: bytes, *, office: str, chain: str, holder: str) -> bytes:
    """Seal a chain key to one holder's X-Wing key. Raises Problem 422.15."""
    return seal(holder_public, _grant_info(office, chain, holder), chain_key)


def accept(seed: bytes, blob: bytes, *, office: str, chain: str, holder: str) -> bytes:
    """The chain key of a grant, opened with the holder's 32-byte seed. Raises Problem 422.12."""
    chain_key = open_sealed(seed, _grant_info(office, chain, holder), blob)
    if len(chain_key) != 32:
        raise Problem("422.12")
    return chain_key


def _fresh(use: str, day: str) -> Key:
    sort = next(uses[use] for uses in USES.values() if use in uses)
    secret = SigningKey.generate().to_bytes() if sort == "signing" else secrets.token_bytes(32)
    return Key(use, secret, day)


def _checked(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """Holders with real keys, none of them twice; a chain nobody can open would be lost data."""
    found = tuple(holders)
    for holder in found:
        check_public(holder.public)
    ids, publics = {holder.id for holder in found}, {holder.public for holder in found}
    if not found or len(ids) != len(found) or len(publics) != len(found):
        raise Problem("422.15")
    return found


def _beside(office: str, name: str, version: int) -> dict[str, Any]:
    return {"office": office, "kind": "keychain", "id": name, "version": version, "key_id": ""}


def _grant_info(office: str, chain: str, holder: str) -> bytes:
    if any("\n" in value for value in (office, chain, holder)):
        raise Problem("422.15")
    return f"intake-grant/1\n{office}\n{chain}\n{holder}\n".encode()
