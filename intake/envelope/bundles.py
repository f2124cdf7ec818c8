"""The bundle: the office's public keys and settings, signed by the key a phone pinned when it enrolled (SPEC.md 5)."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u, dumps, loads, unb64u
from intake.envelope.sealing import check_public as check_sealing_key
from intake.envelope.signing import SigningKey, key_id, verify
from intake.envelope.signing import check_public as check_signing_key

KEM = "0x647a"
_SIGNED = b"intake-bundle/1\n"


def sign(payload: Mapping[str, object], key: SigningKey) -> dict[str, str]:
    """Sign `payload`. What a phone would refuse is refused here first. Raises Problem 422.16."""
    data = dumps(payload)
    _check_payload(_object(data), key.public)
    return {"payload": b64u(data), "sign": b64u(key.sign(_SIGNED + data))}


def read(bundle: Mapping[str, object], pinned_public: bytes) -> dict[str, Any]:
    """The payload of a bundle signed by the pinned key (65 bytes), with every key in it checked.

    Raises Problem 422.16.
    """
    data = _bytes(bundle, "payload")
    try:
        verify(pinned_public, _bytes(bundle, "sign"), _SIGNED + data)
    except Problem:
        raise Problem("422.16") from None
    payload = _object(data)
    _check_payload(payload, pinned_public)
    return payload


def newer(held: Mapping[str, object], offered: Mapping[str, object], pinned_public: bytes) -> bool:
    """Whether `offered` replaces `held`: a higher serial does, a lower one and the same bytes do not.

    Raises Problem 409.1 for the same serial with other bytes (someone signed two truths), 422.16 as `read`.
    """
    old, new = read(held, pinned_public), read(offered, pinned_public)
    if new["serial"] == old["serial"] and held["payload"] != offered["payload"]:
        raise Problem("409.1")
    return bool(new["serial"] > old["serial"])


def fingerprint(public: bytes) -> str:
    """The first 32 hex digits of SHA-256 over an office's signing key; it travels in the invitation link."""
    return sha256(public).hexdigest()[:32]


def _bytes(bundle: Mapping[str, object], name: str) -> bytes:
    text = bundle.get(name)
    if not isinstance(text, str):
        raise Problem("422.16")
    try:
        return unb64u(text)
    except Problem:
        raise Problem("422.16") from None


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = loads(data)
    except Problem:
        raise Problem("422.16") from None
    if not isinstance(value, dict):
        raise Problem("422.16")
    return value


def _check_payload(payload: dict[str, Any], pinned_public: bytes) -> None:
    """Refuse a payload that lacks what sealing needs: without right keys a phone must save nothing."""
    try:
        _check_members(payload, pinned_public)
    except (KeyError, TypeError, Problem):
        raise Problem("422.16") from None


def _check_members(payload: dict[str, Any], pinned_public: bytes) -> None:
    _demand(unb64u(payload["office"]["sign_key"]) == pinned_public)
    _demand(isinstance(payload["office"]["id"], str) and bool(payload["office"]["id"]))
    keys = [_sealing_key(payload["keys"][name]) for name in ("report", "identity")]
    _demand(keys[0] != keys[1])
    for name in ("receipt_key", "message_sign_key"):
        check_signing_key(unb64u(payload[name]))
    if "next_sign_key" in payload:
        check_signing_key(unb64u(payload["next_sign_key"]))
    _check_offices(payload, keys)
    serial = payload["serial"]
    _demand(isinstance(serial, int) and not isinstance(serial, bool) and serial > 0)


def _check_offices(payload: dict[str, Any], own: list[bytes]) -> None:
    """Other offices have ids and keys of their own: what is for one of them must never be sealed to this one."""
    ids, keys = [payload["office"]["id"]], list(own)
    others = payload.get("offices", [])
    _demand(isinstance(others, list))
    for office in others:
        _demand(all(isinstance(office[name], str) and bool(office[name]) for name in ("id", "name")))
        ids.append(office["id"])
        keys += [_sealing_key(office["keys"][name]) for name in ("report", "identity")]
    _demand(len(set(ids)) == len(ids) and len(set(keys)) == len(keys))


def _sealing_key(entry: dict[str, str]) -> bytes:
    public = unb64u(entry["key"])
    check_sealing_key(public)
    _demand(entry["id"] == key_id(public) and entry["kem"] == KEM)
    return public


def _demand(holds: bool) -> None:
    if not holds:
        raise Problem("422.16")
