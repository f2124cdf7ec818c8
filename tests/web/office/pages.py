"""Every page of the office once, as each person sees it: what the tests of pages walk through."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from intake.domain.claim_law import LAW
from intake.domain.directory import COLUMNS
from intake.services import forwarding
from intake.store.inbound import devices
from tests.support.care import care_for, crowded
from tests.support.claimed import CONSENTED, ORDERED, TESTED, Claimed, new
from tests.support.forwarded import Between
from tests.support.staffed import ANSWERS, Phone
from tests.support.states import States
from tests.web.office.conftest import Visitor

REASON = "To call her about the doctor"
STOLEN = "Stolen at the market this morning"
ROTA = {"version": "0", "handover": "08:00", "day-0": "2026-12-25"}


ASKED = re.compile(r'name="asked" value="([^"]*)"')


def pages_of_entering(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """A call entered by hand, with every kind of question, each page once refused, to its receipt and the arrivals."""
    yield "entering", visitor.get("/office/enter")
    yield "entering, refused", visitor.post("/office/enter", came="2027-01-01")
    begun = {"channel": "call", "came": "2026-11-21", "form": "visit", "language": "ar"}
    draft = visitor.post("/office/enter", **begun).location

    def turn(group: str, **fields: str) -> TestResponse:
        found = ASKED.search(visitor.get(f"{draft}/{group}").text)
        named = {name if name == "go" else f"q-{name.replace('__', '-')}": value for name, value in fields.items()}
        return visitor.post(f"{draft}/{group}", asked=found[1] if found else "", **named)

    yield "entering before agreement", visitor.get(f"{draft}/all")
    yield "entering a page, refused", turn("agreement")
    turn("ready", who_speaks="self", age_band="15_17")
    turn("agreement", may_write="yes", child_agrees="yes")
    yield "entering a date, refused", turn("now", when_happened__from__year="26", when_happened__to__year="2026")
    yield "entering, not whole", visitor.get(f"{draft}/all")
    turn("now", danger_now="no", hurt="no", when_happened__from__year="2026")
    yield "entering, what follows", visitor.get(f"{draft}/now?follows=yes")
    turn("help", helped_before="yes", help_words="⟦⟧", help_words__language="sw", go="stay")
    turn("help", helped_before="yes", go="add:helped_by")
    for group in ("ready", "help", "happened", "who", "reach", "code", "how"):
        yield f"entering {group}", visitor.get(f"{draft}/{group}")
    yield "entering, stopping", visitor.get(f"{draft}/stop")
    yield "entering, begun", visitor.get("/office/enter")
    yield "entering, whole", visitor.get(f"{draft}/all")
    yield "entered", visitor.get(visitor.post(f"{draft}/send").location)
    yield "entered, not stored", visitor.get("/office/enter/sent/8f0a1b2c-0000-4000-8000-000000000000?elsewhere=yes")
    yield "entered, among the arrivals", visitor.get("/office/arrivals")
    yield "entered, opened", visitor.get(f"/office/arrivals/{draft.rsplit('/', 1)[-1]}")
    yield "entering what adds", visitor.get(f"/office/enter?about={draft.rsplit('/', 1)[-1]}")


def pages_of_translating(visitor: Visitor, phone: Phone) -> Iterator[tuple[str, TestResponse]]:
    """Words in Swahili: lacked by amina, who reads English; then she says that she reads it, and translates twice."""
    report = phone.send(version=2, answers={**ANSWERS, "help_words": {"text": "⟦⟧", "language": "sw"}})
    visitor.get("/office/arrivals")
    yield "tasks, nothing said", visitor.get("/office/translate")
    yield "languages, refused", visitor.post("/office/you/languages")
    yield "a text that is lacking", visitor.get(f"/office/arrivals/{report}")
    visitor.post("/office/you/languages", languages=["en", "sw"])
    address = f"/office/translate/report/{report}/help_words"
    yield "translating", visitor.get(address)
    yield "translating, refused", visitor.post(address, text="", into="sw", version="0")
    visitor.post(address, text="⟦⟧", into="en", version="0")
    yield "translating, stale", visitor.post(address, text="⟦2⟧", into="en", version="0")
    yield "translated", visitor.get(f"/office/arrivals/{report}")
    yield "tasks", visitor.get("/office/translate?said=kept")
    yield "translating names, asked", visitor.get(f"/office/translate/report/{report}/called/names")
    refused = visitor.post(f"/office/translate/report/{report}/called/names/open", reason="")
    yield "translating names, refused", refused
    yield "no such text", visitor.get(f"/office/translate/report/{report}/nothing")


def pages_of_help(visitor: Visitor, lang: str) -> Iterator[tuple[str, TestResponse]]:
    """Everything about help in one case, with forms that were refused and one that was stale."""
    care, paths = crowded(visitor.staffed)
    for number, path in enumerate(paths):
        yield f"help {number}", visitor.get(path)
    about = f"/office/cases/{care.case.id}"
    yield "offering, refused", visitor.post(f"{about}/help/offer", person="", service="")
    yield "consent, refused", visitor.post(f"{about}/consents", person="P1", recipient="MED", answer="no", version="99")
    yield "note, refused", visitor.post(f"{about}/notes", text="", language=lang)
    yield "provider, refused", visitor.post("/office/providers/new", name="")


def pages_of_states(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """A State with something of everything: notes in each state, allegations, focal points, and what was refused."""
    made = States(visitor.staffed)
    state = made.name_focal_point(made.add())
    made.add("MA", "ar")
    at = f"/office/states/{state.id}"
    yield "State, empty", visitor.get(at)
    first, second, *_ = moved = made.allegations(3)
    drafted = made.draft(moved)
    yield "note verbale, drafted", visitor.get(f"/office/states/notes/{drafted.id}")
    sent = made.step(drafted, "sent")
    asked = made.step(sent, "asked_us")
    yield "note verbale, stopped", visitor.get(f"/office/states/notes/{sent.id}")
    answered = made.step(asked, "answered", items=[first.id], answer="nio_appointed", words="⟦⟧")
    made.move(second, "outcome_reported", outcome="substantiated", words="⟦⟧")
    made.move(second, "action_reported", action="dismissal")
    visitor.staffed.clock.move(minutes=1)
    for name, page in (
        ("States", "/office/states"),
        ("State", at),
        ("terms", "/office/states/terms"),
        ("calendar", "/office/states/terms/calendar/states/FR"),
        ("calendar of the office", "/office/states/terms/calendar/office/own"),
        ("law", f"{at}/change"),
        ("focal point", f"{at}/focal-point"),
        ("focal point, asking", f"{at}/focal-point/names"),
        ("allegation, asking", f"{at}/allegations/new"),
        ("note about claims", f"{at}/notes/claim"),
        ("note about allegations", f"{at}/notes/allegation"),
        ("allegation", f"/office/states/allegations/{first.id}"),
        ("allegation with outcome", f"/office/states/allegations/{second.id}"),
        ("note verbale", f"/office/states/notes/{answered.id}"),
        ("letter, asking", f"/office/states/notes/{answered.id}/letter/reminder"),
        ("no such letter", f"/office/states/notes/{answered.id}/letter/nothing"),
    ):
        yield name, visitor.get(page)
    yield "State, refused", visitor.post("/office/states", code="FR", language="fr")
    yield "terms, refused", visitor.post("/office/states/terms", answer="x", version="0")
    yield "calendar, refused", visitor.post("/office/states/terms/calendar/office/own", holidays="x", version="0")
    yield "law, stale", visitor.post(f"{at}/change", language="fr", version="0")
    yield "law, refused", visitor.post(f"{at}/change", language="fr", dna_admissible="yes", version=str(state.version))
    yield "focal point, refused", visitor.post(f"{at}/focal-point", name="", version="0")
    yield "allegation, refused", visitor.post(f"{at}/allegations/new", typed="x", received="2026-11-22")
    yield "step of an allegation, refused", visitor.post(f"/office/states/allegations/{first.id}", kind="x", on="x")
    yield "note verbale, refused", visitor.post(f"{at}/notes/allegation", subject="x", language="fr")
    typed = {"kind": "answered", "on": "2026-11-22"}
    yield "answer, refused", visitor.post(f"/office/states/notes/{answered.id}", **typed, version=str(answered.version))
    yield "answer, stale", visitor.post(f"/office/states/notes/{answered.id}", **typed, version="1")
    yield (
        "names of focal points",
        visitor.post(f"{at}/focal-point/names", reason=REASON, code=visitor.staffed.code("amina")),
    )
    found = f"/office/states/notes/{answered.id}/letter/reminder"
    visitor.post(found, version=str(answered.version))
    page = visitor.get(f"/office/states/notes/{answered.id}")
    yield "note verbale with a letter", page
    letter = page.text.partition("/letters/")[2][:36]
    opening = f"/office/states/notes/{answered.id}/letters/{letter}"
    yield "opening a letter", visitor.get(opening)
    yield "opening a letter, refused", visitor.post(opening, reason="")
    yield "releases, empty", visitor.get("/office/releases")
    yield "release, refused", visitor.post("/office/releases", until="2027-01-01", policy="protected")
    release = visitor.post("/office/releases", until="2026-09-30", policy="protected", licence="CC-BY-4.0").location
    yield "release", visitor.get(release)
    yield "release, preview", visitor.get(f"{release}/preview")
    yield "release, no code", visitor.post(f"{release}/approve", policy="", code="")
    yield "releases", visitor.get("/office/releases")
    yield "scorecards", visitor.get("/office/scorecards")
    yield "scorecard, refused", visitor.post("/office/scorecards")
    card = visitor.post("/office/scorecards", codes=["FR", "MA"]).location
    yield "method", visitor.get("/office/scorecards/method")
    yield "method, refused", visitor.post("/office/scorecards/method", why="", version="0")
    yield "scorecard", visitor.get(card)
    visitor.post(f"{card}/states/FR", **{"on-FR": "2026-11-22"}, version="1")
    yield "reply, refused", visitor.post(f"{card}/states/FR", **{"on-FR": "2026-11-22"}, said="yes", version="2")
    yield "sharing, refused", visitor.post(f"{card}/share", to="⟦⟧", version="2")
    yield "due, with States", visitor.get("/office/due")


def pages_of_programmes(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """A programme that pays the school before a term, with each form of it once refused or stale."""
    care, at, days = care_for(visitor.staffed), "/office/programmes", {"first": "2026-11-01", "last": "2026-11-30"}
    care.act("person_added", part="child", group="girl")
    care.offer("CHILD_EDU")
    for page in (at, f"{at}/needs", f"{at}/new", "/office/terms", "/office/terms/new"):
        yield f"{page[8:].replace('/', ' ')} with nothing", visitor.get(page)
    yield "programme, refused", visitor.post(f"{at}/new", name="", budget="1,250")
    given = {"name": "⟦P⟧", "fund": "other", "services[]": ["CHILD_EDU"], "currency": "TND", "budget": "99", **days}
    one = visitor.post(f"{at}/new", **given, words="⟦⟧", partner="⟦⟧").location
    visitor.post(f"{at}/new", **given)
    for line, typed in (
        ("spending", {"day": "2026-11-20", "amount": "100", "payee": "school", "to": "⟦⟧"}),
        ("reached", {**days, "last": "2026-11-20", "people": "7"}),
    ):
        yield f"line of {line}", visitor.get(f"{one}/lines/{line}")
        yield f"line of {line}, refused", visitor.post(f"{one}/lines/{line}", version="1", service="XRAY")
        seen = "1" if line == "spending" else "2"
        for _ in range(2):
            last = visitor.post(f"{one}/lines/{line}", **typed, service="CHILD_EDU", version=seen)
        yield f"line of {line}, stale", last
    visitor.post(f"{one}/strike", version="3", line="reached", at="0")
    yield "programme, stale", visitor.post(f"{one}/change", **given, version="1")
    yield "term, refused", visitor.post("/office/terms/new", name="", notice="x")
    visitor.post("/office/terms/new", name="⟦T⟧", first="2026-11-28", last="2026-11-30", notice="3")
    school = f"/office/cases/{care.case.id}/schooling"
    yield "school, nothing noted", visitor.get(school)
    yield "school, refused", visitor.post(school, person="")
    visitor.post(school, person="P2", **{"things[]": ["fees", "books"]})
    seeing = re.findall(rf"{school}/[0-9a-f-]{{36}}", visitor.get(school).text)[0]
    for number, path in enumerate((one, f"{one}/change", at, f"{at}/needs", "/office/terms", school, seeing)):
        yield f"programmes {number}", visitor.get(path)
    yield "seeing to school, refused", visitor.post(seeing, version="2")
    visitor.post(seeing, version="1", programme="not_needed", **{"things[]": ["books"]}, term=_term_of(visitor, seeing))
    yield "school, half seen to", visitor.get(school)
    visitor.post(seeing, version="2", end="yes")
    yield "school, ended", visitor.get(school)


def _term_of(visitor: Visitor, page: str) -> str:
    return re.findall(r'<option value="([0-9a-f-]{36})"', visitor.get(page).text)[0]


def every_page(visitor: Visitor, phone: Phone, lang: str) -> Iterator[tuple[str, TestResponse]]:
    """(name, answer) of every page and every form that was refused, in one language."""
    strange = {**ANSWERS, "share_inquiry": "perhaps", "helped_by": [{"row": "a", "helped_with": "medical"}]}
    report = phone.send(urgent=True, answers=strange)
    phone.send(report, answers=ANSWERS)
    visit, needs = visit_and_needs(phone)
    odd = phone.send(form="visit", version=9, state="half", about={"report": report, "as": "withdraws"})
    yield "sign in", visitor.get(f"/office/sign-in?lang={lang}")
    yield "sign in, refused", visitor.sign_in("amina", code="")
    visitor.sign_in("amina")
    yield "arrivals", visitor.get("/office/arrivals")
    yield "report", visitor.get(f"/office/arrivals/{report}")
    yield "help and consents", visitor.get(f"/office/arrivals/{visit}")
    yield "needs", visitor.get(f"/office/arrivals/{needs}")
    yield "strange report", visitor.get(f"/office/arrivals/{odd}")
    yield "asking for names", visitor.get(f"/office/arrivals/{report}/identity")
    yield "asking for names, refused", visitor.post(f"/office/arrivals/{report}/identity", reason="", code="")
    typed = {"reason": REASON, "code": visitor.staffed.code("amina")}
    yield "names", visitor.post(f"/office/arrivals/{report}/identity", **typed)
    address = f"/office/arrivals/{report}/decision"
    yield "deciding", visitor.get(address)
    yield "deciding, refused", visitor.post(address, decision="not_for_us", version="3")
    yield "deciding, stale", visitor.post(address, decision="registered", version="1")
    visitor.post(address, decision="not_for_us", reason=REASON, note=REASON, version="3")
    yield "decided", visitor.get(f"/office/arrivals/{report}/decided")
    yield "finding", visitor.get("/office/find")
    visitor.post("/office/find/searches", words="je", name="Words")
    yield "found", visitor.post("/office/find", words="je")
    yield "found nothing", visitor.post("/office/find", words="zzzz")
    yield "search not kept", visitor.post("/office/find/searches", words="je", name="")
    yield from overview_pages(visitor)
    yield "history", visitor.get(f"/office/arrivals/{report}/history")
    yield "taking, stale", visitor.post(f"/office/arrivals/{odd}/holder", version="1")
    yield "comparing names", visitor.get(f"/office/arrivals/{odd}/links")
    yield "comparing names, refused", visitor.post(f"/office/arrivals/{odd}/links", reason="")
    yield "names compared", visitor.post(f"/office/arrivals/{odd}/links", reason=REASON)
    yield from pages_of_entering(visitor)
    yield from pages_of_translating(visitor, phone)
    yield from case_pages(visitor, phone)
    yield from pages_of_help(visitor, lang)
    yield from claim_pages(visitor)
    yield from mission_pages(visitor)
    yield from forwarding_pages(visitor)
    yield from list_pages(visitor)
    yield from pages_of_states(visitor)
    yield from pages_of_programmes(visitor)
    yield "you", visitor.get("/office/you")
    yield from offered(visitor)
    yield "no right", visitor.get("/office/audit")
    yield "not there", visitor.get("/office/nothing")
    yield "due", visitor.get("/office/due")
    yield "you, refused", visitor.post("/office/you/passkeys", label="blue", code="000000")
    for page in ("people", "keys", "keys/sign/open", "keys/work/rotate"):
        yield page.replace("/", " "), visitor.get(f"/office/{page}")
    yield "keys, refused", visitor.post("/office/keys/sign/open", code="000000")
    visitor.post("/office/keys/sign/open", code=visitor.staffed.code("amina"))
    yield "keys, open", visitor.get("/office/keys")
    yield "rotated", visitor.post("/office/keys/sign/rotate")
    gita = visitor.staffed.people["gita"].id
    yield "person", visitor.get(f"/office/people/{gita}")
    yield "admitting", visitor.get(f"/office/people/{gita}/admit/work")
    yield "admitting, refused", visitor.post(f"/office/people/{gita}/admit/work", words="six other words")
    farah = visitor.staffed.people["farah"].id
    yield "restoring", visitor.get(f"/office/people/{farah}/restore")
    yield "restored", visitor.post(f"/office/people/{farah}/restore")
    yield from _typing_late(visitor)
    yield from _joining(visitor)
    yield from _phone_pages(visitor, phone)
    yield from _rota_pages(visitor)
    yield "women and men", visitor.get("/office/women-and-men")
    yield "women and men, refused", visitor.post("/office/women-and-men", day="")
    counts = {"officers": "40", "women_officers": "12", "staff": "9", "women_staff": "8"}
    visitor.post("/office/women-and-men", day="2026-11-20", **counts)
    yield "women and men, counted", visitor.get("/office/women-and-men")
    for name, page in (("dele", "audit"), ("dele", "people"), ("gita", "arrivals")):
        visitor.post("/office/sign-out")
        visitor.sign_in(name)
        yield f"{page} of {name}", visitor.get(f"/office/{page}")


def claim_pages(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """A claim with something of everything in it, the form of each kind of event, and what is refused or stale."""
    made = Claimed.begin(visitor.staffed, case=care_for(visitor.staffed).case.id)
    made.act(*TESTED, new("hurdle", "F1", reason="cost"), new("owned", "bruno"))
    made.result(new("dna_result_in", "F1", laboratory="⟦⟧"), "match")
    made.act(new("established", "F1", basis="dna"), ORDERED, chains=("work", "identity"))
    about = f"/office/claims/{made.claim.id}"
    yield "claims", visitor.get("/office/claims?country=ZZ")
    yield "claims of a case", visitor.get(f"/office/cases/{made.claim.case}/claims")
    yield "opening a claim", visitor.get(f"/office/claims/new?case={made.claim.case}")
    yield "opening a claim, refused", visitor.post("/office/claims/new", claimant="")
    yield "a claim", visitor.get(about)
    at, other = "/office/claims/policy", {"tell_days": "7", "limitation_years": "2", "recognised_in": "both"}
    typed = {**other, "resolved[]": "recognised", "version": "0"}
    yield "what is decided about claims", visitor.get(at)
    yield "what would be decided about claims", visitor.post(at, **typed)
    yield "what is decided about claims, refused", visitor.post(at, **{**typed, "tell_days": "x"})
    yield "what would be decided about claims, refused", visitor.post(at, **typed, read="yes", why="short")
    for kind in LAW:
        target = made.claim.untold()[0].id if kind in ("claimant_told", "telling_waived", "undone") else "F1"
        yield f"claim, {kind}", visitor.get(f"{about}/do/{kind}?target={target}")
    typed = {"why": "short", "happened": "2026-11-22", "known": "2026-11-22", "version": "1"}
    yield "a step of a claim, refused", visitor.post(f"{about}/do/reopened", **typed)
    yield "a step of a claim, stale", visitor.post(f"{about}/do/hurdle", **{**typed, "reason": "security"})
    result = next(one.id for one in made.claim.fitting if one.kind == "dna_result_in")
    for page in ("names", f"result/{result}"):
        yield f"asking for {page[:6]} of a claim", visitor.get(f"{about}/{page}")
        yield f"{page[:6]} of a claim, refused", visitor.post(f"{about}/{page}", reason="short")
        typed = {"reason": REASON, "code": visitor.staffed.code("amina")}
        yield f"{page[:6]} of a claim", visitor.post(f"{about}/{page}", **typed)


def forwarding_pages(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """A claim on its way to another office and back, as either office sees it, and what is refused or not believed."""
    yield "between offices, nothing", visitor.get("/office/claims/forwarded")
    between = Between.make(visitor.staffed)
    made = between.begin()
    about = f"/office/claims/{made.claim.id}/forwarding"
    yield "forwarding", visitor.get(about)
    yield "forwarding, refused", visitor.post(about, step="forward", to="", how="")
    yield "forwarding, no such step", visitor.post(about, step="nothing")
    between.forward(made)
    yield "forwarded", visitor.get(about)
    yield "forwarded, stale", visitor.post(about, step="forward", to="x")
    between.pull(between.central, "nadia")
    between.do(between.central, "nadia", forwarding.send_back, claim=made.claim.id, why="⟦⟧" * 5)
    yield "sent back", visitor.get(about)
    between.forward(made)
    between.pull(between.central, "nadia")
    between.do(between.central, "nadia", forwarding.accept, claim=made.claim.id)
    visitor.get("/office/claims")
    yield "accepted", visitor.get(about)
    yield "a claim that another office has too", visitor.get(f"/office/claims/{made.claim.id}")
    came = between.came()
    visitor.get("/office/claims")
    yield "came from another office", visitor.get(f"/office/claims/{came}/forwarding")
    yield "between offices", visitor.get("/office/claims/forwarded")
    yield "came, refused", visitor.post(f"/office/claims/{came}/forwarding", step="send_back", why="no")
    visitor.post(f"/office/claims/{came}/forwarding", step="accept")
    yield "came and accepted", visitor.get(f"/office/claims/{came}/forwarding")
    visitor.post(about, step="end", on="2026-11-22")
    yield "forwarding, ended", visitor.get(about)
    yield "forwarding, ended twice", visitor.post(about, step="end", on="2026-11-22")
    yield "claims, with some between offices", visitor.get("/office/claims/forwarded")


def mission_pages(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """A mission with one claim on its list, and each form of it refused."""
    made = Claimed.begin(visitor.staffed)
    made.act(*CONSENTED)
    typed = {"version": "0", "begins": "2026-11-24", "ends": "2026-11-26", "place": "⟦⟧", "kits": "⟦⟧"}
    yield "missions, none", visitor.get("/office/missions")
    yield "planning a mission", visitor.get("/office/missions/new")
    yield "planning a mission, refused", visitor.post("/office/missions/new", **{**typed, "ends": "2026-11-01"})
    about = visitor.post("/office/missions/new", **typed).location
    yield "a mission, no claim", visitor.post(about, version="1", typed="2026-P9999")
    visitor.post(about, version="1", typed=made.claim.reference)
    yield "a mission", visitor.get(about)
    yield "changing a mission", visitor.get(f"{about}/plan")
    met = {"version": "2", "claim": made.claim.id, "whose": "mother"}
    yield "a mission, refused", visitor.post(about, **met, came="yes", kit="KIT-1")
    yield "a mission, stale", visitor.post(about, **{**met, "version": "1"}, came="yes")
    visitor.post(about, **met, came="yes", kit="KIT-0001", seal="⟦⟧", collector="⟦⟧")
    yield "a mission, somebody came", visitor.get(about)
    yield "missions", visitor.get("/office/missions")


def list_pages(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """A list looked at, wrong, mended, taken and taken back."""
    about, said = "/office/claims/lists", {"said": "yes", "column-0": "key", "column-1": "registered"}
    yield "claims from a list", visitor.get(about)
    yield "a file of claims", visitor.post(about, file=(BytesIO(b"PK"), "x.xlsx"))
    yield "a file of claims, looked at", visitor.post(about, file=(BytesIO("⟦1⟧,⟦2⟧\n1,2019".encode()), "x.csv"))
    yield "a file of claims, wrong", visitor.post(about, content="⟦1⟧,⟦2⟧\n1,19", **said)
    right = {**said, "content": "⟦1⟧,⟦2⟧\n1,2019"}
    yield "a file of claims, right", visitor.post(about, **right)
    taken = visitor.post(about, **right, take="yes").location
    yield "a list taken", visitor.get(taken)
    yield "a list taken, refused", visitor.post(taken, reason="short")
    visitor.post(taken, reason=REASON)
    yield "a list taken back", visitor.get(taken)
    yield "lists of claims", visitor.get(about)


def offered(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """What phones get, with something of everything in it, and each form of it once refused."""
    at, key = "/office/offer", "words/ar/form.visit.notice_help.aloud"
    help = {**dict.fromkeys(COLUMNS, ""), "name": "⟦⟧", "services": "MED", "place": "north", "landmark": "⟦⟧"}
    yield "a place, refused", visitor.post(f"{at}/places/add", name="", id="?")
    visitor.post(f"{at}/places/add", name="⟦⟧", id="north")
    visitor.post(f"{at}/places/add", name="⟦2⟧", id="gone")
    visitor.post(f"{at}/places/one/gone", retire="yes", seen=_seen(visitor.get(f"{at}/places/one/gone")))
    yield "a place, stale", visitor.post(f"{at}/places/one/north", name="⟦3⟧", parent="", seen="")
    yield "a retired place", visitor.get(f"{at}/places/one/gone")
    for name, content in (("", b"id,name,parent\nx,,gone\n"), (", read", "id,name,parent\nx,⟦⟧,north\n".encode())):
        yield f"a file of places{name}", visitor.post(f"{at}/places/import", file=(BytesIO(content), "x.csv"))
    yield "a place that helps, refused", visitor.post(f"{at}/services/add", **{**help, "name": ""})
    visitor.post(f"{at}/services/add", **{**help, "cost": "free", "checked": "2026-11-01"})
    listed = visitor.get(f"{at}/services")
    yield "places that help", listed
    entry = listed.text.partition("/services/one/")[2][:16]
    yield "a place that helps, stale", visitor.post(f"{at}/services/one/{entry}", **help)
    content = visitor.get(f"{at}/services.csv").data
    yield "a file of help", visitor.post(f"{at}/services/import", file=(BytesIO(content), "x.csv"))
    for name, value in (("refused", "x"), ("stale", "90")):
        yield f"a setting, {name}", visitor.post(f"{at}/settings/number/lock_after", value=value)
    yield "a shape", visitor.get(f"{at}/settings/shape")
    yield "a shape, refused", visitor.post(f"{at}/settings/shape", shape="###")
    yield "ages, refused", visitor.post(f"{at}/settings/ages")
    yield "a sentence, refused", visitor.post(f"{at}/{key}", text="", seen=_seen(visitor.get(f"{at}/{key}")))
    visitor.post(f"{at}/{key}", text="⟦⟧", seen=_seen(visitor.get(f"{at}/{key}")))
    yield "a sentence, stale", visitor.post(f"{at}/{key}", text="⟦2⟧", seen="")
    yield "words, nothing chosen", visitor.post(f"{at}/words?language=ar", language="ar")
    yield "a sound, refused", visitor.post(f"{at}/sounds", key="x", language="fr")
    visitor.post(f"{at}/forms/needs", on="yes")
    for page in ("", "/places", "/settings", "/forms", "/words?language=fr", "/sounds", "/publish"):
        yield f"what phones get {page[1:]}", visitor.get(f"{at}{page}")
    yield "publishing, refused", visitor.post(f"{at}/publish", code="")


def _seen(page: TestResponse) -> str:
    return page.text.partition('name="seen" value="')[2].partition('"')[0]


def visit_and_needs(phone: Phone) -> tuple[str, str]:
    """A visit with help in every state and consents, one of them taken back in a later report; and a needs form."""
    help_ = {"help_safety": "no", "help_medical": "yes", "help_work": "yes", "help_children": "yes"}
    words = {"care_received": "yes", "share_medical": "yes", "share_inquiry": "later"}
    visit = phone.send(version=2, answers={"may_write": "yes", **help_, **words})
    about = {"report": visit, "as": "adds_to"}
    phone.send(version=2, answers={"may_write": "yes", "help_medical": "yes", "share_medical": "no"}, about=about)
    phone.send(version=99, about=about)
    states = {"need_health": "received", "need_food": "needed", "need_talk": "declined", "need_legal": "unavailable"}
    child = {"row": "a", "child_age": "6_11", "child_needs": ["fees", "papers"], "child_papers": "unavailable"}
    children = [child, {"row": "b", "child_needs": ["fees"]}]
    whom = {"may_write": "yes", "danger_now": "no", "for_whom": ["self", "children"]}
    return visit, phone.send(form="needs", answers={**whom, **states, "children": children})


STEPS: Mapping[str, Mapping[str, Any]] = {
    "nature": {"category": "sexual_abuse", "natures[]": ["rape"]},
    "person": {"part": "child", "group": "girl", "born": "2019"},
    "named": {"names[]": ["amina"]},
    "join": {"reason": REASON},
    "owner": {"owner": "bruno"},
    "close": {"reasons[]": ["needs_met"], "told": "yes", "feedback": "helped", "words": REASON},
    "resume": {},
}


def case_pages(visitor: Visitor, phone: Phone) -> Iterator[tuple[str, TestResponse]]:
    """A case with something of everything in it: its pages, each step asked, refused and stale."""
    first, second, third = (phone.send(version=2, answers={**ANSWERS, "place": "north-1"}) for _ in range(3))
    visitor.get("/office/arrivals")
    address = f"/office/arrivals/{first}/decision"
    visitor.post(address, decision="registered", version="1")
    case = visitor.get(f"/office/arrivals/{first}/decided").text.partition("/office/cases/")[2][:36]
    yield "list of cases", visitor.get("/office/cases")
    yield "list of cases of a filter", visitor.get("/office/cases?show=closed")
    yield "new case", visitor.get(f"/office/cases/{case}")
    for version, (step, typed) in enumerate(STEPS.items(), start=1):
        yield f"asking to {step}", visitor.get(f"/office/cases/{case}/do/{step}")
        yield f"{step}, refused", visitor.post(f"/office/cases/{case}/do/{step}", version="0", **{"names[]": ["bruno"]})
        more = {"typed": second[:8]} if step == "join" else {}
        done = visitor.post(f"/office/cases/{case}/do/{step}", **typed, **more, version=str(version))
        assert done.status_code == 303, step
        yield f"case after {step}", visitor.get(f"/office/cases/{case}")
    yield "asking to split", visitor.get(f"/office/cases/{case}/do/split?report={second}")
    yield "split, refused", visitor.post(f"/office/cases/{case}/do/split", version="8", report=second)
    yield "split, stale", visitor.post(f"/office/cases/{case}/do/split", version="3", report=second, reason=REASON)
    yield "setting a person right", visitor.get(f"/office/cases/{case}/do/person?code=P1")
    yield "agree, refused", visitor.post(f"/office/cases/{case}/do/agree", version="8")
    yield "no such step", visitor.get(f"/office/cases/{case}/do/nothing")
    yield "history of a case", visitor.get(f"/office/cases/{case}/history")
    yield "report of a case", visitor.get(f"/office/arrivals/{second}")
    yield "report with a link", visitor.get(f"/office/arrivals/{third}")


def _typing_late(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """Amina is signed out while she types, and finds it again."""
    here = f"/office/people/{visitor.staffed.people['cora'].id}/admit/work"
    visitor.get("/office/you")
    visitor.post("/office/kept", kept_page="/office/you", kept_action="/office/you/passkeys", label="blue key")
    yield "you, with what was kept", visitor.get("/office/you")
    yield "what is kept elsewhere", visitor.get("/office/people")
    visitor.staffed.clock.move(minutes=16)
    yield "signed out late", visitor.get(visitor.post(here, words="x", note="y").location)


def _joining(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """Emil proposes hana, who joins; he changes roles and closes an account."""
    visitor.sign_in("emil")
    yield "proposing", visitor.get("/office/people/propose")
    yield "proposing, refused", visitor.post("/office/people/propose", name="x")
    proposed = visitor.post("/office/people/propose", name="hana", roles="reviewer")
    yield "proposed", proposed
    bruno = f"/office/people/{visitor.staffed.people['bruno'].id}"
    yield "person, for an administrator", visitor.get(bruno)
    yield "roles, refused", visitor.post(f"{bruno}/roles", roles="administrator")
    yield "closing", visitor.get(f"{bruno}/close")
    yield "closed", visitor.post(f"{bruno}/close")
    visitor.post("/office/sign-out")
    yield "joining", visitor.get("/office/join")
    yield "joining, refused", visitor.post("/office/join", joining="no code")
    joined = visitor.post("/office/join", joining=code_on(proposed))
    yield "joined", joined
    yield "checked, refused", visitor.post("/office/join/check", first="no", second="no")
    yield "checked", visitor.post("/office/join/check", **words_asked(joined))


def code_on(page: TestResponse) -> str:
    """The joining code that a page shows once."""
    found = re.search(r'<p class="secret"><bdi dir="ltr">([^<]+)</bdi>', page.text)
    assert found is not None
    return found[1]


def words_asked(page: TestResponse) -> dict[str, str]:
    """What somebody types back who wrote the passphrase down."""
    words = re.findall(r"<li>([a-z]+)</li>", page.text)
    labels = re.findall(r'<label for="(first|second)">[^<0-9]*([1-6])', page.text)
    return {name: words[int(place) - 1] for name, place in labels}


def overview_pages(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """What is counted, of nowhere too; taking a list out, asked and refused."""
    yield "overview", visitor.get("/office/overview")
    yield "overview of what has no place", visitor.post("/office/overview", place="-", weeks="4")
    yield "overview, refused", visitor.post("/office/overview", place="nowhere", weeks="4")
    yield "taking out", visitor.get("/office/overview/export")
    yield "taking out, refused", visitor.post("/office/overview/export", listed="", form="", reason="")


def _rota_pages(visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """The coordinator's rota: none yet, changed, refused, stale."""
    yield "rota, none yet", visitor.get("/office/duty")
    address = "/office/duty/change"
    yield "changing the rota", visitor.get(address)
    yield "changing the rota, refused", visitor.post(address, **{**ROTA, "handover": "8", "day-0": "2026-13-01"})
    visitor.post(address, **ROTA)
    yield "changing the rota, stale", visitor.post(address, **{**ROTA, "handover": "09:00"})
    yield "rota", visitor.get("/office/duty?said=saved")


def _phone_pages(visitor: Visitor, phone: Phone) -> Iterator[tuple[str, TestResponse]]:
    """Those of the coordinator: a phone with a gap and an older app, one that nobody has confirmed, invitations."""
    phone.n += 2
    phone.send()
    typed = visitor.staffed.phone("Typed by hand", proven=False)
    with visitor.staffed.store.inbound() as inbound:
        devices.note(inbound, phone.id, contact="2026-11-22", shell="0123456789abcdef")  # noqa: S604  a version's name
    visitor.post("/office/sign-out")
    visitor.sign_in("cora")
    yield "inviting", visitor.get("/office/phones/invite")
    yield "inviting, refused", visitor.post("/office/phones/invite", labels="", number="call me")
    yield "cards", visitor.post("/office/phones/invite", labels="Bay 1\nBay 2", number="+243 1")
    yield "phones of cora", visitor.get("/office/phones")
    yield "phone", visitor.get(f"/office/phones/{phone.id}")
    yield "unconfirmed phone", visitor.get(f"/office/phones/{typed.id}")
    yield "confirming", visitor.get(f"/office/phones/{typed.id}/confirm")
    yield "confirming, refused", visitor.post(f"/office/phones/{typed.id}/confirm", words="six other words")
    lost = f"/office/phones/{phone.id}/lost"
    for step in ("came", "missing", "waits", "danger", "withdraw"):
        yield f"lost, {step}", visitor.get(f"{lost}/{step}")
    yield "lost, refused", visitor.post(f"{lost}/withdraw", reason="short")
    visitor.post(f"{lost}/withdraw", reason=STOLEN, sure="yes")
    for step in ("invite", "summary", "withdraw"):
        yield f"lost, {step} afterwards", visitor.get(f"{lost}/{step}")
    yield "withdrawn phone", visitor.get(f"/office/phones/{phone.id}")
