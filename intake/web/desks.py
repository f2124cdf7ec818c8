"""What every page of the office is given: the store, the clock, and the desk of whoever asks."""

import hmac
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import BoundedSemaphore
from typing import TypeVar, cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.config import Settings
from intake.domain.problems import CATALOGUE, Problem
from intake.envelope.encoding import b64u, unb64u
from intake.services import dating, forwarding, kept, own, passkeys, register, signin, terms, times
from intake.services import reading as people_read
from intake.services.desk import Desk
from intake.services.find import Finder
from intake.services.kept import Kept
from intake.services.signin import Answer, Attempt
from intake.store import Session, Store
from intake.store.office import offices
from intake.web import locales
from intake.web.leaving import Leaving
from intake.web.permissions import Act, check, declared, may, open_to_all

# Pages of the main navigation, with the act that whoever sees the link may do.
PAGES = (
    ("arrivals.listing", Act.LIST_ARRIVALS),
    ("entering.home", Act.ENTER),
    ("cases.listing", Act.SEE_CASES),
    ("claims.listing", Act.SEE_CLAIMS),
    ("find.search", Act.FIND),
    ("translating.listing", Act.TRANSLATE),
    ("overview.show", Act.SEE_OVERVIEW),
    ("due.listing", Act.SEE_DUE),
    ("duty.show", Act.SEE_DUTY),
    ("phones.listing", Act.SEE_PHONES),
    ("providers.listing", Act.SEE_HELP),
    ("programmes.listing", Act.SEE_PROGRAMMES),
    ("states.listing", Act.SEE_STATES),
    ("scorecards.listing", Act.SEE_SCORECARDS),
    ("releasing.listing", Act.SEE_RELEASES),
    ("people.listing", Act.SEE_PEOPLE),
    ("offer.overview", Act.SEE_OFFER),
    ("audit.lines", Act.SEE_AUDIT),
    ("account.show", Act.OWN_ACCOUNT),
)
# At these what the office knows is brought up to now before the view is called.
KNOWING = frozenset(
    {
        Act.LIST_ARRIVALS,
        Act.OPEN_REPORT,
        Act.DECIDE,
        Act.SEE_LINKS,
        Act.SEE_CASES,
        Act.WORK_CASES,
        Act.ANSWER_BACK,
        Act.FIND,
        Act.SEE_OVERVIEW,
        Act.EXPORT,
        Act.SEE_DUE,
        Act.SEE_HELP,
        Act.WORK_HELP,
        Act.SEE_CLAIMS,
        Act.WORK_CLAIMS,
        Act.FORWARD_CLAIMS,
        Act.SEE_STATES,
        Act.WORK_STATES,
        Act.SEE_PHONES,
        Act.TRANSLATE,
    }
)
# Before these are shown, what other offices told of claims is taken in: the lists must not count one twice, and nobody
# should have to look at claims to learn of it.
HEARING = frozenset(
    {
        *(Act.LIST_ARRIVALS, Act.SEE_DUE),
        *(Act.SEE_CLAIMS, Act.WORK_CLAIMS, Act.FORWARD_CLAIMS, Act.OPEN_CLAIM_NAMES),
        *(Act.SEE_STATES, Act.WORK_STATES, Act.SEE_SCORECARDS, Act.MAKE_SCORECARDS),
    }
)
# Pages that have nothing to show without it; others can do what they do, slowly.
LISTS = frozenset(
    {
        *("arrivals.listing", "cases.listing", "find.search", "find.look", "find.keep", "due.listing"),
        *("claims.listing", "forwarding.listing", "translating.listing", "states.listing"),
        *("overview.show", "overview.narrow", "overview.ask_export", "overview.export"),
    }
)
REFRESH = 1  # seconds between two looks at the progress bar
FILES = "sheets.sheet"
KEEPING = "kept.keep"
TRIES_AT_ONCE = 2
LAST_PAGE = 100_000

Found = TypeVar("Found")


@dataclass(frozen=True)
class Office:
    """What `create_office` made once for all requests. `clock` gives aware UTC instants."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]
    finder: Finder
    leaving: Leaving | None = None
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
    app.after_request(_forget_what_was_sent)
    app.context_processor(_for_templates)


def office() -> Office:
    """The office this app serves."""
    return cast(Office, current_app.extensions["office"])


def once_more(answer: Response) -> Response:
    """The page asks again by itself as long as days are being worked out, if nothing can be typed on it meanwhile."""
    if request.method == "GET" and g.get("dating"):
        answer.headers["Refresh"] = f"{REFRESH};url={_here()}"
    return answer


def somebody_left() -> None:
    """Somebody signed out: if they were the last, the process that knows what they opened goes too."""
    if watching := office().leaving:
        watching.somebody_left()


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


def reading(do: Callable[[Session], Found]) -> Found:
    """What `do` reads, in a transaction of its own."""
    with office().store.office(reading=True) as session:
        return do(session)


def writing(do: Callable[[Session], Found]) -> Found:
    """What `do` gives, and all that it wrote, or nothing when it raises."""
    with office().store.office() as session:
        return do(session)


def reads(session: Session) -> frozenset[str]:
    """What whoever asks can read: what they have said, else the page's language and the reference."""
    return people_read.own(session, desk=desk()) or frozenset({locales.words_tag(), words.REFERENCE})


def without_key() -> Response | None:
    """For pages that show nothing without the *work* keychain: what to do about that, or None for who holds it."""
    if desk().work is not None:
        return None
    return make_response(render_template("office/no_key.html"), 200 if request.method == "GET" else 403)


def sent_file() -> bytes | None:
    """The file of a form, or the one that was shown before and is sent again; None when there is none."""
    file = request.files.get("file")
    content = file.read() if file else request.form.get("content", "").encode()
    return content or None


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


def page() -> int:
    """Which page of a list was asked for, in the address or a form; the first where that is no number of one."""
    asked = request.values.get("page", 1, type=int)
    return asked if 1 <= asked <= LAST_PAGE else 1


def errors_of(problem: Problem) -> dict[str, str]:
    """Where a form shows a refusal: {field, or "" for the whole form: code}. Raises what no form can mend."""
    if problem.kind.status != 422:
        raise problem
    return {str(problem.params.get("field", "")): problem.code}


def title_of(code: str) -> str:
    """What a number of the catalogue says, in the reader's language."""
    return locales.gettext(CATALOGUE[code].title)


def latin(code: str) -> str:
    """A typed code with Latin digits, whatever keyboard it was typed on."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in code)


def own_path(path: str) -> str:
    """The path if it is a page of this office, else "": where to go after signing in is not for strangers to say."""
    parts = urlsplit(path)
    plain = not (parts.scheme or parts.netloc or "\\" in path) and path.isprintable()
    return path if plain and path.startswith("/office/") else ""


def cookie() -> str:
    """The sign-in cookie as it was sent."""
    return request.cookies.get(office().cookie, "")


def keyed(purpose: str, *values: str) -> bytes:
    """A digest that says nothing to whoever lacks the key beside the database, the one that forms are bound with."""
    text = "\n".join((f"intake-{purpose}/1", *values, ""))
    return hmac.digest(cast(bytes, current_app.secret_key), text.encode(), "sha256")


# ---- the second factor


def origin() -> str:
    """Where browsers see this office; on one's own machine whichever of its names was typed."""
    settings = office().settings
    return request.host_url.rstrip("/") if settings.loopback else settings.office_origin


def origin_host() -> str:
    return urlsplit(origin()).hostname or ""


def new_challenge() -> str:
    """A challenge for a passkey, bound to this browser and to its session, if there is one."""
    found = b64u(passkeys.challenge())
    session["challenge"] = [found, times.text(now()), _session_id()]
    return found


def answer(text: str | None) -> Answer | None:
    """What a passkey answered, its challenge spent whatever comes of it; None without an answer. Raises 401.5."""
    if not text:
        return None
    found, made, bound = session.pop("challenge", ("", "", None))
    if bound != _session_id():
        raise Problem("401.5")
    challenge = unb64u(found)
    with office().store.office() as store:
        passkeys.spend(store, challenge=challenge, made=times.instant(made), now=now())
    return Answer(text, challenge, origin(), origin_host())


def attempt(name: str | None) -> Attempt:
    """Count a try. Raises Problem 429.1."""
    with office().store.office() as store:
        return signin.attempt(store, name=name, address=address(), now=now())


def look_again() -> Desk:
    """The desk with what the office knows by now, after something was changed. Raises Problem, whatever stopped it."""
    found, finder = desk(), office().finder
    if (opening := finder.wait(found)) is not None:
        raise Problem(opening.failed)
    return replace(found, index=finder.index(found))


def fetched() -> Desk:
    """The desk after fetching what arrived, with what the office knows by then. Raises Problem 403.21."""
    found = desk()
    with office().store.inbound() as inbound, office().store.office() as session:
        register.pull(session, inbound, desk=found, now=now())
    return look_again() if found.index is not None else found


def step_up(chain: str, code: str | None, passkey: str | None) -> Desk:
    """A desk with this keychain: the one there is if it is open, else a new one on a fresh code or a passkey.

    Raises Problem 401.4, 401.5, 403.21, 429.1.
    """
    found = desk()
    if chain in found.opened or chain not in signin.STEP_UP_CHAINS:
        return found
    counted, answered = attempt(found.staff.name), answer(passkey)
    with office().store.office() as store:
        stepped = signin.step_up(
            store, attempt=counted, cookie=cookie(), code=latin(code or ""), answer=answered, chain=chain, now=now()
        )
    return replace(stepped, index=found.index)


def prove(code: str | None, passkey: str | None) -> None:
    """Let the person show once more who they are. Raises Problem 401.4, 401.5, 429.1."""
    counted, answered = attempt(desk().staff.name), answer(passkey)
    with office().store.office() as store:
        signin.prove(store, attempt=counted, cookie=cookie(), code=latin(code or ""), answer=answered, now=now())


def _session_id() -> str:
    found = desk_or_none()
    return found.session_id if found else ""


# ---- what was being typed


def keep(page: str, action: str, fields: list[tuple[str, str]]) -> bool:
    """Keep a form for whoever's session this is, or was until it ran out; False when there is nobody or nothing."""
    with office().store.office() as store:
        account = signin.owner(store, cookie=cookie(), now=now())
        if account is None or not (page and action):
            return False
        id = keyed("kept", account.id, page, action).hex()[:32]
        return kept.keep(store, account=account, id=id, page=page, action=action, fields=fields, now=now())


def keep_refused() -> str:
    """Keep a form that ended on the page of a problem, and give the page it stood on, where it comes back; else ""."""
    # Who is known by now sent it from a page of this office: the guards have let the request through.
    if request.method != "POST" or desk_or_none() is None or request.endpoint == KEEPING:
        return ""
    here = own_path(_here())
    page = own_path(_page_before()) or here
    try:
        return page if keep(page, here, list(request.form.items(multi=True))) else ""
    except (Problem, HTTPException):
        # Too long, or the database does not answer: the page of the first problem is what can still be said.
        return ""


def forget_kept(path: str) -> None:
    """Nothing is typed any more on the pages below this path: what was kept of them goes."""
    for one in [one for one in g.get("kept", []) if one.page.startswith(path)]:
        with office().store.office() as store:
            kept.forget(store, staff=desk().staff.id, id=one.id)


def kept_here() -> Kept | None:
    """What was kept of a form of the page that is asked for."""
    here = own_path(_here())
    return next((one for one in g.get("kept", []) if one.page == here), None) if request.method == "GET" else None


def _here() -> str:
    """The address that was asked for, with what stands after the question mark."""
    return request.full_path if request.query_string else request.path


def _forget_what_was_sent(response: Response) -> Response:
    """A form that was taken need not be kept any longer. A refused one is on the screen again, with its fields."""
    found = desk_or_none()
    if found is None or request.method != "POST" or response.status_code >= 400 or request.endpoint == KEEPING:
        return response
    for one in [one for one in g.get("kept", []) if one.action == _here()]:
        with office().store.office() as store:
            kept.forget(store, staff=found.staff.id, id=one.id)
    return response


# ---- who may come in


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
    if request.method == "GET" and act in HEARING:
        _hear(found)
    if request.method == "GET" and act in KNOWING and found.work is not None:
        _date(found)
    return _know(found) if act in KNOWING and found.work is not None else None


def _hear(found: Desk) -> None:
    """Take in what other offices told of claims, as whoever sees claims may."""
    if found.work is None or not may(found.staff.roles, Act.SEE_CLAIMS):
        return
    with office().store.office(reading=True) as session:
        waits = forwarding.waiting(session, desk=found)
    if waits:
        with office().store.inbound() as inbound, office().store.office() as session:
            forwarding.pull(session, inbound, desk=found, now=now())


def _date(found: Desk) -> None:
    """Work out one portion more of the days that a changed rule moved, and remember how far it is."""
    with office().store.office(reading=True) as session:
        g.dating = dating.state(session, desk=found)
    if g.dating:
        with office().store.office() as session:
            g.dating = terms.go_on(session, desk=found, now=now())


def _know(found: Desk) -> AnyResponse | None:
    """Give the desk the office's index. While much is being opened: the page that says how far it is.

    That page asks again by itself, without script. A form that was sent waits instead: what was typed is not lost.
    """
    finder = office().finder
    opening = finder.wait(found) if request.method == "POST" else finder.ready(found)
    if opening is None:
        g.desk = replace(found, index=finder.index(found))
        return None
    if opening.failed and request.endpoint not in LISTS:
        return None
    answer = make_response(render_template("office/opening.html", opening=opening, here=_here()))
    if not opening.failed:
        answer.headers["Refresh"] = f"{REFRESH};url={_here()}"
    return answer


def _resume() -> None:
    if not cookie():
        return
    with office().store.office() as store:
        # What a page does by itself keeps no session alive.
        g.desk = signin.resume(store, cookie=cookie(), now=now(), touch=request.endpoint != KEEPING)
        if g.desk is not None:
            if watching := office().leaving:
                watching.somebody_came()
            known = offices.get(store, g.desk.office)
            g.office_name = known.name if known else ""
            g.kept = own.kept_of(store, desk=g.desk, cookie=cookie(), now=now())


def _ask_to_sign_in() -> Response:
    """To the sign-in page; a cookie that opens nothing any more says that somebody was signed in before."""
    was, said = bool(cookie()), "idle"
    back = own_path(_here())
    if request.method == "POST":
        # The form came too late: keep it for the one who typed it, and lead them back to its page.
        page = own_path(_page_before())
        late = was and keep(page or back, back, list(request.form.items(multi=True)))
        said, back = ("kept", page or back) if late else (said, "")
    target = url_for("signin.sign_in", said=said if was else None, next=back or None)
    response = make_response(redirect(target, 303))
    if was:
        drop_cookie(response)
    return response


def _page_before() -> str:
    """The path of the page that the form stood on; the guard of other websites has let the request through."""
    parts = urlsplit(request.referrer or "")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _for_templates() -> dict[str, object]:
    found = desk_or_none()
    roles = found.staff.roles if found else frozenset()
    return {
        "desk": found,
        "office_name": g.get("office_name", ""),
        "pages": [endpoint for endpoint, act in PAGES if found and may(roles, act)],
        "may": lambda act: may(roles, Act[act]),
        "title_of": lambda code: CATALOGUE[code].title,
        "has_passkey": _has_passkey,
        "dating": g.get("dating"),
        "kept_here": kept_here(),
        "kept_elsewhere": _kept_elsewhere(),
    }


def _has_passkey() -> bool:
    """Whether to offer one: to everybody who signs in, and to those who have one."""
    found = desk_or_none()
    if found is None:
        return True
    with office().store.office(reading=True) as store:
        return own.has_passkeys(store, desk=found)


def _kept_elsewhere() -> list[Kept]:
    """What waits on other pages."""
    here = own_path(_here())
    return [one for one in g.get("kept", []) if one.page != here]
