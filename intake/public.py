"""The internet-facing apps: what phones speak with, and the page of published figures."""

from flask import Flask, Response, redirect
from werkzeug.middleware.proxy_fix import ProxyFix

from intake.config import BadSetting, Settings
from intake.domain.problems import Problem
from intake.envelope.signing import SigningKey
from intake.files import asset
from intake.store import Store
from intake.web import dashboard, field, headers, health, locales, problems, sounds, sync


def create_public(settings: Settings, *, figures: bool = False) -> Flask:
    """The phone's app, the protocol it speaks and, with `figures`, the dashboard at `/`.

    Without `figures` the origin is the phone's alone and knows no dashboard. Raises BadSetting without a receipt key.
    """
    app = _app(settings)
    store = Store.open(settings)
    app.extensions["health"] = store
    sync.install(app, store, receipt_key(settings))
    app.register_blueprint(field.bp)
    app.extensions["sounds"] = store
    app.register_blueprint(sounds.bp)
    app.register_blueprint(health.bp)
    app.add_url_rule("/problems/<code>", "problem", problems.explain)
    if figures:
        app.register_blueprint(dashboard.bp)
    else:
        app.add_url_rule("/", "home", _to_the_phone)
    return app


def create_figures(settings: Settings) -> Flask:
    """The dashboard alone, for an origin of its own."""
    app = _app(settings)
    app.extensions["health"] = Store.open(settings)
    app.register_blueprint(dashboard.bp)
    app.register_blueprint(health.bp)
    return app


def receipt_key(settings: Settings) -> SigningKey:
    """The one private key of the internet-facing side: 32 bytes in a file. Raises BadSetting."""
    try:
        return SigningKey.from_bytes(settings.receipt_key.read_bytes())
    except OSError:
        raise BadSetting(f"There is no receipt key at {settings.receipt_key}; `intake setup` makes one.") from None
    except Problem:
        raise BadSetting(f"{settings.receipt_key} does not hold a receipt key.") from None


def _app(settings: Settings) -> Flask:
    app = Flask(
        "intake.public",
        template_folder=str(asset("templates")),
        static_folder=str(asset("static/public")),
        static_url_path="/public",
    )
    app.config["MAX_CONTENT_LENGTH"] = sync.JSON_BODY
    if settings.proxies:
        # Believe as many proxies as the operator named, and nobody else, about address, scheme and host.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the way Flask documents
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    headers.install(app, settings, secure=settings.secure)
    problems.install(app)
    locales.install(app)
    return app


def _to_the_phone() -> Response:
    return Response(redirect("/field/").get_data(), 302, {"Location": "/field/"})
