"""The dashboard's app: published figures. Its process reaches the face of releases and nothing else."""

from flask import Flask

from intake.config import Settings
from intake.store import Store
from intake.web import dashboard, health, surface


def create_figures(settings: Settings) -> Flask:
    """The dashboard alone, for an origin of its own."""
    app = surface.create(settings)
    app.extensions["health"] = app.extensions["releases"] = Store.open(settings, faces=("releases",))
    app.register_blueprint(dashboard.bp)
    app.register_blueprint(health.bp)
    return app
