"""The office's style sheets, scripts and mark, read once and named by their content so that they may be kept."""

from functools import cache
from hashlib import sha256

from flask import Blueprint, Response

from intake.domain.problems import Problem
from intake.files import asset
from intake.web.permissions import Act, needs

bp = Blueprint("sheets", __name__)

# The sheet of charts is one for both faces.
SHARED = frozenset({"charts.css"})
TYPES = {
    "charts.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "office.css": "text/css; charset=utf-8",
    "office.js": "text/javascript; charset=utf-8",
    "passkeys.js": "text/javascript; charset=utf-8",
}
A_YEAR = "private, max-age=31536000, immutable"


@cache
def _content(name: str) -> bytes:
    return asset(f"static/{'public' if name in SHARED else 'office'}/{name}").read_bytes()


def digest(name: str) -> str:
    """Eight bytes of the file's digest in hex: part of its address, so a changed file has another one."""
    return sha256(_content(name)).hexdigest()[:16]


@bp.get("/office/files/<version>/<name>")
@needs(Act.SIGN_IN)
def sheet(version: str, name: str) -> Response:
    if name not in TYPES or version != digest(name):
        raise Problem("404.1")
    return Response(_content(name), content_type=TYPES[name], headers={"Cache-Control": A_YEAR})
