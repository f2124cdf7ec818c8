"""Messages to phones: numbered by the office, signed, sealed, laid where the phone fetches them.

The office remembers the last number of each phone itself: a public side restored from an older backup has forgotten
some, and a phone shows no number twice.
"""

from datetime import datetime
from typing import Any

from intake.envelope.encoding import unb64u
from intake.envelope.messages import seal_message
from intake.envelope.signing import SigningKey, key_id
from intake.services import records, times
from intake.services.desk import Desk
from intake.store import Session
from intake.store.inbound import messages

KIND = "post"


def send(
    session: Session,
    inbound: Session,
    *,
    desk: Desk,
    device: str,
    message_key: bytes,
    content: dict[str, Any],
    now: datetime,
) -> int:
    """One message to one phone, by the message key the office has on record for it. Gives its number.

    Raises Problem 403.21 without the work keychain.
    """
    known = records.get(session, desk=desk, kind=KIND, id=device)
    number = max(known.content["last"] if known else 0, messages.last(inbound, device)) + 1
    sealed = seal_message(
        message_key,
        sign_key(session, desk),
        office=desk.office,
        device=device,
        number=number,
        day=times.day(now),
        content=content,
    )
    messages.add(inbound, device=device, number=number, sealed=sealed)
    seen = known.version if known else 0
    records.put(session, desk=desk, kind=KIND, id=device, content={"last": number}, seen=seen, now=now)
    return number


def sign_key(session: Session, desk: Desk) -> SigningKey:
    """The key that phones and other offices know: the last bundle's, which after a rotation is not yet the current."""
    chain = desk.need("work").chain
    published = records.get(session, desk=desk, kind="office", id="bundle")
    if published is None:
        return chain.current("message_sign").signing
    return chain.find(key_id(unb64u(published.content["message_sign_key"]))).signing
