"""Recorded sentences, as bytes that anybody may fetch by a name that tells nothing. Phones compare the whole digest."""

from flask import Blueprint, Response, abort, current_app

from intake.domain.sounds import HEX, NAME_DIGITS
from intake.store import Store
from intake.store.inbound import sounds

bp = Blueprint("sounds", __name__)


@bp.get("/field/sound/<name>")
def sound(name: str) -> Response:
    """One sound. Nothing keeps it on the way: the phone does, once it has been asked for and looked at."""
    store: Store = current_app.extensions["sounds"]
    found = None
    if len(name) == NAME_DIGITS and set(name) <= HEX:
        with store.inbound(reading=True) as session:
            found = sounds.find(session, name)
    if found is None:
        abort(404)
    media_type, content = found
    return Response(content, content_type=media_type)
