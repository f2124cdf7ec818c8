"""What somebody is told who is not signed in, in their own language: that something waits, and nothing else."""

from intake import words
from intake.services.night import Speech
from intake.services.ways import Words


def urgent(language: str) -> Words:
    """Something urgent has arrived."""
    _ = words.translations(language).gettext
    return Words(_("Please have a look"), _("Something urgent has arrived. Open the office."))


def due(language: str, count: int) -> Words:
    """So many things are due."""
    _, ngettext = words.translations(language).gettext, words.translations(language).ngettext
    told = ngettext(
        "%(num)d thing of yours is due today or overdue. Open the office.",
        "%(num)d things of yours are due today or overdue. Open the office.",
        count,
    )
    return Words(_("Due today"), told % {"num": count})


SPEECH = Speech(urgent, due)
