"""Every page of the office once, as each person sees it: what the tests of pages walk through."""

from collections.abc import Iterator

from werkzeug.test import TestResponse

from tests.support.staffed import ANSWERS, Phone
from tests.web.office.conftest import Visitor

REASON = "To call her about the doctor"


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
    yield "finding", visitor.get("/office/find")
    visitor.post("/office/find/searches", words="je", name="Words")
    yield "found", visitor.post("/office/find", words="je")
    yield "found nothing", visitor.post("/office/find", words="zzzz")
    yield "search not kept", visitor.post("/office/find/searches", words="je", name="")
    yield "history", visitor.get(f"/office/arrivals/{report}/history")
    yield "you", visitor.get("/office/you")
    yield "no right", visitor.get("/office/audit")
    yield "not there", visitor.get("/office/nothing")
    for name, page in (("cora", "phones"), ("dele", "audit"), ("dele", "people"), ("gita", "arrivals")):
        visitor.post("/office/sign-out")
        visitor.sign_in(name)
        yield f"{page} of {name}", visitor.get(f"/office/{page}")
