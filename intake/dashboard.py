"""The dashboard's apps: published figures. Their processes reach the face of releases and nothing else."""

from flask import Flask

from intake.config import BadSetting, Settings
from intake.store import Store
from intake.web import dashboard, embedded, health, surface


def create_figures(settings: Settings) -> Flask:
    """The dashboard alone, for an origin of its own."""
    app = surface.create(settings)
    dashboard.install(app, settings)
    return _of_releases(app, settings)


def create_charts(settings: Settings) -> Flask:
    """Single charts for the pages of others, at `charts_origin`, where nothing else is. Raises BadSetting without."""
    if not settings.charts_origin:
        raise BadSetting("INTAKE_CHARTS_ORIGIN must say where charts for other websites are served.")
    app = surface.create(settings, framed=True)
    embedded.install(app, settings)
    return _of_releases(app, settings)


def _of_releases(app: Flask, settings: Settings) -> Flask:
    app.extensions["health"] = app.extensions["releases"] = Store.open(settings, faces=("releases",))
    app.register_blueprint(health.bp)
    return app
