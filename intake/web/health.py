"""Whether this process can do its work, for whoever watches it."""

from flask import Blueprint, Response, current_app

from intake.domain.problems import Problem
from intake.store import Store

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """200 "ok" when the database answers, else 503."""
    store: Store = current_app.extensions["health"]
    if not store.answers():
        raise Problem("503.1")
    return Response("ok\n", content_type="text/plain; charset=utf-8")
