"""A scorecard on paper, for a committee: figures with their denominators, the method, and what the States said."""

from datetime import datetime

from flask import render_template

from intake.domain.scorecard import CRITERIA, Figure, Scorecard
from intake.web import locales
from intake.web.locales import gettext

# Millimetres: the name of a State stays with its score and the first lines of its table.
TABLE = 60


def compose(card: Scorecard, *, office: str, made: datetime) -> bytes:
    """The paper as PDF, in the language of the page it was asked for from."""
    # Loaded when a paper is made, and not with the office.
    from intake.web.paper import Paper  # noqa: PLC0415

    tag = locales.language()
    sheet = Paper("en" if tag == locales.PSEUDO else tag, mark=advice(), made=made)
    sheet.heading(gettext("How Member States responded"), 16)
    sheet.paragraph(f"{locales.isolated(office)}\n{locales.days(card.day)}", quiet=True)
    sheet.paragraph(advice())
    sheet.paragraph(basis())
    number = card.method.number
    sheet.paragraph(
        gettext("Version of the method: %(number)s", number=number)
        if number
        else gettext("The method as it came with the program")
    )
    for code, over_time in card.cards.items():
        sheet.heading(locales.country(code), 13, room=TABLE)
        score = over_time[-1].score
        sheet.paragraph(
            gettext("No score: not enough cases.")
            if score is None
            else gettext("Score: %(score)s of 100", score=round(score))
        )
        head = [
            gettext("Criterion"),
            gettext("So many of so many"),
            gettext("Share"),
            gettext("Target"),
            gettext("Weight"),
        ]
        rows = [
            (
                f"{one.id} {name(one.id)}",
                locales.isolated(f"{found.numerator} / {found.denominator}"),
                share(found),
                locales.isolated(f"{card.method.target(one.id)} %"),
                str(card.method.weight(one.id)),
            )
            for one in CRITERIA
            for found in (over_time[-1].figure(one.id),)
        ]
        sheet.rows(head, rows, (46, 14, 24, 10, 9))
        sheet.heading(gettext("What the State said"), 11)
        hearing = card.hearing(code)
        sheet.paragraph(
            locales.isolated(hearing.words)
            if hearing.words
            else gettext(
                "It was asked on %(asked)s and said nothing until %(until)s.",
                asked=locales.days(hearing.asked),
                until=locales.days(card.until(code)),
            )
        )
    return sheet.bytes()


def share(found: Figure) -> str:
    """A share with its interval in one cell."""
    if found.value is None:
        return gettext("not enough cases")
    plain = f"{round(found.value * 100)} %"
    if found.low is None or found.high is None:
        return locales.isolated(plain)
    return locales.isolated(f"{plain} ({round(found.low * 100)}–{round(found.high * 100)} %)")


def name(id: str) -> str:
    """A criterion in words: the same as on the page."""
    return render_template("office/criterion.html", id=id).strip()


def advice() -> str:
    return gettext("Advice only. Who may send personnel is decided by people, never by this score.")


def basis() -> str:
    return gettext(
        "The number of allegations plays no part: a State about which more is reported may be one in which people dare "
        "to report. Open and overdue counts as not done; what waits for the office does not count. Shares are shown "
        "with the values between which they lie with 95 %% certainty."
    )
