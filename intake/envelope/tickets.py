"""Tickets: the server's signed word that it let this phone in (SPEC.md 8).

A server restored from a backup older than an enrolment has forgotten the phone, but not its own key: the phone shows
its ticket and is let in again, and no person need do anything.
"""

from intake.domain.problems import Problem
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.invitations import normal
from intake.envelope.signing import SigningKey, verify


def make(key: SigningKey, *, office: str, code: str, sign_key: str, message_key: str) -> str:
    """86 characters of base64url. `sign_key` and `message_key` are the phone's public keys as it sent them."""
    return b64u(key.sign(_text(office, code, sign_key, message_key)))


def holds(ticket: str, public: bytes, *, office: str, code: str, sign_key: str, message_key: str) -> bool:
    """Whether the server whose receipt key is `public` (65 bytes) gave this ticket, for just these words."""
    try:
        verify(public, unb64u(ticket), _text(office, code, sign_key, message_key))
    except Problem:
        return False
    return True


def _text(office: str, code: str, sign_key: str, message_key: str) -> bytes:
    return f"intake-ticket/1\n{office}\n{normal(code)}\n{sign_key}\n{message_key}\n".encode()
