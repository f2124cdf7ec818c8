"""Every page of the office once, as each person sees it: what the tests of pages walk through."""

from collections.abc import Iterator

from werkzeug.test import TestResponse

from tests.support.staffed import ANSWERS, Phone
from tests.web.office.conftest import Visitor

REASON = "To call her about the doctor"
ROTA = {"version": "0", "handover": "08:00", "day-0": "2026-12-25"}


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
    yield "deciding, refused", visitor.post(address, decision="not_for_us", version="1")
    yield "deciding, stale", visitor.post(address, decision="registered", version="1")
    visitor.post(address, decision="not_for_us", reason=REASON, note=REASON, version="3")
    yield "decided", visitor.get(f"/office/arrivals/{report}/decided")
    yield "history", visitor.get(f"/office/arrivals/{report}/history")
    yield "you", visitor.get("/office/you")
    yield "no right", visitor.get("/office/audit")
    yield "not there", visitor.get("/office/nothing")
    yield "due", visitor.get("/office/due")
    visitor.post("/office/sign-out")
    visitor.sign_in("cora")
    yield "rota, none yet", visitor.get("/office/duty")
    address = "/office/duty/change"
    yield "changing the rota", visitor.get(address)
    yield "changing the rota, refused", visitor.post(address, **{**ROTA, "handover": "8", "day-0": "2026-13-01"})
    visitor.post(address, **ROTA)
    yield "changing the rota, stale", visitor.post(address, **{**ROTA, "handover": "09:00"})
    yield "rota", visitor.get("/office/duty?said=saved")
    for name, page in (("cora", "phones"), ("dele", "audit"), ("dele", "people"), ("gita", "arrivals")):
        visitor.post("/office/sign-out")
        visitor.sign_in(name)
        yield f"{page} of {name}", visitor.get(f"/office/{page}")


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
