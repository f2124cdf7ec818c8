"""The public page of published figures. It can show a published release and nothing else."""

from flask import Blueprint, Response, render_template

bp = Blueprint("dashboard", __name__)


@bp.get("/")
def figures() -> Response:
    """The latest release; before the first there is nothing to show."""
    answer = Response(render_template("public/figures.html"))
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer
