"""What may go to whom, as she last said it: out of a report and those that came later and correct it or add to it.

A question that asks for a consent names its recipient in the form ("consent": code). Only a *yes* lets anything go to
them. A question that was not asked says nothing; whatever else she answered (no, later, would rather not say) is her
word, and the newest word counts. Where two were given on one day and nobody can tell which was last, the one that is
not a yes counts: what was held back can still be given, what was given cannot be called back.

A report that takes another back takes its consents back as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.domain.questionnaire import questions
from intake.domain.rules import no_answer

# How reports of one person belong together. Another person in the same event has consents of their own.
KIN = ("adds_to", "corrects", "follows_up", "withdraws")


@dataclass(frozen=True)
class Said:
    """What one report says of consents: {recipient: word}, as `words` gives it.

    `day` is the one it was sealed on, by the clock of its `phone`; `n` is its number among the reports of that phone.
    `about` is the report it points at, "" for none, and `relation` how.
    """

    report: str
    day: str
    phone: str
    n: int | None
    relation: str
    about: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Consent:
    """Her newest word about one recipient, when it was said and in which report.

    `given` is the last day before on which she had said yes, "" if she never had.
    """

    recipient: str
    word: str
    day: str
    report: str
    given: str

    @property
    def state(self) -> str:
        """agreed; withdrawn, when there was a yes before; later; refused, also when she would rather not say."""
        if self.word == "yes":
            return "agreed"
        if self.given:
            return "withdrawn"
        return self.word if self.word == "later" else "refused"


def asked(form: Mapping[str, Any]) -> dict[str, str]:
    """For whom each question asks for leave, by the question's id."""
    return {question["id"]: question["consent"] for question in questions(form) if "consent" in question}


def words(form: Mapping[str, Any], answers: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Her word for each recipient that the form asks about and the answers know: a code or the reason for none.

    `known` is what the newest version of the form asks leave for (`asked`): a published version that does not say so
    itself never changes, and a no that was given with it must count all the same.
    """
    recipients = {**known, **asked(form)}
    said: dict[str, str] = {}
    for question in questions(form):
        answer = answers.get(question["id"])
        word = answer if isinstance(answer, str) else no_answer(answer)
        if question["id"] in recipients and word not in (None, "not_asked"):
            said[recipients[question["id"]]] = word
    return said


def family(said: Iterable[Said], report: str) -> list[Said]:
    """Those that belong to the same person as `report`, as far as they say so themselves, this one included."""
    known = list(said)
    pointing = [one for one in known if one.relation in KIN]
    found, size = {report}, 0
    while len(found) > size:
        size = len(found)
        found |= {one.report for one in pointing if one.about in found}
        found |= {one.about for one in pointing if one.report in found}
    return [one for one in known if one.report in found]


def consents(said: Iterable[Said]) -> list[Consent]:
    """Her newest word to each recipient, out of the reports of one person, in whatever order they arrived."""
    known = sorted(said, key=lambda one: (one.day, one.report))
    order = Order(known)
    spoken: dict[str, list[tuple[str, Said]]] = {}
    for recipient, word, one in _spoken(known):
        spoken.setdefault(recipient, []).append((word, one))
    return [_consent(recipient, found, order) for recipient, found in spoken.items()]


def _spoken(known: Sequence[Said]) -> Iterator[tuple[str, str, Said]]:
    for one in known:
        yield from ((recipient, word, one) for recipient, word in one.words.items())
        if one.relation == "withdraws":
            taken_back = [other for other in known if other.report == one.about]
            given = {recipient for other in taken_back for recipient, word in other.words.items() if word == "yes"}
            yield from ((recipient, "no", one) for recipient in sorted(given))


def _consent(recipient: str, found: list[tuple[str, Said]], order: "Order") -> Consent:
    last = order.last([one for _, one in found])
    word, one = min(((word, one) for word, one in found if one in last), key=lambda each: each[0] == "yes")
    given = [order.day(earlier) for said, earlier in found if said == "yes" and earlier is not one]
    return Consent(recipient, word, order.day(one), one.report, max(given, default=""))


class Order:
    """Which of two reports was made later: the one rule, also of what staff recorded beside them (`domain.agreement`).

    A report is later than the one it points at, whatever the clock of the phone said; otherwise the day tells, and
    within a day the number that the phone gave it.
    """

    def __init__(self, known: Sequence[Said]) -> None:
        self._days: dict[str, str] = {}
        self._about: dict[str, set[str]] = {}
        for one in known:
            self._days[one.report] = max(one.day, self._days.get(one.report, ""))
            self._about.setdefault(one.report, set()).update({one.about} if one.relation in KIN else ())

    def day(self, one: Said) -> str:
        """The day it was made, which is none before that of a report it points at."""
        return max(self._days.get(name, "") for name in (one.report, *self._before(one)))

    def last(self, among: list[Said]) -> list[Said]:
        """Those of which none of the others is known to be later."""
        newest = max(self.day(one) for one in among)
        late = [one for one in among if self.day(one) == newest]
        return [one for one in late if not any(self._later(other, one) for other in late)] or late

    def _later(self, one: Said, other: Said) -> bool:
        """Of two on the same day."""
        if other.report in self._before(one) or one.report in self._before(other):
            return other.report in self._before(one)
        return one.phone == other.phone and one.n is not None and other.n is not None and one.n > other.n

    def _before(self, one: Said) -> set[str]:
        """All that it points at, and that those point at; never itself, though reports point in a circle."""
        found: set[str] = set()
        ahead = set(self._about.get(one.report, ()))
        while ahead:
            name = ahead.pop()
            if name not in found:
                found.add(name)
                ahead |= self._about.get(name, set())
        return found - {one.report}
