"""The phone's files: one page, its modules, forms and words, served as they are and packed once at start.

Everything below `/field/` is public, the same for everybody, and known before the first request, so there is one
dictionary from path to bytes and one view. The service worker learns from `/field/shell.js` which of these files it
must hold before the app may say that it works without a network, and the digest each of them must have.
"""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App

from intake import questionnaires
from intake.files import asset
from intake.web.locales import field_languages, field_words

bp = Blueprint("field", __name__)

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
}
# Always asked again: a phone learns from these two that there is something new. The rest may be kept for five minutes,
# so that the service worker's first installation finds what the page has just fetched and fetches nothing twice.
ASKED_AGAIN = frozenset({"sw.js", "shell.js"})
KEPT_SECONDS = 300
# The worker has no page to protect, and the two scripts that it imports are constants of its source: the page's demand
# for Trusted Types would forbid that import, and with it the whole installation.
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
# Fetched by the page besides its modules. Pictures for the home screen are not here: the system fetches those itself.
NEEDED = ("common.js", "kdf-worker.js", "style.css", "icons/icon.svg")
# Fetched when wanted, and then kept.
MORE = ("words/", "lists/")
# The page works in this language before anybody has chosen one, and notices not yet reviewed stand beside it.
REFERENCE = "en"

# Our own modules in one file, made by `make vendor`, but for those that the service worker is made of too, which are in
# `common.js`; what it imports lies beside it.
ENTRY = "fieldbook.js"

_FROM = re.compile(r"""(?<![\w$.])(?:import|export)\b[^'"`;]*?\bfrom\s*["'](\.{1,2}/[^"']+)["']""")


@dataclass(frozen=True)
class Packed:
    """One file as it is sent: `plain` bytes, the same by brotli and gzip, their SHA-256 in hex, the media type."""

    plain: bytes
    br: bytes
    gz: bytes
    digest: str
    media_type: str


@cache
def pack(body: bytes, suffix: str) -> Packed:
    """Compress once and for good. The same bytes give the same result, so a second app in one process costs nothing."""
    return Packed(
        plain=body,
        br=brotli.compress(body, quality=11),
        gz=gzip.compress(body, 9, mtime=0),
        digest=sha256(body).hexdigest(),
        media_type=TYPES[suffix],
    )


def modules(sources: dict[str, bytes], entry: str = ENTRY) -> list[str]:
    """Paths of the modules that `entry` loads, itself first, each once, in the order in which they are met."""
    found: list[str] = []
    waiting = [entry]
    while waiting:
        path = waiting.pop(0)
        if path in found or path not in sources:
            continue
        found.append(path)
        waiting += [_resolve(path, target) for target in _FROM.findall(sources[path].decode())]
    return found


def _resolve(importer: str, target: str) -> str:
    parts: list[str] = []
    for part in (*PurePosixPath(importer).parent.parts, *PurePosixPath(target).parts):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def shelf(app: App) -> dict[str, Packed]:
    """Every file below `/field/`, by its path there; "" is the page itself."""
    return {path: pack(body, PurePosixPath(path).suffix or ".html") for path, body in _bodies(app).items()}


def shell_id(*, demo: bool = False) -> str:
    """The id of the phone's files as this program serves them, whichever of its faces asks."""
    app = Flask("intake.public", template_folder=str(asset("templates")))
    app.config["DEMO"] = demo
    made = _bodies(app)["shell.js"]
    return str(json.loads(made.removeprefix(b"self.SHELL=").removesuffix(b";\n"))["id"])


def _bodies(app: App) -> dict[str, bytes]:
    # An app that says nothing of it is none.
    demo = bool(app.config.get("DEMO"))
    bodies = {**_static(asset("static/field")), **_forms(), **_words(demo)}
    needed = modules(bodies)
    bodies["manifest.webmanifest"] = _manifest()
    bodies["measures"] = _render(app, "field/measures.html", **_measures())
    bodies[""] = _render(app, "field/page.html", modules=_urls(needed), languages=field_languages(), demo=demo)
    kept = ["", "measures", "manifest.webmanifest", *needed, *NEEDED, *_forms(), f"words/{REFERENCE}.json"]
    bodies["shell.js"] = _shell(bodies, [path for path in kept if path in bodies])
    return bodies


def _urls(paths: list[str]) -> list[str]:
    return [f"/field/{path}" for path in paths]


def _static(root: Path) -> dict[str, bytes]:
    found = sorted(path for path in root.rglob("*") if path.suffix in TYPES)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def _forms() -> dict[str, bytes]:
    """The forms that can be begun. Written small: they say the same to the phone without their line breaks."""
    found = questionnaires.interviews()
    return {f"form/{name}.{version}.json": _small(questionnaires.load(name, version)) for name, version in found}


def _words(demo: bool) -> dict[str, bytes]:
    return {f"words/{one['tag']}.json": field_words(one["tag"], demo=demo) for one in field_languages()}


def _small(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _render(app: App, template: str, **values: object) -> bytes:
    return app.jinja_env.get_template(template).render(**values).encode()


def _manifest() -> bytes:
    """A name that tells nothing, and pictures with and without room for the phone's own mask."""
    icons = [
        {"src": "/field/icons/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {"src": "/field/icons/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": "/field/icons/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {"src": "/field/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    return _small(
        {
            "id": "/field/",
            "name": "Fieldbook",
            "short_name": "Fieldbook",
            "start_url": "/field/",
            "scope": "/field/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#14384a",
            "icons": icons,
        }
    )


def _measures() -> dict[str, list[list[str]]]:
    """What the quick exit shows: a page one may well have open, with nothing to hide and nothing to load."""
    steps = (1, 2, 5, 10, 20, 50, 100)
    return {
        "length": [[str(n), f"{n * 0.621371:.1f}", str(n), f"{n * 3.28084:.1f}"] for n in steps],
        "weight": [[str(n), f"{n * 2.204623:.1f}", str(n * 10), f"{n * 0.352740:.1f}"] for n in steps],
        "heat": [[str(n), f"{n * 1.8 + 32:.0f}"] for n in (0, 10, 20, 25, 30, 35, 40)],
    }


def _shell(bodies: dict[str, bytes], kept: list[str]) -> bytes:
    """`self.SHELL`: the files a phone must hold, and those that belong to it once it had them.

    These are the words of other languages and the lists of words for passphrases. Every form is among the former: an
    office may use an older version, and a draft may have been begun with one.
    """
    listed = _listed(bodies, kept)
    more = _listed(bodies, [path for path in bodies if path.startswith(MORE) and path not in kept])
    return b"self.SHELL=" + _small({"id": _name(listed, more), "files": listed, "more": more}) + b";\n"


def _name(files: object, words: object) -> str:
    """The version of the app: it changes with any byte of any file, and with nothing else."""
    return sha256(_small([files, words])).hexdigest()[:16]


def _listed(bodies: dict[str, bytes], paths: list[str]) -> list[tuple[str, str]]:
    return [(f"/field/{path}", sha256(bodies[path]).hexdigest()) for path in sorted(paths)]


def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["field"] = shelf(state.app)


bp.record_once(_prepare)


def _encodings(found: Packed) -> Iterator[tuple[str, bytes]]:
    if len(found.br) < len(found.plain):
        yield "br", found.br
        yield "gzip", found.gz


@bp.get("/field/", defaults={"path": ""})
@bp.get("/field/<path:path>")
def file(path: str) -> Response:
    """One file, in the best packing the browser names, or 304 when it already has it."""
    found: Packed | None = current_app.extensions["field"].get(path)
    if found is None:
        abort(404)
    coding, body = next(
        ((name, packed) for name, packed in _encodings(found) if request.accept_encodings[name]), ("", found.plain)
    )
    answer = Response(body, content_type=found.media_type)
    if coding:
        answer.headers["Content-Encoding"] = coding
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = "no-cache" if path in ASKED_AGAIN else f"max-age={KEPT_SECONDS}"
    answer.set_etag(f"{found.digest[:32]}{coding}")
    if path == "sw.js":
        answer.headers["Service-Worker-Allowed"] = "/field/"
        answer.headers["Content-Security-Policy"] = WORKER_POLICY
    answer.make_conditional(request)
    return answer
