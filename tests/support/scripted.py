"""An office whose answers a test writes: it keeps envelopes and signs receipts like the real one, until told otherwise.

`office`   a ScriptedOffice on a port of its own; `office.url`
`phone`    opens pages that hold a phone of that office: `phone.open()` gives a `Tab`
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Protocol, TypeVar

import pytest
from playwright.sync_api import BrowserContext, Page

from intake.envelope import bundles, invitations, messages, opening, receipts
from intake.envelope.encoding import b64u, unb64u
from intake.envelope.format import Envelope, parse
from intake.envelope.sealing import SealingKey
from intake.envelope.signing import SigningKey, key_id
from tests.support.browser import ROOT

TODAY = "2026-11-22"
TYPES = {".js": "text/javascript", ".json": "application/json", ".txt": "text/plain", ".css": "text/css"}
PAGE = b'<!doctype html><html lang="en"><meta charset="utf-8"><title>Fieldbook</title><p>page %d</p></html>'
PROBLEM = "application/problem+json"
WORDS = "four quiet river stones"


@dataclass(frozen=True)
class Said:
    """One answer: status, media type, body, more headers."""

    status: int
    media_type: str = "application/json"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Lost(Exception):
    """The connection ends without an answer."""


def said(status: int, value: object, media_type: str = "application/json", **headers: str) -> Said:
    return Said(status, media_type, json.dumps(value).encode(), {k.replace("_", "-"): v for k, v in headers.items()})


def problem(code: str, **more: object) -> Said:
    """A refusal in our own words."""
    return said(int(code.split(".")[0]), {"type": f"/problems/{code}", "title": "-", **more}, PROBLEM)


def html(status: int, **headers: str) -> Said:
    """What a hotel's network says."""
    return Said(
        status, "text/html", b"<h1>Welcome to our Wi-Fi</h1>", {k.replace("_", "-"): v for k, v in headers.items()}
    )


Answer = Callable[["Heard"], Said]
Scripted = tuple[str, str, Answer]


@dataclass(frozen=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class ScriptedOffice:
    """Everything a phone meets: files of the app, and the protocol."""

    def __init__(self) -> None:
        self.sign_key, self.receipt_key, self.message_key = (SigningKey.generate() for _ in range(3))
        self.report_key, self.identity_key = SealingKey.generate(), SealingKey.generate()
        self.serial = 1_760_000_000
        self.settings: dict[str, Any] = {"pep_hours": 72, "ec_hours": 120, "draft_hours": 72, "keep_days": 30}
        self.issued = TODAY
        self.bundle = self.signed()
        self.held: dict[tuple[str, str], bytes] = {}
        self.heard: list[Heard] = []
        self.devices: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, str | None] = {}
        self.messages: list[dict[str, Any]] = []
        self.seen: list[int] = []
        self.version = 1
        self.spoilt: set[str] = set()
        self.online = True
        # reports that a person must decide about, whatever the reason
        self.aside: set[str] = set()
        # works, and its answers get lost on the way; browsers repeat such a request by themselves, more than once
        self.unheard = False
        self._script: list[Scripted] = []
        self._standing: Scripted | None = None
        self._lock = Lock()
        self.url = ""

    # what a test arranges

    def signed(self, key: SigningKey | None = None, **changes: Any) -> dict[str, str]:
        """A bundle as it would be published now."""
        key = key or self.sign_key
        payload: dict[str, Any] = {
            "office": {"id": "north", "name": "North", "sign_key": b64u(key.public)},
            "keys": {"report": _key(self.report_key), "identity": _key(self.identity_key)},
            "receipt_key": b64u(self.receipt_key.public),
            "message_sign_key": b64u(self.message_key.public),
            "forms": [{"id": "visit", "version": 1}],
            "languages": ["en", "fr"],
            "places": [],
            "settings": self.settings,
            "words": {},
            "offices": [],
            "services": None,
            "shell": "",
            "issued": self.issued,
            "serial": self.serial,
        }
        return bundles.sign(payload | changes, key)

    def publish(self, **changes: Any) -> None:
        self.serial += 1
        self.bundle = self.signed(**changes)

    def invite(self, *, typed: bool = False) -> str:
        """The fragment of a link, or a code to type."""
        code = invitations.code()
        self.codes[code] = None
        if typed:
            return code
        fingerprint = bundles.fingerprint(self.sign_key.public)
        return invitations.link("", code, fingerprint, invitations.secret()).split("#")[1]

    def answers(self, method: str, path: str, *said: Said | Answer) -> None:
        """The next answers to such requests, in order; afterwards the usual ones again."""
        for one in said:
            self._script.append((method, path, one if callable(one) else _always(one)))

    def forget_the_script(self) -> None:
        """From now on the usual answers."""
        self._script.clear()

    @contextmanager
    def answering(self, method: str, path: str, said: Said | Answer) -> Iterator[Callable[[Said | Answer], None]]:
        """The answer to all such requests meanwhile: page and worker may both try, and more than once.

        What this gives changes the answer.
        """

        def stand(said: Said | Answer) -> None:
            self._standing = (method, path, said if callable(said) else _always(said))

        stand(said)
        try:
            yield stand
        finally:
            self._standing = None

    def send_message(self, device: str, content: dict[str, Any], *, number: int, key: SigningKey | None = None) -> None:
        sealed = messages.seal_message(
            self.devices[device]["message_key"],
            key or self.message_key,
            office="north",
            device=device,
            number=number,
            day=TODAY,
            content=content,
        )
        self.messages.append({"id": number, "sealed": b64u(sealed)})

    # what a test asks

    def asked(self, method: str, path: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.method == method and re.fullmatch(path, heard.path)]

    @property
    def envelopes(self) -> list[Envelope]:
        return [parse(raw) for raw in self.held.values()]

    def opened(self, envelope: Envelope) -> tuple[dict[str, Any], dict[str, Any]]:
        report = opening.open_part(envelope, "report", self.report_key.seed)
        return report, opening.open_part(envelope, "identity", self.identity_key.seed)

    # what it does

    def respond(self, heard: Heard) -> Said:
        with self._lock:
            self.heard.append(heard)
            if not self.online:
                raise Lost
            scripted = next((s for s in self._script if _meant(s, heard)), None)
            if scripted:
                self._script.remove(scripted)
            elif self._standing and _meant(self._standing, heard):
                scripted = self._standing
        answer = scripted[2](heard) if scripted else self.usual(heard)
        if self.unheard and heard.path.startswith("/sync/"):
            raise Lost
        return answer

    def usual(self, heard: Heard) -> Said:
        if heard.path.startswith("/sync/v1/"):
            return self._sync(heard)
        return self._file(heard.path)

    def _sync(self, heard: Heard) -> Said:
        path = heard.path.removeprefix("/sync/v1/").split("?")[0]
        if path.startswith("reports/"):
            return self.keep(heard.body)
        calls = {"enrol": self._enrol, "bundle": self._bundle, "have": self._have, "messages": self._messages}
        return self._seen(heard) if path == "messages/seen" else calls[path](heard)

    def keep(self, raw: bytes) -> Said:
        """Store once, and sign a receipt."""
        envelope = parse(raw)
        key = (envelope.report, envelope.digest)
        device = self.devices.get(envelope.device)
        if device is None:
            return problem("403.1")
        new = key not in self.held
        self.held[key] = raw
        if next(digest for report, digest in self.held if report == envelope.report) != envelope.digest:
            return problem("409.1", receipt=self.receipt(raw))
        known_key = envelope.parts[0].key_id in device["keys"]
        aside = device["withdrawn"] or not known_key or envelope.report in self.aside
        return said(202 if aside else 201 if new else 200, self.receipt(raw) | ({"kept": "aside"} if aside else {}))

    def receipt(self, raw: bytes, key: SigningKey | None = None) -> dict[str, str]:
        envelope = parse(raw)
        return receipts.make(key or self.receipt_key, report=envelope.report, digest=envelope.digest, received=TODAY)

    def _enrol(self, heard: Heard) -> Said:
        body = json.loads(heard.body)
        device = key_id(unb64u(body["sign_key"]))
        if self.codes.get(body["code"], "unknown") not in {None, device}:
            return problem("403.3")
        again = self.codes[body["code"]] == device
        self.codes[body["code"]] = device
        keys = {key_id(self.report_key.public)}
        self.devices[device] = {"withdrawn": False, "keys": keys, "message_key": unb64u(body["message_key"])}
        return said(200 if again else 201, {"device": device, "token": f"t-{device}", "bundle": self.bundle})

    def _known(self, heard: Heard) -> bool:
        return heard.headers.get("Authorization", "").removeprefix("Bearer t-") in self.devices

    def _bundle(self, heard: Heard) -> Said:
        if not self._known(heard):
            return problem("401.1")
        tag = f'"{sha256(json.dumps(self.bundle).encode()).hexdigest()}"'
        same = heard.headers.get("If-None-Match") == tag
        return Said(304, headers={"ETag": tag}) if same else said(200, self.bundle, ETag=tag)

    def _have(self, heard: Heard) -> Said:
        if not self._known(heard):
            return problem("401.1")
        ids = json.loads(heard.body)["reports"]
        found = [self.receipt(raw) for (report, _), raw in self.held.items() if report in ids]
        there = {receipt["report"] for receipt in found}
        return said(200, {"held": found, "missing": [one for one in ids if one not in there], "other": []})

    def _messages(self, heard: Heard) -> Said:
        if not self._known(heard):
            return problem("401.1")
        after = int(heard.path.partition("after=")[2] or 0)
        return said(200, {"messages": [one for one in self.messages if one["id"] > after], "next": None})

    def _seen(self, heard: Heard) -> Said:
        self.seen += json.loads(heard.body)["ids"]
        return Said(204)

    # files of the app

    def files(self) -> dict[str, bytes]:
        pages = {"/field/": PAGE % self.version, "/field/measures": b"<!doctype html><title>Measures</title>"}
        return pages | _files()

    def shell(self) -> bytes:
        listed = [[path, sha256(body).hexdigest()] for path, body in sorted(self.files().items()) if _needed(path)]
        name = sha256(json.dumps(listed).encode()).hexdigest()[:16]
        return b"self.SHELL=" + json.dumps({"id": name, "files": listed, "more": []}).encode()

    def _file(self, path: str) -> Said:
        path = path.split("?")[0]
        if path == "/field/shell.js":
            return Said(200, "text/javascript", self.shell(), {"Cache-Control": "no-cache"})
        body = self.files().get(path)
        if body is None:
            return html(404)
        if path in self.spoilt:
            return html(200)
        suffix = path[path.rfind(".") :]
        return Said(200, TYPES.get(suffix, "text/html"), body, {"Cache-Control": "no-cache", "X-Kept": "yes"})


def _meant(scripted: Scripted, heard: Heard) -> bool:
    return scripted[0] == heard.method and re.fullmatch(scripted[1], heard.path) is not None


def _always(answer: Said) -> Answer:
    def respond(heard: Heard) -> Said:
        return answer

    return respond


def _key(key: SealingKey) -> dict[str, str]:
    return {"id": key_id(key.public), "key": b64u(key.public), "kem": "0x647a"}


@cache
def _files() -> dict[str, bytes]:
    root = ROOT / "static" / "field"
    found = {f"/field/{p.relative_to(root).as_posix()}": p.read_bytes() for p in root.rglob("*") if p.suffix in TYPES}
    forms = (ROOT / "intake" / "questionnaires").glob("*.json")
    return found | {f"/field/form/{p.name}": p.read_bytes() for p in forms}


def _needed(path: str) -> bool:
    return path not in {"/field/sw.js", "/field/worker.js"} and "/screens/" not in path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    office: ScriptedOffice


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            answer = self.server.office.respond(Heard(self.command, self.path, dict(self.headers), body))
        except Lost:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(answer.body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


AnyOffice = TypeVar("AnyOffice", bound=ScriptedOffice)


@contextmanager
def at_work(office: AnyOffice) -> Iterator[AnyOffice]:
    """The office on a port of its own, for as long as it is wanted."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.office = office
        office.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield office
        server.shutdown()
        thread.join()


@pytest.fixture
def office() -> Iterator[ScriptedOffice]:
    with at_work(ScriptedOffice()) as office:
        yield office


_OPEN = """async ([options, stop]) => {
    const { openPhone } = await import("/field/phone.js");
    window.steps = [];
    const { offset, ...more } = options;
    window.offset = offset || 0;
    const step = (name) => {
        window.steps.push(name);
        return name === stop ? new Promise(() => {}) : undefined;
    };
    const wall = () => Date.now() + window.offset;
    const cost = { memory: 19 * 1024, passes: 2, lanes: 1 };
    window.phone = await openPhone({ worker: false, timer: false, step, wall, cost, chance: () => 0.5, ...more });
}"""


class Office(Protocol):
    """Whatever serves a phone at `url` and invites it: `invite` gives the fragment of a link."""

    url: str

    def invite(self) -> str: ...


@dataclass
class Tab:
    """One page with the phone open in it, as `window.phone`. `at` is the page to open it in."""

    page: Page
    office: Office
    at: str = "/field/"

    def start(self, *, stop: str = "", **options: Any) -> "Tab":
        """Open the phone; `stop` is the step at which it stands still, as a killed tab would."""
        self.page.goto(f"{self.office.url}{self.at}")
        self.page.evaluate(_OPEN, [options, stop])
        return self

    def __call__(self, body: str, arg: object = None) -> Any:
        """Run the body of an async function of `phone` and `arg`; a Refusal comes back as {"refused": code}."""
        return self.page.evaluate(
            """async ([body, arg]) => {
                try {
                    return await new Function("phone", "arg", `return (async () => { ${body} })()`)(window.phone, arg);
                } catch (error) {
                    if (error.name === "Refusal") return { refused: error.code, ...error.params };
                    throw error;
                }
            }""",
            [body, arg],
        )

    def begin_call(self, body: str, arg: object = None) -> None:
        """The same, without waiting for its end."""
        self.page.evaluate(
            """([body, arg]) => {
                new Function("phone", "arg", `return (async () => { ${body} })()`)(window.phone, arg).catch(() => {});
            }""",
            [body, arg],
        )

    @property
    def state(self) -> dict[str, Any]:
        return self("return phone.state()")

    @property
    def items(self) -> list[dict[str, Any]]:
        return self("return phone.items()")

    def enrol(self, passphrase: str = WORDS, invitation: str | None = None) -> Any:
        link = invitation or self.office.invite()
        found = self(
            """const invitation = phone.readInvitation(arg.link) || { code: arg.link, fingerprint: null, secret: null };
            return phone.enrol({ invitation, label: "grey phone", languages: ["en", "fr"], passphrase: arg.words });""",
            {"link": link, "words": passphrase},
        )
        self.settle()
        return found

    def unlock(self, passphrase: str = WORDS) -> Any:
        found = self("return phone.unlock(arg)", passphrase)
        self.settle()
        return found

    def settle(self) -> None:
        """Wait until nothing is being sent."""
        self.page.wait_for_function("() => !window.phone.state().sending")

    def send(self, why: str = "button") -> None:
        self("return phone.send(arg)", why)
        self.settle()

    def begin(self, answers: dict[str, Any] | None = None) -> str:
        """A draft with these answers, agreed to unless they say otherwise."""
        given = {"may_write": "yes", "danger_now": "no"} if answers is None else answers
        draft: str = self("return phone.begin('visit')")
        self("return phone.save(arg.id, { answers: arg.answers, page: 3 })", {"id": draft, "answers": given})
        return draft

    def finish(self, kind: str = "unfinished", answers: dict[str, Any] | None = None) -> str:
        """A sealed report that waits."""
        draft = self.begin(answers)
        self("return phone.finish(arg.id, arg.kind)", {"id": draft, "kind": kind})
        return draft

    def pass_hours(self, hours: float) -> None:
        """The wall clock goes on, seen day by day as by a phone that is used."""
        while hours > 0:
            self.page.evaluate("(step) => { window.offset += step * 3600e3 }", min(hours, 24))
            self(
                "const { tick } = await import('/field/storage.js'); await tick(phone._db, Date.now() + window.offset)"
            )
            hours -= 24

    def close(self) -> None:
        self.page.close()


@dataclass
class PhoneInHand:
    """One phone: tabs share its storage."""

    context: BrowserContext
    office: Office
    at: str = "/field/"

    def open(self, *, stop: str = "", **options: Any) -> Tab:
        return Tab(self.context.new_page(), self.office, self.at).start(stop=stop, **options)

    def enrolled(self, **options: Any) -> Tab:
        tab = self.open(**options)
        found = tab.enrol()
        assert "refused" not in found, found
        # it speaks with the office at once, by itself
        tab.settle()
        return tab


@pytest.fixture
def phone(context: BrowserContext, office: ScriptedOffice) -> PhoneInHand:
    return PhoneInHand(context, office)


@dataclass
class Held:
    """An answer that is worked out and then held back until `free` is set."""

    office: ScriptedOffice
    reached: Event = field(default_factory=Event)
    free: Event = field(default_factory=Event)

    def __call__(self, heard: Heard) -> Said:
        answer = self.office.usual(heard)
        self.reached.set()
        self.free.wait(30)
        return answer
