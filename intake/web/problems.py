"""Every refusal as the asker can read it: RFC 9457 for programs, a page in the reader's language for people."""

import json
import logging
from collections.abc import Callable
from string import Formatter

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from intake.domain.problems import CATALOGUE, Problem

MEDIA_TYPE = "application/problem+json"
# When the database does not answer. Phones add their own jitter.
RETRY_SECONDS = 30
_BY_STATUS = {400: "400.1", 403: "403.5", 404: "404.1", 405: "405.1", 413: "413.1", 429: "429.1", 503: "503.1"}

log = logging.getLogger("intake")


def install(app: Flask, *, page: str = "public/problem.html", keep: Callable[[], str] = lambda: "") -> None:
    """Answer every error of an app from the catalogue. `page` is the template people see.

    `keep` keeps what was typed, where somebody may have it back, and gives the page on which it comes back.
    """

    def answer(problem: Problem) -> Response:
        if _for_programs():
            return problem_json(problem)
        return _marked(Response(render_template(page, problem=problem, back=keep())), problem)

    def unexpected(error: Exception) -> Response:
        # The kind and the place only: a message could hold what somebody wrote.
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "nowhere"
        log.error("%s %s: %s at %s", request.method, request.endpoint, type(error).__name__, where)
        return answer(Problem("500.1"))

    def http(error: HTTPException) -> Response:
        if error.code is not None and error.code < 400:
            return Response(error.get_response().get_data(), error.code, dict(error.get_headers()))
        answered = answer(Problem(_BY_STATUS.get(error.code or 500, "400.1" if (error.code or 500) < 500 else "500.1")))
        for name, value in error.get_headers():
            if name == "Allow":
                answered.headers[name] = value
        return answered

    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)


def problem_json(problem: Problem, **members: object) -> Response:
    """The problem for a program. `members` are added, such as the receipt of a conflict."""
    body: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": problem.kind.title,
        "status": problem.kind.status,
        **members,
    }
    return _marked(Response(json.dumps(body), content_type=MEDIA_TYPE), problem)


def explain(code: str) -> str:
    """The page at a problem's `type`: what it means, in the reader's language. Raises Problem 404.1."""
    if code not in CATALOGUE:
        raise Problem("404.1")
    named = {name: "…" for _, name, _, _ in Formatter().parse(CATALOGUE[code].title) if name}
    return render_template("public/problem.html", problem=Problem(code, **named))


def _for_programs() -> bool:
    return request.path.startswith(("/sync/", "/healthz"))


def _marked(answer: Response, problem: Problem) -> Response:
    answer.status_code = problem.kind.status
    if answer.status_code in {429, 503}:
        answer.headers["Retry-After"] = str(problem.params.get("retry", RETRY_SECONDS))
    if answer.status_code == 401 and _for_programs():
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
