"""Logs tell nobody who sent what when, nor what was in it."""

from pathlib import Path

from tests.support.gunicorn import ROOT, Gunicorn
from tests.support.phone import Phone

MALFORMED = (
    b"GET /canary HTTP/9.9\r\nHost: canary\r\n\r\n",
    b"CANARY\r\n\r\n",
    b"GET /?canary HTTP/1.1\r\nHost: 127.0.0.1\r\ncanary canary: x\r\n\r\n",
    b"POST /sync/v1/have HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: canary\r\n\r\n",
    b"POST /sync/v1/have HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\ncanary\r\n0\r\n\r\n",
    b"GET /" + b"canary" * 1000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
)


def test_the_server_s_log_holds_no_address_no_secret_and_nothing_that_was_sent(
    server: Gunicorn, phone: Phone, tmp_path: Path
) -> None:
    log, config = tmp_path / "log", tmp_path / "logging.py"
    config.write_text(f"exec({(ROOT / 'deploy' / 'gunicorn.py').read_text()!r})\nerrorlog = {str(log)!r}\n")
    logging = Gunicorn(server.settings, config=config)
    try:
        logging.start()
        for sent in MALFORMED:
            with logging.connect(sent) as connection:
                while connection.recv(65_536):
                    pass
        logging.send("GET", "/canary?canary=canary", b"", {"Referer": "https://canary.example/"})
        logging.send("PUT", "/sync/v1/reports/canary", b"canary", {"Authorization": f"Bearer {phone.token}"})
        logging.send("POST", "/sync/v1/enrol", b'{"code": "canary", "label": "canary"}', {})
    finally:
        logging.close()
    said = log.read_text()
    assert "canary" not in said.lower()
    assert "127.0.0.1" not in said
    assert phone.token not in said
