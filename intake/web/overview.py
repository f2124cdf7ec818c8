"""The overview for whoever leads a team, and the lists that may be taken out of the office.

What is narrowed down is posted: the name of a place in an address would stay in the browser's history.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, Response, make_response, render_template, request

from intake.domain.overview import BANDS, OUTCOMES, WAITS, WEEKS, Overview
from intake.domain.problems import Problem
from intake.services import lists, overview
from intake.services.overview import ANYWHERE, COLUMNS, FORMATS, UNKNOWN, Scope
from intake.web import desks, phrases
from intake.web.charts import Chart, Series
from intake.web.locales import gettext, ngettext, number
from intake.web.permissions import Act, needs

bp = Blueprint("overview", __name__)

USUAL = 12  # weeks
MOST_PLACES = 12  # in the chart; the rest are one bar, and all are in the table
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FIELDS = {"401.4": "code", "401.5": "code", "422.20": "reason", "422.282": "place"}
# Forms drawn as lines of their own, and all others together.
FORMS = ("visit", "needs", "wish")


@bp.get("/office/overview")
@needs(Act.SEE_OVERVIEW)
def show() -> Response:
    return desks.without_key() or _page(ANYWHERE, USUAL)


@bp.post("/office/overview")
@needs(Act.SEE_OVERVIEW)
def narrow() -> Response:
    place, weeks = request.form.get("place", ""), request.form.get("weeks", 0, type=int)
    return desks.without_key() or _page(place, weeks)


@bp.get("/office/overview/export")
@needs(Act.EXPORT)
def ask_export() -> Response:
    return desks.without_key() or _asking({}, {}, 200)


@bp.post("/office/overview/export")
@needs(Act.EXPORT)
def export() -> Response:
    if refused := desks.without_key():
        return refused
    asked = _asked()
    try:
        overview.check(listed=asked["listed"], form=asked["form"], reason=asked["reason"])
        scope = _scope(asked["place"], request.form.get("weeks", 0, type=int))
        desks.prove(request.form.get("code"), request.form.get("answer"))
    except Problem as problem:
        return _asking(asked, _wrong(problem), problem.kind.status)
    made = desks.writing(
        lambda session: overview.export(
            session,
            desk=desks.desk(),
            listed=asked["listed"],
            form=asked["form"],
            scope=scope,
            reason=asked["reason"],
            now=desks.now(),
        )
    )
    name = f'attachment; filename="export-{made.id}.{asked["form"]}"'
    return Response(made.content, content_type=TYPES[asked["form"]], headers={"Content-Disposition": name})


def _asked() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("listed", "form", "place", "weeks", "reason")}


def _wrong(problem: Problem) -> dict[str, str]:
    """Where the form shows a refusal. Raises what it cannot mend."""
    if problem.code in FIELDS:
        return {FIELDS[problem.code]: problem.code}
    return desks.errors_of(problem)


def _scope(place: str, weeks: int) -> Scope:
    """Raises Problem 422.282."""
    desk, now = desks.desk(), desks.now()
    return desks.reading(lambda session: overview.scope(session, desk=desk, place=place, weeks=weeks, now=now))


def _asking(asked: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    scope = _scope(ANYWHERE, USUAL)
    return make_response(
        render_template(
            "office/export.html",
            asked={"weeks": str(USUAL), **asked},
            errors=errors,
            lists=COLUMNS,
            formats=FORMATS,
            **_choices(scope),
        ),
        status,
    )


def _choices(scope: Scope) -> dict[str, object]:
    """What can be chosen from."""
    return {"places": scope.names, "unknown": UNKNOWN, "weeks_offered": WEEKS}


# the page -----------------------------------------------------------------------------------------------------------


def _page(place: str, weeks: int) -> Response:
    scope = _scope(place, weeks)
    found = overview.look(desk=desks.desk(), scope=scope)
    by_place = _sums(found, lambda one: one[0])
    return make_response(
        render_template(
            "office/overview.html",
            scope=scope,
            found=found,
            came=sum(map(sum, found.arrived.values())),
            waiting=sum(wait.total for wait in found.waits.values()),
            asked=found.asked.total(),
            arrivals=_arrivals(found),
            waits=_waits(found),
            services=_services(found),
            by_place=_places(by_place, scope) if len(by_place) > 1 else None,
            outcomes={code: _outcome(code) for code in OUTCOMES},
            wait_names={code: _wait(code) for code in WAITS},
            lines=_lines(found, scope),
            feedback=lists.feedback(desk=desks.desk()),
            **_choices(scope),
        )
    )


Sums = dict[str, Counter[str]]


def _sums(found: Overview, by: Callable[[tuple[str, str, str]], str]) -> Sums:
    """How many needs have which outcome, by what of a need (place, service, outcome) `by` tells."""
    sums: Sums = {}
    for one, number_of in found.asked.items():
        sums.setdefault(by(one), Counter())[one[2]] += number_of
    return sums


def _most(sums: Sums) -> list[str]:
    """The names of the sums, the greatest first."""
    return sorted(sums, key=lambda name: (-sums[name].total(), name))


def _arrivals(found: Overview) -> Chart:
    rows = tuple(phrases.day(monday) for monday in found.weeks)
    nothing = [0] * len(found.weeks)
    others = [numbers for form, numbers in found.arrived.items() if form not in FORMS]
    series = [Series(phrases.form_text(f"kind.{form}"), tuple(found.arrived.get(form, nothing))) for form in FORMS]
    if others:
        series.append(Series(gettext("Something else"), tuple(map(sum, zip(*others, strict=True)))))
    return Chart(
        id="arrived",
        kind="line",
        title=gettext("Reports that came each week"),
        says=gettext("One line for each kind of report, week by week, from %(first)s to now.", first=rows[0]),
        of=gettext("Week that began on"),
        rows=rows,
        series=tuple(series),
        totals=True,
    )


def _waits(found: Overview) -> Chart:
    bands = [
        Series(name, tuple(found.waits[state].bands[band] for state in WAITS)) for band, name in enumerate(_bands())
    ]
    return Chart(
        id="waits",
        kind="stacked",
        title=gettext("What waits, and how long"),
        says=gettext("One bar for each thing that can wait, in parts by how many days it has waited."),
        of=gettext("What waits"),
        rows=tuple(map(_wait, WAITS)),
        series=tuple(bands),
        totals=True,
    )


def _services(found: Overview) -> Chart:
    sums = _sums(found, lambda one: one[1])
    names = _most(sums)
    return _help(
        "services",
        gettext("Help by what was asked for"),
        gettext("One bar for each kind of help, in parts by what became of it."),
        gettext("Kind of help"),
        [(phrases.said("office/needs.html", "service", name), sums[name]) for name in names],
    )


def _places(sums: Sums, scope: Scope) -> Chart:
    names = _most(sums)
    rows = [(_place(name, scope), sums[name]) for name in names[:MOST_PLACES]]
    if rest := names[MOST_PLACES:]:
        together = sum((sums[name] for name in rest), Counter[str]())
        rows.append((ngettext("%(num)d other place", "%(num)d other places", len(rest)), together))
    return _help(
        "places",
        gettext("Help by place"),
        gettext("One bar for each place, in parts by what became of what was asked there."),
        gettext("Place"),
        rows,
    )


def _help(id: str, title: str, says: str, of: str, rows: Sequence[tuple[str, Counter[str]]]) -> Chart:
    return Chart(
        id=id,
        kind="stacked",
        title=title,
        says=says,
        of=of,
        rows=tuple(name for name, _ in rows),
        series=tuple(Series(_outcome(code), tuple(counted[code] for _, counted in rows)) for code in OUTCOMES),
        totals=True,
    )


def _lines(found: Overview, scope: Scope) -> list[tuple[str, str, list[int]]]:
    """Needs by place and service: the name of the place, a code, and how many have each outcome."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    for (place, service, outcome), number_of in found.asked.items():
        sums.setdefault((place, service), Counter())[outcome] += number_of
    named = [(_place(place, scope), service, counted) for (place, service), counted in sums.items()]
    ordered = sorted(named, key=lambda one: (one[0], -one[2].total(), one[1]))
    return [(place, service, [counted[code] for code in OUTCOMES]) for place, service, counted in ordered]


# words --------------------------------------------------------------------------------------------------------------


def _place(id: str, scope: Scope) -> str:
    return scope.names.get(id, id) or gettext("Place not known")


def _outcome(code: str) -> str:
    return {
        "given": gettext("Given, or had already"),
        "waiting": gettext("Offered, not given yet"),
        "untouched": gettext("Nothing offered yet"),
        "unavailable": gettext("Not available here"),
        "declined": gettext("Declined by the person"),
        "ended": gettext("Ended without help"),
    }[code]


def _wait(code: str) -> str:
    return {
        "report": gettext("Reports without a decision"),
        "case_unowned": gettext("Open cases in nobody's charge"),
        "case": gettext("Open cases, since the last step"),
        "untouched": gettext("Help asked for, nothing offered"),
        "waiting": gettext("Help offered, not given yet"),
    }[code]


def _bands() -> list[str]:
    first, *between = BANDS
    spans = [
        gettext("%(first)s to %(last)s days", first=number(before + 1), last=number(last))
        for before, last in zip(BANDS, between, strict=False)
    ]
    return [
        gettext("up to %(days)s day", days=number(first)),
        *spans,
        gettext("more than %(days)s days", days=number(BANDS[-1])),
    ]
