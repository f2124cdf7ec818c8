"""The office: the app that staff use. It opens what the public side only keeps."""

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from intake.config import Settings
from intake.domain.problems import Problem
from intake.files import asset
from intake.services.find import Finder
from intake.services.signin import REMEMBERED
from intake.store import Store
from intake.web import (
    account,
    answering,
    arrivals,
    audit,
    cases,
    casework,
    claim_lists,
    claim_policy,
    claims,
    consents,
    desks,
    directory,
    due,
    duty,
    entering,
    find,
    forwarding,
    gender,
    headers,
    health,
    help,
    inbox,
    invitations,
    join,
    kept,
    keychains,
    locales,
    lost,
    missions,
    notes,
    offer,
    once,
    overview,
    people,
    phones,
    phrases,
    places,
    problems,
    proceedings,
    programmes,
    providers,
    recordings,
    register,
    releasing,
    schooling,
    scorecards,
    sheets,
    signin,
    states,
    terms,
    translating,
    verbales,
    wording,
)
from intake.web import settings as setting_pages
from intake.web.desks import Office
from intake.web.leaving import Leaving
from intake.web.permissions import Act, needs

PAGES = (
    *(
        signin,
        account,
        join,
        kept,
        arrivals,
        register,
        inbox,
        entering,
        translating,
        cases,
        casework,
        help,
        consents,
        notes,
        providers,
        programmes,
        schooling,
        gender,
        answering,
        claim_policy,
        claims,
        claim_lists,
        missions,
        find,
        forwarding,
        overview,
        due,
        duty,
    ),
    *(phones, invitations, lost, people, keychains, audit, sheets),
    *(offer, places, directory, setting_pages, wording, recordings),
    *(states, terms, proceedings, verbales, scorecards, releasing),
)
LONGEST_FORM = 64 * 1024
# A list with every cell as long as it may be, as a file and typed again by the browser; a recorded sentence; a page of
# a report with all that can be told in it, in letters of which each takes nine signs on its way.
LONGEST_FILES = {
    "places.load": 2**20,
    "directory.load": 2**22,
    "claim_lists.load": 2**23,
    "recordings.add": 2**19,
    "entering.write": 2**19,
    "kept.keep": 2**19,
}


def utc_now() -> datetime:
    """The instant a request is judged by."""
    return datetime.now(UTC)


def create_office(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    pseudo: bool = False,
    store: Store | None = None,
    leave: Callable[[], None] | None = None,
) -> Flask:
    """The app for staff. `leave` ends the process that serves it, once nobody is signed in any more; None: it stays.

    `clock` and `pseudo` are for tests: another time, the language that shows missing words.
    """
    app = Flask("intake.office", template_folder=str(asset("templates")), static_folder=None)
    app.config.update(
        SECRET_KEY=form_key(settings),
        SESSION_COOKIE_NAME="__Host-office-form" if settings.office_secure else "office-form",
        SESSION_COOKIE_SECURE=settings.office_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        MAX_CONTENT_LENGTH=LONGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM,
        # A token lives as long as it is known whose a session was: a form sent too late is kept, not refused. The
        # headers below judge where a request came from.
        WTF_CSRF_TIME_LIMIT=int(REMEMBERED.total_seconds()),
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.proxies:
        # Believe as many proxies as the operator named, and nobody else, about address, scheme and host.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the way Flask documents
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    headers.install(app, settings, secure=settings.office_secure)
    problems.install(app, page="office/problem.html", keep=desks.keep_refused)
    locales.install(app, pseudo=pseudo, demo=settings.demo)
    app.before_request(_let_files_in)
    _guard_forms(app)
    app.after_request(_name_own_origin)
    store = store or Store.open(settings)
    finder = Finder(store, settings.data / "index")
    watching = Leaving(store, clock, leave).start() if leave else None
    desks.install(app, Office(store=store, settings=settings, clock=clock, finder=finder, leaving=watching))
    kept.install(app)
    once.install(app)
    _give_words(app)
    app.jinja_env.filters["zip"] = zip
    for page in PAGES:
        app.register_blueprint(page.bp)
    _let_watch(app, store)
    return app


def _let_watch(app: Flask, store: Store) -> None:
    """`/healthz`, which an office served alone needs too; watchers have no account."""
    app.extensions["health"] = store
    app.register_blueprint(health.bp)
    app.view_functions["health.healthz"] = needs(Act.WATCH)(health.healthz)


def form_key(settings: Settings) -> bytes:
    """The key that binds forms to the browser they were sent to: 32 bytes in a file, the same for every worker."""
    path = settings.data / "office-form.key"
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_once(path, secrets.token_bytes(32))
    return path.read_bytes()


def _write_once(path: Path, content: bytes) -> None:
    """Put the whole file in its place unless another worker was faster; nobody ever reads half of it."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _let_files_in() -> None:
    """Forms with a file or long texts may be larger than others. Before the guard of forms, which reads all of them."""
    longest = LONGEST_FILES.get(request.endpoint or "")
    if longest is not None:
        request.max_content_length = request.max_form_memory_size = longest


def _guard_forms(app: Flask) -> None:
    CSRFProtect(app)

    def expired(_: CSRFError) -> ResponseReturnValue:
        return app.handle_user_exception(Problem("422.22"))

    app.register_error_handler(CSRFError, expired)


def _name_own_origin(answer: Response) -> Response:
    """With "no-referrer" browsers post forms with `Origin: null`, which the guard of other websites must refuse."""
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _give_words(app: Flask) -> None:
    app.jinja_env.globals.update(
        form_text=phrases.form_text,
        form_said=phrases.form_said,
        reference_text=phrases.reference_text,
        direction_of=phrases.direction_of,
        language_name=phrases.language_name,
        country_name=locales.country,
        currency_name=phrases.currency_name,
        money=phrases.money,
        ago=phrases.ago,
        telephones=phrases.telephones,
        day=phrases.day,
        sheet=lambda name: url_for(desks.FILES, version=sheets.digest(name), name=name),
    )
