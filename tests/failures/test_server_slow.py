"""Slow strangers: hundreds of half-sent requests, and a phone is still served."""

from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from tests.support.gunicorn import ROOT, Gunicorn
from tests.support.phone import Phone

# Four times as many as there are threads.
EACH = 128


def _half_a_body(length: int) -> bytes:
    head = f"PUT /sync/v1/reports/{uuid4()} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n\r\n"
    return head.encode() + b"intake-envelope/1\n"


def test_a_slow_loris_of_hundreds_who_never_finish_keeps_no_phone_from_being_served(
    server: Gunicorn, phone: Phone
) -> None:
    beginnings = [
        b"",
        b"G",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        _half_a_body(4500),
        b"PUT / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
    ]
    with ExitStack() as held:
        for beginning in beginnings:
            for _ in range(EACH):
                held.enter_context(server.connect(beginning))
        assert phone.put(*phone.seal()).status == 201
        assert phone.get("/sync/v1/bundle").status == 200


def test_who_takes_too_long_is_let_go(server: Gunicorn, tmp_path: Path) -> None:
    hasty = tmp_path / "hasty.py"
    hasty.write_text(f"exec({(ROOT / 'deploy' / 'gunicorn.py').read_text()!r})\nHEADER_SECONDS = BODY_SECONDS = 1\n")
    impatient = Gunicorn(server.settings, config=hasty)
    beginnings = (
        b"",
        b"GET /healthz HTTP/1.1\r\nHost:",
        _half_a_body(4500),
        # More than is waited for outside the threads, so a thread waits for the rest.
        _half_a_body(8 * 1024 * 1024) + b"x" * 600_000,
    )
    try:
        impatient.start()
        for beginning in beginnings:
            with impatient.connect(beginning) as connection:
                # Ends only because the server hangs up; an answer may come first.
                while connection.recv(65_536):
                    pass
    finally:
        impatient.close()
