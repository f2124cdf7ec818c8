"""What every answer tells the browser not to do, and which requests of other websites are turned away.

One table of policies by path. Nothing inline, nothing from elsewhere, nothing framed, nothing kept unless a view says
so itself. Charts alone may be framed, at an origin of their own where there is nothing else.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from intake.config import LOOPBACK, Settings
from intake.domain.problems import Problem

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_TYPES = "require-trusted-types-for 'script'; trusted-types"

# The longest prefix that fits decides. `fieldbook` is the phone's one policy, for its two worker scripts. A sound is
# played only from memory, where its digest was compared: never straight from an address.
POLICIES: dict[str, str] = {
    "/": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors 'none'; {_TYPES} 'none'"
    ),
    "/field/": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src blob:; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'none'; {_TYPES} fieldbook"
    ),
    "/office": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; {_TYPES} 'none'"
    ),
    # Files that are no page and no worker, so nobody heeds their policy: the short word does, and a phone on 2G pays
    # for each letter.
    **dict.fromkeys(("/field/form/", "/field/words/", "/field/lists/", "/field/icons/", "/field/vendor/"), _NOTHING),
    **dict.fromkeys(("/field/style.css", "/field/manifest.webmanifest"), _NOTHING),
    **dict.fromkeys(("/field/common.js", "/field/fieldbook.js"), _NOTHING),
    "/sync/": _NOTHING,
    "/healthz": _NOTHING,
}

# None of what a phone or a desk can sense is ever asked for (domain.md 1.6). Passkeys stay possible.
_DENIED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "serial",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
FIXED: dict[str, str] = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _DENIED),
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-DNS-Prefetch-Control": "off",
}
# At the origin of charts: any website may show them within its pages, and there is nothing on them to press.
FRAMED: dict[str, str] = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *; {_TYPES} 'none'"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# What browsers heed on documents alone: four hundred bytes that a phone on 2G need not load with each of its files.
_DOCUMENTS_ONLY = frozenset(
    {"Permissions-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options", "X-DNS-Prefetch-Control"}
)
_TWO_YEARS = "max-age=63072000"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def policy(path: str) -> str:
    """The Content-Security-Policy of the pages below a path."""
    return POLICIES[max((prefix for prefix in POLICIES if path.startswith(prefix)), key=len, default="/")]


def install(app: Flask, settings: Settings, *, secure: bool, framed: bool = False) -> None:
    """Guard every request of an app and mark every answer, error pages too. `secure`: people reach it over TLS.

    `framed`: the app of charts, whose pages other websites may show.
    """
    origins = (settings.charts_origin,) if framed else (settings.origin, settings.office_origin)
    hosts = {urlsplit(origin).hostname for origin in origins}
    if settings.loopback:
        hosts |= LOOPBACK

    @app.before_request
    def guard() -> None:
        _refuse_other_hosts(hosts)
        _refuse_other_sites()

    @app.after_request
    def mark(answer: Response) -> Response:
        # A view that may be kept says so; everything else is personal.
        wanted = {"Content-Security-Policy": policy(request.path), "Cache-Control": "no-store"} | FIXED
        if framed and request.path.startswith("/charts/"):
            wanted = {name: value for name, value in wanted.items() if name != "X-Frame-Options"} | FRAMED
        if request.path.startswith("/field/") and answer.mimetype != "text/html":
            wanted = {name: value for name, value in wanted.items() if name not in _DOCUMENTS_ONLY}
        said = {name.lower() for name in answer.headers.keys()}  # noqa: SIM118  these are no mapping
        answer.headers.extend({name: value for name, value in wanted.items() if name.lower() not in said})
        if request.path.startswith("/sync/"):
            # Phones send no cookies, so none must ever be offered.
            answer.headers.pop("Set-Cookie", None)
        if secure:
            answer.headers.setdefault("Strict-Transport-Security", _TWO_YEARS)
        return answer


def _refuse_other_hosts(hosts: set[str | None]) -> None:
    """A name that somebody else pointed at this machine must not become an origin of ours (DNS rebinding)."""
    if request.path != "/healthz" and urlsplit(f"//{request.host}").hostname not in hosts:
        raise Problem("400.1")


def _refuse_other_sites() -> None:
    """Let another website neither send anything here nor read or embed anything; only a link may lead here."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.method in _SAFE:
        link = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == "GET"
        if site in {"cross-site", "same-site"} and not link:
            raise Problem("403.5")
        return
    if site is not None and site != "same-origin":
        raise Problem("403.5")
    _check_origin(sure=site == "same-origin")


def _check_origin(*, sure: bool) -> None:
    """Compare Origin, which every browser sends with what it posts, to the host it was sent to.

    A request without either header comes from no browser: sync, which knows no cookie, may be spoken to by programs;
    the office may not.
    """
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Problem("403.5")
    if origin is None and not sure and not request.path.startswith("/sync/"):
        raise Problem("403.5")
