"""What the internet-facing apps have in common: their files, their headers, their error pages, their languages."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from intake.config import Settings
from intake.files import asset
from intake.web import headers, locales, problems


def create(settings: Settings, *, longest: int = 0, framed: bool = False) -> Flask:
    """An app without a page, and without cookies. `longest` is the most bytes that a request may bring.

    `framed`: it is the one whose pages other websites may show within theirs, at the origin of charts.
    """
    app = Flask(
        "intake.public",
        template_folder=str(asset("templates")),
        static_folder=str(asset("static/public")),
        static_url_path="/public",
    )
    app.config["MAX_CONTENT_LENGTH"] = longest
    if settings.proxies:
        # Believe as many proxies as the operator named, and nobody else, about address, scheme and host.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the way Flask documents
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    secure = settings.charts_secure if framed else settings.secure
    headers.install(app, settings, secure=secure, framed=framed)
    problems.install(app)
    locales.install(app, remember=False, demo=settings.demo)
    return app
