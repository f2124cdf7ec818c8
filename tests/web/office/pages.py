"""Every page of the office once, as each person sees it: what the tests of pages walk through."""

from collections.abc import Iterator
from io import BytesIO

from werkzeug.test import TestResponse

from intake.domain.directory import COLUMNS
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
    yield "history", visitor.get(f"/office/arrivals/{report}/history")
    yield "you", visitor.get("/office/you")
    yield from offered(visitor)
    yield "no right", visitor.get("/office/audit")
    yield "not there", visitor.get("/office/nothing")
    for name, page in (("cora", "phones"), ("dele", "audit"), ("dele", "people"), ("gita", "arrivals")):
        visitor.post("/office/sign-out")
        visitor.sign_in(name)
        yield f"{page} of {name}", visitor.get(f"/office/{page}")


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
