"""Entering by hand: the phone's forms at a desk, one group of questions a page, without script.

Whatever is posted is kept first and judged then. Where answers bring questions that the page did not have, the page
comes again with them before it goes on.
"""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from intake import words
from intake.domain import entry, places, questionnaire
from intake.domain.entry import CHANNELS
from intake.domain.problems import Problem
from intake.domain.report import sections
from intake.services import drafts, entering, pressing, times
from intake.services.entering import OWN, Paper, Writer
from intake.services.pressing import Card
from intake.store import Session
from intake.store.inbound import reports
from intake.web import desks, locales, phrases
from intake.web.once import once
from intake.web.permissions import Act, needs

bp = Blueprint("entering", __name__)

# What the buttons of a page say.
NEXT, STAY, BACK, STOP, ADD, DROP = "next", "stay", "back", "stop", "add:", "drop:"


def _writer(session: Session) -> Writer:
    return entering.writer(session, desk=desks.desk(), cookie=desks.cookie(), now=desks.now())


@bp.get("/office/enter")
@needs(Act.ENTER)
def home() -> Response:
    return desks.without_key() or _home({}, 200)


@bp.post("/office/enter")
@needs(Act.ENTER)
@once
def begin() -> AnyResponse:
    if shut := desks.without_key():
        return shut
    office, now = desks.office(), desks.now()
    chosen = {name: request.form.get(name, "") for name in ("form", "channel", "came", "language", "about")}
    try:
        with office.store.inbound() as inbound, office.store.office() as session:
            entering.ready(session, inbound, desk=desks.desk(), now=now)
            draft = entering.begin(session, writer=_writer(session), now=now, **chosen)
    except Problem as problem:
        return _home(desks.errors_of(problem), problem.kind.status)
    return redirect(url_for("entering.page", draft=draft.id), 303)


def _home(errors: dict[str, str], status: int) -> Response:
    drafts.deliver(desks.office().store, now=desks.now())
    with desks.office().store.office(reading=True) as session:
        begun = entering.listing(session, writer=_writer(session))
        forms = entering.forms(session, desk=desks.desk())
    page = render_template(
        "office/entering.html",
        begun=begun,
        forms_on=forms,
        channels=CHANNELS,
        languages_spoken=list(words.languages()),
        typed={"came": times.day(desks.now()), "language": locales.language(), **request.values.to_dict()},
        errors=errors,
    )
    return make_response(page, status)


# one group a page ---------------------------------------------------------------------------------------------------


@bp.get("/office/enter/<uuid:draft>")
@needs(Act.ENTER)
def page(draft: object) -> AnyResponse:
    """Go on with it: to its first group that is not done, or to the whole of it."""
    paper = _paper(draft)
    given = (paper.form, paper.draft.answers, paper.settings, paper.minute)
    done = {group["id"]: group["done"] == group["of"] for group in questionnaire.progress(*given)["groups"]}
    first = next((group["id"] for group in paper.groups if not done.get(group["id"])), "")
    after = url_for("entering.group", draft=draft, group=first) if first else url_for("entering.check", draft=draft)
    return redirect(after, 303)


@bp.get("/office/enter/<uuid:draft>/<group>")
@needs(Act.ENTER)
def group(draft: object, group: str) -> Response:
    paper = _paper(draft)
    shown = paper.group(group)
    typed = paper.draft.typed.get(group)
    fields = typed if typed is not None else entry.written(shown, paper.draft.answers)
    return _group(paper, group, fields, [], 200)


@bp.post("/office/enter/<uuid:draft>/<group>")
@needs(Act.ENTER)
def write(draft: object, group: str) -> AnyResponse:
    go, fields = request.form.get("go", NEXT), request.form.to_dict(flat=False)
    add = go.removeprefix(ADD) if go.startswith(ADD) else ""
    question, _, row = go.removeprefix(DROP).partition(":") if go.startswith(DROP) else ("", "", "")
    with desks.office().store.office() as session:
        done = entering.write(
            session,
            writer=_writer(session),
            id=str(draft),
            group=group,
            fields=fields,
            now=desks.now(),
            add=add,
            drop=(question, row),
        )
    if add or question or go == STAY:
        return _again(done, group, question or add)
    if go in (BACK, STOP):
        return redirect(_beside(done.paper, group, go), 303)
    errors = _errors(done.paper, group, done.wrong)
    if errors:
        return _group(done.paper, group, fields, errors, 422)
    if done.follows:
        return redirect(
            url_for("entering.group", draft=draft, group=group, follows="yes", _anchor=done.follows[0]), 303
        )
    return redirect(_beside(done.paper, group, NEXT), 303)


def _again(done: entering.Written, group: str, question: str) -> AnyResponse:
    """The same page with what there is to ask now, at what is new."""
    to = done.follows[0] if done.follows else f"q-{question}" if question else ""
    return redirect(url_for("entering.group", draft=done.paper.draft.id, group=group, _anchor=to or None), 303)


def _beside(paper: Paper, group: str, go: str) -> str:
    """The address of the page before this group, after it, or where one stops."""
    id, names = paper.draft.id, [one["id"] for one in paper.groups]
    if go == STOP:
        return url_for("entering.ask_stop", draft=id)
    at = names.index(group) if group in names else 0
    if go == BACK:
        return url_for("entering.group", draft=id, group=names[at - 1]) if at else url_for("entering.home")
    last = at + 1 >= len(names)
    return url_for("entering.check", draft=id) if last else url_for("entering.group", draft=id, group=names[at + 1])


def _errors(paper: Paper, group: str, wrong: Any) -> list[tuple[str, str, str]]:
    """(element, sentence, number) of everything on this page that needs another look, in the order of the page."""
    shown = paper.group(group)
    found = {element: (desks.title_of(code), code) for element, code in wrong.items()}
    for one in paper.problems:
        for question in shown["questions"]:
            names = {part["id"]: entry.base(part, question["id"], one.get("row", "")) for part in _parts(question)}
            element = names.get(one["question"]) if "row" in one else entry.base(question)
            if element and one["question"] in (question["id"], *names) and element not in found:
                found[element] = (phrases.form_text(one["text"]), one["code"])
    order = entry.asked(shown, paper.shown)
    return [
        (element, *found[element]) for element in sorted(found, key=lambda one: order.index(one) if one in order else 0)
    ]


def _parts(question: Any) -> Any:
    return question.get("questions", ())


def _group(paper: Paper, group: str, fields: Any, errors: list[tuple[str, str, str]], status: int) -> Response:
    names = [one["id"] for one in paper.groups]
    # A letter is read when it comes: nobody is on the line, and what presses is seen in the report.
    presses = paper.draft.channel != "letter" and any("card" in one for one in paper.group(group)["questions"])
    page = render_template(
        "office/entering_group.html",
        paper=paper,
        group=paper.group(group),
        fields=fields,
        errors=errors,
        wrong={element: (sentence, code) for element, sentence, code in errors},
        at=names.index(group) + 1,
        of=len(names) if "may_write" in paper.draft.answers else max(len(names), len(paper.form["groups"])),
        asked=" ".join(entry.asked(paper.group(group), paper.shown)),
        base=entry.base,
        entries=_entries,
        months=list(enumerate(locales.months(locales.words_tag()), start=1)),
        languages_spoken=list(words.languages()),
        writes_in=paper.draft.language if paper.draft.channel == "letter" else locales.words_tag(),
        spoken=lambda key: _spoken(paper, key),
        hers=lambda key: _hers(paper, key),
        nowhere=paper.agreed and not entering.recipient(paper),
        follows="follows" in request.args,
        cards=desks.reading(lambda session: _cards(session, paper)) if presses else [],
        places=places.names(paper.said["places"]),
        today=times.day(desks.now()),
    )
    return make_response(page, status)


def _cards(session: Session, paper: Paper) -> list[Card]:
    answers, rules = paper.draft.answers, paper.settings
    return pressing.of_answers(session, desk=desks.desk(), answers=answers, rules=rules, minute=paper.minute)


def _entries(question: Any, paper: Paper) -> list[tuple[str, str]]:
    """What can be chosen from a list that is not in the form: (code, name) in the order to show."""
    if question["list"] == "countries":
        listed = list(locales.countries_here().items())
    else:
        names = places.names(paper.said["places"])
        listed = [(one["id"], names[one["id"]]) for one in paper.said["places"]]
    return [*listed, *((one["code"], phrases.form_text(one["text"])) for one in question.get("options", ()))]


# what is read to her ------------------------------------------------------------------------------------------------


def _hers(paper: Paper, key: str) -> dict[str, str] | None:
    """A question in her language, where that is another than the reader's and the forms have words in it."""
    tag = paper.draft.language
    if tag == locales.words_tag() or not words.languages()[tag].offered:
        return None
    return _sentence(paper, key, tag)


def _spoken(paper: Paper, key: str) -> list[dict[str, str]]:
    """A sentence to be read aloud: in her language, in the reader's, and beside what nobody signed the reference."""
    tags = [tag for tag in (paper.draft.language, locales.words_tag()) if words.languages()[tag].offered]
    if not any(_signed(paper, key, tag) for tag in tags):
        tags.append(words.REFERENCE)
    return [_sentence(paper, key, tag) for tag in dict.fromkeys(tags)]


def _signed(paper: Paper, key: str, tag: str) -> bool:
    return tag == words.REFERENCE or key in paper.said.get("words", {}).get(tag, {})


def _sentence(paper: Paper, key: str, tag: str) -> dict[str, str]:
    text = paper.said.get("words", {}).get(tag, {}).get(key) or phrases.texts_in(tag).get(key, "")
    return {"tag": tag, "dir": words.languages()[tag].dir, "text": str(text)}


# the whole of it, and the end ---------------------------------------------------------------------------------------


@bp.get("/office/enter/<uuid:draft>/all")
@needs(Act.ENTER)
def check(draft: object) -> Response:
    return _check(_paper(draft), 200)


@bp.post("/office/enter/<uuid:draft>/send")
@needs(Act.ENTER)
def send(draft: object) -> AnyResponse:
    return _seal(draft, "final")


@bp.get("/office/enter/<uuid:draft>/stop")
@needs(Act.ENTER)
def ask_stop(draft: object) -> str:
    return render_template("office/entering_stop.html", paper=_paper(draft))


@bp.post("/office/enter/<uuid:draft>/stop")
@needs(Act.ENTER)
def stop(draft: object) -> AnyResponse:
    if request.form.get("go") == "finish":
        return _seal(draft, "unfinished")
    with desks.office().store.office() as session:
        entering.destroy(session, writer=_writer(session), id=str(draft))
    desks.forget_kept(f"/office/enter/{draft}")
    return redirect(url_for("entering.home", said="destroyed"), 303)


def _seal(draft: object, state: str) -> AnyResponse:
    office = desks.office()
    try:
        with office.store.inbound() as inbound, office.store.office() as session:
            entering.ready(session, inbound, desk=desks.desk(), now=desks.now())
            to = entering.seal(session, writer=_writer(session), id=str(draft), state=state, now=desks.now())
    except Problem as problem:
        if problem.kind.status != 422:
            raise
        return _check(_paper(draft), 422, problem.code)
    drafts.deliver(office.store, now=desks.now())
    desks.forget_kept(f"/office/enter/{draft}")
    elsewhere = None if to == desks.desk().office else "yes"
    return redirect(url_for("entering.sent", report=draft, elsewhere=elsewhere), 303)


@bp.get("/office/enter/sent/<uuid:report>")
@needs(Act.ENTER)
def sent(report: object) -> str:
    """Said only after it was read back from where it is kept."""
    with desks.office().store.inbound(reading=True) as inbound:
        held = next(iter(reports.of(inbound, str(report))), None)
    own = held is not None and held.office == desks.desk().office
    return render_template(
        "office/entering_sent.html",
        report=str(report),
        held=held,
        own=own,
        elsewhere="elsewhere" in request.args or (held is not None and not own),
    )


def _paper(draft: object) -> Paper:
    with desks.office().store.office(reading=True) as session:
        return entering.paper(session, writer=_writer(session), id=str(draft), now=desks.now())


def _check(paper: Paper, status: int, refused: str = "") -> Response:
    given = (paper.form, paper.draft.answers, paper.settings, paper.minute)
    whole = questionnaire.finish(*given)
    every = list(questionnaire.questions(paper.form))
    labels = {question["id"]: question["text"] for question in every}
    # A number that nobody wanted was made by the program: nothing anybody entered is lost with it.
    made = {question["id"] for question in every if question["kind"] == "code"}
    names = [name for name in questionnaire.summary(*given)["left_out"] if name not in made]
    page = render_template(
        "office/entering_check.html",
        paper=paper,
        parts=[(group, sections({**paper.form, "groups": [group]}, _only(group, whole))) for group in paper.groups],
        identity={question["id"] for question in every if question.get("identity")},
        errors=_to_mend(paper, labels),
        left_out=[labels.get(name, name) for name in names],
        labels=labels,
        refused=refused,
        to=entering.recipient(paper),
        own=OWN,
        other=next((str(one["name"]) for one in paper.said.get("offices") or ()), ""),
        places=places.names(paper.said["places"]),
    )
    return make_response(page, status)


def _only(group: Any, answers: Any) -> dict[str, Any]:
    return {one["id"]: answers[one["id"]] for one in group["questions"] if one["id"] in answers}


def _to_mend(paper: Paper, labels: dict[str, str]) -> list[tuple[str, str, str]]:
    """(address, sentence, number) of everything that keeps it from being sent as finished."""
    found = []
    for group in paper.groups:
        at = url_for("entering.group", draft=paper.draft.id, group=group["id"])
        if group["id"] in paper.unread:
            found.append((at, phrases.form_text(group["title"]), "422.41"))
        for element, sentence, code in _errors(paper, group["id"], {}):
            name = element.rsplit("-", 1)[-1]
            found.append((f"{at}#{element}", f"{phrases.form_text(labels.get(name, name))} {sentence}", code))
    return found
