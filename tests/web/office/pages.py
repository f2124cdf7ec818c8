"""Every page of the office once, as each person sees it: what the tests of pages walk through."""

import re
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
    yield "history", visitor.get(f"/office/arrivals/{report}/history")
    yield "you", visitor.get("/office/you")
    yield "no right", visitor.get("/office/audit")
    yield "not there", visitor.get("/office/nothing")
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
    for name, page in (("cora", "phones"), ("dele", "audit"), ("dele", "people"), ("gita", "arrivals")):
        visitor.post("/office/sign-out")
        visitor.sign_in(name)
        yield f"{page} of {name}", visitor.get(f"/office/{page}")


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
