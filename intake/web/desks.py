"""What every page of the office is given: the store, the clock, and the desk of whoever asks."""

import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake.config import Settings
from intake.domain.problems import CATALOGUE, Problem
from intake.services import signin
from intake.services.desk import Desk
from intake.store import Store
from intake.store.office import offices
from intake.web.permissions import Act, check, declared, may, open_to_all

# Pages of the main navigation, with the act that whoever sees the link may do.
PAGES = (
    ("arrivals.listing", Act.LIST_ARRIVALS),
    ("cases.listing", Act.SEE_CASES),
    ("phones.listing", Act.SEE_PHONES),
    ("providers.listing", Act.SEE_HELP),
    ("people.listing", Act.SEE_PEOPLE),
    ("audit.lines", Act.SEE_AUDIT),
    ("signin.account", Act.OWN_ACCOUNT),
)
FILES = "sheets.sheet"
TRIES_AT_ONCE = 2


@dataclass(frozen=True)
class Office:
    """What `create_office` made once for all requests. `clock` gives aware UTC instants."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]
    # A try at a passphrase takes 64 MiB, whoever tries: strangers must not take all the memory there is.
    trying: AbstractContextManager[object] = field(default_factory=lambda: BoundedSemaphore(TRIES_AT_ONCE))

    @property
    def cookie(self) -> str:
        """The name of the sign-in cookie: bound to this host alone, which only works over TLS."""
        return "__Host-office" if self.settings.office_secure else "office"


def install(app: Flask, office: Office) -> None:
    """Ask everybody who they are before any view is called, and hand templates what all of them show."""
    app.extensions["office"] = office
    app.before_request(_admit)
    app.context_processor(_for_templates)


def office() -> Office:
    """The office this app serves."""
    return cast(Office, current_app.extensions["office"])


def desk() -> Desk:
    """The desk of who asks. Raises Problem 401.3 when nobody is signed in."""
    found = desk_or_none()
    if found is None:
        raise Problem("401.3")
    return found


def desk_or_none() -> Desk | None:
    """The desk of who asks, or None."""
    return cast(Desk | None, g.get("desk"))


def now() -> datetime:
    """The instant of this request: one for all it does."""
    if "now" not in g:
        g.now = office().clock()
    return cast(datetime, g.now)


def address() -> str:
    """Where the request comes from, as far as the configured proxies can be believed."""
    return request.remote_addr or ""


def set_cookie(response: AnyResponse, value: str) -> None:
    """Give the browser its sign-in cookie; it dies with the browser's session."""
    response.set_cookie(
        office().cookie, value, secure=office().settings.office_secure, httponly=True, samesite="Strict", path="/"
    )


def drop_cookie(response: AnyResponse) -> None:
    """Take the sign-in cookie away."""
    response.delete_cookie(
        office().cookie, secure=office().settings.office_secure, httponly=True, samesite="Strict", path="/"
    )


def stepped_up(code: str) -> Desk:
    """A desk with the identity keychain: the one there is if its ten minutes run, else a new one on a fresh code.

    Raises Problem 401.4, 403.21, 429.1.
    """
    found = desk()
    if found.identity is not None:
        return found
    cookie = request.cookies[office().cookie]
    with office().store.office() as session:
        attempt = signin.attempt(session, name=found.staff.name, address=address(), now=now())
    with office().store.office() as session:
        return signin.step_up(session, attempt=attempt, cookie=cookie, code=latin(code), chain="identity", now=now())


def errors_of(problem: Problem) -> dict[str, str]:
    """Where a form shows a refusal: {field, or "" for the whole form: code}. Raises what no form can mend."""
    if problem.kind.status != 422:
        raise problem
    return {str(problem.params.get("field", "")): problem.code}


def latin(code: str) -> str:
    """A typed code with Latin digits, whatever keyboard it was typed on."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in code)


def own_path(path: str) -> str:
    """The path if it is a page of this office, else "": where to go after signing in is not for strangers to say."""
    parts = urlsplit(path)
    plain = not (parts.scheme or parts.netloc or "\\" in path) and path.isprintable()
    return path if plain and path.startswith("/office/") else ""


def _admit() -> AnyResponse | None:
    """Let the request through to its view, ask to sign in, or raise Problem 403.10."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == FILES:
        return None
    act = declared(view)
    _resume()
    if open_to_all(act):
        return None
    found = desk_or_none()
    if found is None:
        return _ask_to_sign_in()
    check(found.staff.roles, act)
    return None


def _resume() -> None:
    cookie = request.cookies.get(office().cookie)
    if not cookie:
        return
    with office().store.office() as session:
        g.desk = signin.resume(session, cookie=cookie, now=now())
        if g.desk is not None:
            known = offices.get(session, g.desk.office)
            g.office_name = known.name if known else ""


def _ask_to_sign_in() -> Response:
    """To the sign-in page; a cookie that opens nothing any more says that somebody was signed in before."""
    was = office().cookie in request.cookies
    back = own_path(request.path) if request.method == "GET" else ""
    target = url_for("signin.sign_in", said="idle" if was else None, next=back or None)
    response = make_response(redirect(target, 303))
    if was:
        drop_cookie(response)
    return response


def _for_templates() -> dict[str, object]:
    found = desk_or_none()
    roles = found.staff.roles if found else frozenset()
    return {
        "desk": found,
        "office_name": g.get("office_name", ""),
        "pages": [endpoint for endpoint, act in PAGES if found and may(roles, act)],
        "may": lambda act: may(roles, Act[act]),
        "title_of": lambda code: CATALOGUE[code].title,
    }
