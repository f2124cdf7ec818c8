"""What gunicorn serves: `wsgi:public()`, `wsgi:office()`, `wsgi:figures()` and `wsgi:charts()` in production,
`wsgi:both()` at home and `wsgi:demo()` with the demo office.

The office is imported where it is served: the internet-facing process must not even load code that opens a report.
"""

import sys
from collections.abc import Iterable
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING

from flask import Flask

from intake.config import BadSetting, Settings
from intake.dashboard import create_charts, create_figures
from intake.public import create_public

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def public() -> Flask:
    """Phones alone. Raises BadSetting when staff would be scripted by this origin."""
    return create_public(_apart(Settings.from_env()))


def office() -> Flask:
    """Staff alone. Raises BadSetting when the internet-facing side shares the origin."""
    from intake.office import create_office  # noqa: PLC0415  see above
    from intake.web.leaving import end_process  # noqa: PLC0415

    return create_office(_apart(Settings.from_env()), leave=end_process)


def figures() -> Flask:
    """The dashboard alone."""
    return create_figures(Settings.from_env())


def charts() -> Flask:
    """Charts for other websites alone. Raises BadSetting without an origin for them."""
    return create_charts(Settings.from_env())


def both() -> "WSGIApplication":
    """All faces on one origin, which only this machine may reach. Raises BadSetting on any other address."""
    return _both(Settings.from_env())


def _both(settings: Settings) -> "WSGIApplication":
    from intake.office import create_office  # noqa: PLC0415  see above
    from intake.web.leaving import end_process  # noqa: PLC0415

    if not settings.loopback:
        raise BadSetting(
            f"All faces at one origin are for this machine alone, not for {settings.origin} and "
            f"{settings.office_origin}: serve wsgi:public() and wsgi:office() apart."
        )
    if not settings.charts_origin:
        settings = replace(settings, charts_origin=_neighbour(settings.origin))
    office = create_office(settings, leave=end_process)
    return _joined(create_public(settings, figures=True), office, create_charts(settings))


def demo() -> "WSGIApplication":
    """All faces, and beside them the program that calls at night: for the people of a demo it prints what it says."""
    from intake.cli.night import watch  # noqa: PLC0415  see above

    settings = replace(Settings.from_env(), demo=True)
    served = _both(settings)
    Thread(target=watch, args=(settings, _say, Event()), name="night", daemon=True).start()
    return served


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _apart(settings: Settings) -> Settings:
    if settings.origin == settings.office_origin:
        raise BadSetting(
            f"INTAKE_OFFICE_ORIGIN must differ from INTAKE_ORIGIN, but both are {settings.origin}: whoever took over "
            "the internet-facing side would act in the office with the cookies of staff."
        )
    return settings


def _neighbour(origin: str) -> str:
    """The other name of this machine, which is another origin to a browser."""
    return (
        origin.replace("127.0.0.1", "localhost") if "127.0.0.1" in origin else origin.replace("localhost", "127.0.0.1")
    )


def _joined(public: Flask, office: Flask, charts: Flask) -> "WSGIApplication":
    """The apps, each with the whole path: werkzeug's DispatcherMiddleware would cut `/office` off."""

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        face = path.split("/")[1] if path.startswith("/") else ""
        app = {"office": office, "charts": charts}.get(face, public)
        return app(environ, start_response)

    return serve
