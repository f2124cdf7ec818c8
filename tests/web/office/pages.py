"""Every page of the office once, as each person sees it: what the tests of pages walk through."""

from collections.abc import Iterator

from werkzeug.test import TestResponse

from tests.support.care import crowded
from tests.support.staffed import ANSWERS, Phone
from tests.web.office.conftest import Visitor

REASON = "To call her about the doctor"


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


def every_page(visitor: Visitor, phone: Phone, lang: str) -> Iterator[tuple[str, TestResponse]]:
    """(name, answer) of every page and every form that was refused, in one language."""
    strange = {**ANSWERS, "share_inquiry": "perhaps", "helped_by": [{"row": "a", "helped_with": "medical"}]}
    report = phone.send(urgent=True, answers=strange)
    phone.send(report, answers=ANSWERS)
    odd = phone.send(form="visit", version=9, state="half", about={"report": report, "as": "withdraws"})
    yield "sign in", visitor.get(f"/office/sign-in?lang={lang}")
    yield "sign in, refused", visitor.sign_in("amina", code="")
    visitor.sign_in("amina")
    yield "arrivals", visitor.get("/office/arrivals")
    yield "report", visitor.get(f"/office/arrivals/{report}")
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
    yield from pages_of_help(visitor, lang)
    yield "you", visitor.get("/office/you")
    yield "no right", visitor.get("/office/audit")
    yield "not there", visitor.get("/office/nothing")
    for name, page in (("cora", "phones"), ("dele", "audit"), ("dele", "people"), ("gita", "arrivals")):
        visitor.post("/office/sign-out")
        visitor.sign_in(name)
        yield f"{page} of {name}", visitor.get(f"/office/{page}")
