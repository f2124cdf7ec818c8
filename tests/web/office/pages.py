"""Every page of the office once, as each person sees it: what the tests of pages walk through."""

from collections.abc import Iterator

from werkzeug.test import TestResponse

from intake.store.inbound import devices
from tests.support.staffed import ANSWERS, Phone
from tests.web.office.conftest import Visitor

REASON = "To call her about the doctor"
STOLEN = "Stolen at the market this morning"


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
    yield "you", visitor.get("/office/you")
    yield "no right", visitor.get("/office/audit")
    yield "not there", visitor.get("/office/nothing")
    yield from _phone_pages(visitor, phone)
    for name, page in (("dele", "audit"), ("dele", "people"), ("gita", "arrivals")):
        visitor.post("/office/sign-out")
        visitor.sign_in(name)
        yield f"{page} of {name}", visitor.get(f"/office/{page}")


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
