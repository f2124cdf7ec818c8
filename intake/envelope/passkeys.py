"""Passkeys (WebAuthn): what a browser answers to a challenge, checked against the whole public key.

Attestation is neither asked for nor believed: which make an authenticator is tells us nothing we act on. The library is
loaded at the first answer: a fifth of the program's start would be spent on it.
"""

from dataclasses import dataclass, replace

from intake.domain.problems import Problem

# Whatever somebody's bytes break inside the library's readers of JSON and CBOR is a refusal, and no failure of ours.
_ANYTHING = Exception


@dataclass(frozen=True)
class Passkey:
    """A credential: its id, its COSE public key, and how often its authenticator says it was used (0: it does not)."""

    credential: bytes
    public: bytes
    count: int


@dataclass(frozen=True)
class Answer:
    """What the browser sent (JSON text), the challenge it must answer and the origin it must have answered at."""

    text: str
    challenge: bytes
    origin: str
    host: str


def accept(answer: Answer) -> Passkey:
    """A new passkey. Raises Problem 401.5."""
    import webauthn  # noqa: PLC0415

    try:
        made = webauthn.verify_registration_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_origin=answer.origin,
            expected_rp_id=answer.host,
            require_user_verification=True,
        )
    except _ANYTHING:
        raise Problem("401.5") from None
    return Passkey(made.credential_id, made.credential_public_key, made.sign_count)


def credential_of(answer: Answer) -> bytes:
    """Which passkey the answer says it is from. Raises Problem 401.5."""
    from webauthn.helpers import parse_authentication_credential_json  # noqa: PLC0415

    try:
        return parse_authentication_credential_json(answer.text).raw_id
    except _ANYTHING:
        raise Problem("401.5") from None


def check(passkey: Passkey, answer: Answer) -> Passkey:
    """The passkey with its new count, when the answer is its own, fresh and not a copy's. Raises Problem 401.5."""
    import webauthn  # noqa: PLC0415

    try:
        used = webauthn.verify_authentication_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_origin=answer.origin,
            expected_rp_id=answer.host,
            credential_public_key=passkey.public,
            credential_current_sign_count=passkey.count,
            require_user_verification=True,
        )
    except _ANYTHING:
        raise Problem("401.5") from None
    if used.credential_id != passkey.credential:
        raise Problem("401.5")
    return replace(passkey, count=used.new_sign_count)
