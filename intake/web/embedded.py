"""Single charts for the pages of others. Their origin has nothing else: no cookie, no script, nothing to press but a
link to the release that the numbers come from.
"""

from flask import Blueprint, Flask, Response, current_app, render_template

from intake.config import Settings
from intake.domain.problems import Problem
from intake.web.published import KEPT, Shown, drawn, find, newest

bp = Blueprint("embedded", __name__)


def install(app: Flask, settings: Settings) -> None:
    """Give the app its charts, which link to the dashboard at `origin`."""
    app.config["DASHBOARD"] = settings.origin
    app.register_blueprint(bp)


@bp.get("/charts/newest/<name>")
def latest(name: str) -> Response:
    """A chart of the newest release that was not withdrawn: it changes with the next one."""
    found = newest()
    if found is None:
        raise Problem("404.13")
    return _page(found, name)


@bp.get("/charts/<int:number>/<name>")
def chart(number: int, name: str) -> Response:
    """A chart of one release; when that is withdrawn, the note stands over it."""
    return _page(find(number), name)


def _page(shown: Shown, name: str) -> Response:
    for table in shown.release.tables:
        if table.name == name:
            one = drawn(shown.release, table)
            dashboard = current_app.config["DASHBOARD"]
            answer = Response(render_template("public/chart.html", shown=shown, one=one, dashboard=dashboard))
            answer.headers["Cache-Control"] = KEPT
            return answer
    raise Problem("404.1")
