"""Letters to Member States, written from templates in the State's own language.

The sentences are those of the office's catalogues, asked for in the language of the letter instead of the page's. A
language that nobody has reviewed says so on the letter, so that nobody sends it unread.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from intake import words
from intake.domain.member_state import MemberState, Name
from intake.domain.verbale import Verbale
from intake.web import locales

if TYPE_CHECKING:
    from intake.web.paper import Paper

Gettext = Callable[[str], str]


@dataclass(frozen=True)
class Line:
    """One line of the annex: what the office calls the matter, since when it has it, and whom it is about."""

    reference: str
    since: str
    people: str = ""


def compose(
    note: Verbale,
    *,
    kind: str,
    office: str,
    state: MemberState,
    to: Name | None,
    annex: Sequence[Line],
    answer_by: str,
    made: datetime,
) -> bytes:
    """The letter as PDF. `kind` is "note" or "reminder"; `answer_by` the day by which an answer is asked for."""
    # Loaded when a letter is made, and not with the office.
    from intake.web.paper import Paper  # noqa: PLC0415

    tag = note.language
    gettext = words.translations(tag).gettext
    sheet = Paper(
        tag, mark=gettext("Confidential. For the addressee only. It names people who may be in danger."), made=made
    )
    sheet.heading(locales.isolated(office), 13)
    sheet.paragraph(gettext("Note verbale %(number)s") % {"number": locales.isolated(note.number)}, quiet=True)
    sheet.paragraph(locales.days_in(tag, made), end=True)
    country = locales.country_in(tag, state.code)
    sheet.paragraph(
        "\n".join(
            filter(None, (gettext("To the Permanent Mission of the State:"), country, locales.isolated(state.address)))
        )
    )
    if to is not None:
        sheet.paragraph(gettext("For the attention of the focal point: %(name)s") % {"name": locales.isolated(to.name)})
    sheet.heading(_title(gettext, note.subject), 12)
    said = {"number": locales.isolated(note.number), "count": len(note.items), "by": locales.days_in(tag, answer_by)}
    if kind == "reminder":
        sent = note.first("sent")
        said["sent"] = locales.days_in(tag, sent.on if sent else made)
        sheet.paragraph(_reminding(gettext) % said)
    for text in (_greeting(gettext), _asked(gettext)[note.subject], _closing(gettext)):
        sheet.paragraph(text % said)
    if not (tag == words.REFERENCE or words.languages()[tag].reviewed):
        sheet.paragraph(gettext("The words of this language have not been reviewed yet."), quiet=True, size=8)
    _annex(sheet, gettext, tag, annex)
    return sheet.bytes()


def _annex(sheet: "Paper", gettext: Gettext, tag: str, annex: Sequence[Line]) -> None:
    sheet.add_page()
    sheet.heading(gettext("Annex"), 13)
    head = [gettext("No."), gettext("Reference number"), gettext("Received on"), gettext("Persons concerned")]
    rows = [
        (
            str(number),
            locales.isolated(line.reference),
            locales.days_in(tag, line.since) if line.since else "–",
            locales.isolated(line.people or "–"),
        )
        for number, line in enumerate(annex, 1)
    ]
    sheet.rows(head, rows, (8, 32, 24, 36))


def _title(gettext: Gettext, subject: str) -> str:
    titles: Mapping[str, str] = {
        "claims_received": gettext("Claims of paternity and child support"),
        "claims_progress": gettext("Claims of paternity and child support: where they stand"),
        "dna_asked": gettext("Claims of paternity: samples"),
        "recognition_asked": gettext("Claims of paternity: recognition"),
        "support_asked": gettext("Child support"),
        "allegations_referred": gettext("Allegations of sexual exploitation and abuse"),
        "allegations_progress": gettext("Allegations of sexual exploitation and abuse: where they stand"),
        "outcome_asked": gettext("Allegations of sexual exploitation and abuse: outcome and action"),
    }
    return titles[subject]


def _greeting(gettext: Gettext) -> str:
    return gettext(
        "The office presents its compliments to the Permanent Mission and has the honour to write about the matters "
        "listed in the annex (%(count)s)."
    )


def _reminding(gettext: Gettext) -> str:
    return gettext(
        "The office refers to its note verbale %(number)s of %(sent)s, to which it has not yet had an answer on every "
        "matter, and would be grateful for one."
    )


def _asked(gettext: Gettext) -> Mapping[str, str]:
    """What each kind of note asks of the State (domain brief 4.1, 5.1)."""
    return {
        "claims_received": gettext(
            "Claims of paternity and child support concerning persons who served under the flag of the State have been "
            "received. The office asks the State to name a focal point, to establish where each of these persons is, "
            "and to say what its law asks of the mother or guardian. The duty to facilitate a solution stands also "
            "where a person is no longer in service."
        ),
        "claims_progress": gettext(
            "The office asks the State to say, for each claim, what has been done and what will be done next."
        ),
        "dna_asked": gettext(
            "Mother and child, or whoever may decide for the child, have agreed to a test. The office asks the State "
            "to facilitate a sample of the person concerned, or to say which other way its law allows."
        ),
        "recognition_asked": gettext(
            "Paternity has been established. The office asks the State to facilitate its recognition by the competent "
            "court or registry."
        ),
        "support_asked": gettext(
            "Support has been ordered. The office asks the State to facilitate its payment and to report it."
        ),
        "allegations_referred": gettext(
            "The allegations concern members of contingents of the State. The office asks the State to say whether it "
            "will investigate, to appoint a national investigation officer, and to keep the office informed of "
            "progress, outcome and action taken."
        ),
        "allegations_progress": gettext(
            "The office asks the State to say, for each allegation, how far the investigation has come and when it "
            "will be completed."
        ),
        "outcome_asked": gettext(
            "The office asks the State to report the outcome of each investigation and the action taken, so that those "
            "who were harmed can be informed."
        ),
    }


def _closing(gettext: Gettext) -> str:
    return gettext(
        "An answer is kindly asked for by %(by)s. Where the State needs something from the office first, it may say "
        "so: the time until the office has given it does not count. The office avails itself of this opportunity to "
        "renew to the Permanent Mission the assurances of its highest consideration."
    )
