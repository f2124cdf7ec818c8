"""The internet-facing apps: what phones speak with, and the page of published figures."""

from flask import Flask, Response, redirect

from intake.config import BadSetting, Settings
from intake.domain.problems import Problem
from intake.envelope.signing import SigningKey
from intake.store import Store
from intake.web import dashboard, field, health, problems, sounds, surface, sync


def create_public(settings: Settings, *, figures: bool = False) -> Flask:
    """The phone's app, the protocol it speaks and, with `figures`, the dashboard at `/`.

    Without `figures` the origin is the phone's alone and knows no dashboard. Raises BadSetting without a receipt key.
    """
    app = surface.create(settings, longest=sync.JSON_BODY)
    store = Store.open(settings)
    app.extensions["health"] = store
    sync.install(app, store, receipt_key(settings))
    app.register_blueprint(field.bp)
    app.extensions["sounds"] = store
    app.register_blueprint(sounds.bp)
    app.register_blueprint(health.bp)
    app.add_url_rule("/problems/<code>", "problem", problems.explain)
    if figures:
        app.extensions["releases"] = store
        dashboard.install(app, settings)
    else:
        app.add_url_rule("/", "home", _to_the_phone)
    return app


def receipt_key(settings: Settings) -> SigningKey:
    """The one private key of the internet-facing side: 32 bytes in a file. Raises BadSetting."""
    try:
        return SigningKey.from_bytes(settings.receipt_key.read_bytes())
    except OSError:
        raise BadSetting(f"There is no receipt key at {settings.receipt_key}; `intake setup` makes one.") from None
    except Problem:
        raise BadSetting(f"{settings.receipt_key} does not hold a receipt key.") from None


def _to_the_phone() -> Response:
    return Response(redirect("/field/").get_data(), 302, {"Location": "/field/"})
