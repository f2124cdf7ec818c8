"""Mail over TLS that is verified, and the operator's command: no shell, no secrets, an end."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from intake.config import MailServer, Settings
from intake.domain.duty import Address
from intake.services import ways
from intake.services.ways import Ways, Words
from tests.support.mailbox import SENDER, Mailbox

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WORDS = Words("Please have a look", "وصل أمر عاجل.")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that only those trust who were given it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )
    chain, private = tmp_path / "mail.crt", tmp_path / "mail.key"
    chain.write_bytes(built.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, private


def over_tls(box: Mailbox) -> MailServer:
    return MailServer("starttls", "127.0.0.1", box.port, "", "", SENDER)


def test_mail_goes_over_tls_to_a_server_whose_certificate_is_trusted(
    starttls_mailbox: Mailbox, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert ways.send(over_tls(starttls_mailbox), "amina@example.org", WORDS, NOW)
    assert starttls_mailbox.to == ["amina@example.org"]


def test_nothing_is_handed_to_a_server_whose_certificate_nobody_vouches_for(starttls_mailbox: Mailbox) -> None:
    assert not ways.send(over_tls(starttls_mailbox), "amina@example.org", WORDS, NOW)
    assert starttls_mailbox.kept == []


def test_a_server_that_offers_no_tls_gets_nothing_where_tls_was_set(mailbox: Mailbox) -> None:
    assert not ways.send(over_tls(mailbox), "amina@example.org", WORDS, NOW)
    assert not ways.send(
        MailServer("smtps", "127.0.0.1", mailbox.port, "", "", SENDER), "amina@example.org", WORDS, NOW
    )
    assert mailbox.kept == []


def test_a_server_that_is_not_there_or_refuses_is_a_failure_and_no_error(mailbox: Mailbox) -> None:
    mailbox.closed = True
    assert not ways.send(mailbox.server, "amina@example.org", WORDS, NOW)
    assert not ways.send(MailServer("smtp", "127.0.0.1", 1, "", "", SENDER), "amina@example.org", WORDS, NOW)
    # It asks for no name and password, so one that was set cannot be given.
    named = MailServer("smtp", "127.0.0.1", mailbox.port, "desk", "secret", SENDER)
    assert not ways.send(named, "amina@example.org", WORDS, NOW)


def test_words_in_any_script_arrive_whole(mailbox: Mailbox) -> None:
    assert ways.send(mailbox.server, "amina@example.org", WORDS, NOW)
    content = mailbox.last.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.decode().strip() == WORDS.body


Program = Callable[[str], tuple[str, ...]]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program of the operator's that runs these lines; `OUT` is a file to write into."""

    def made(lines: str) -> tuple[str, ...]:
        file = tmp_path / "page; touch gone.py"
        file.write_text(f"import os, sys, time\nOUT = {str(tmp_path / 'out')!r}\n{lines}\n")
        return sys.executable, str(file), "$(touch gone)", "a b"

    return made


def test_the_command_gets_its_arguments_as_they_are_and_the_text_where_nobody_else_can_read_it(
    program: Program, tmp_path: Path
) -> None:
    assert ways.run(program("open(OUT, 'w').write(repr((sys.argv[1:], sys.stdin.read())))"), "+000\nUrgent\n")
    assert (tmp_path / "out").read_text() == repr((["$(touch gone)", "a b"], "+000\nUrgent\n"))
    assert not list(tmp_path.glob("gone*"))


def test_the_command_is_not_told_the_password_of_the_database(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_DATABASE_URL", "postgresql://u:secret@/intake")
    assert ways.run(program("open(OUT, 'w').write(' '.join(os.environ))"), "")
    assert not [name for name in (tmp_path / "out").read_text().split() if name.startswith("INTAKE")]


def test_a_command_that_fails_or_is_not_there_has_failed(program: Program) -> None:
    assert not ways.run(program("sys.exit(3)"), "+000\n")
    assert not ways.run(("/no/such/program",), "+000\n")


def test_a_command_that_reads_nothing_has_done_its_part(program: Program) -> None:
    assert ways.run(program("os.close(0)"), "x" * 200_000)


def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "SECONDS", 2.0)
    out = tmp_path / "out"
    assert not ways.run(("/bin/sh", "-c", f"sleep 3600 & echo $! > {out}; wait"), "")
    state = Path(f"/proc/{out.read_text().strip()}/stat")
    # The end of a process that nobody waits for shows a moment later; without one this waits until the test's own end.
    while _lives(state):
        time.sleep(0.01)


def _lives(state: Path) -> bool:
    try:
        return state.read_text().split()[2] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_who_has_no_address_for_a_way_is_not_called_by_it() -> None:
    everything = Ways(lambda *_: True, lambda _: True)
    assert everything.send_mail(Address(pager="+000"), WORDS, NOW) == "none"
    assert everything.run_command(Address(mail="a@x.org"), WORDS) == "none"
    assert Ways(None, None).send_mail(Address(mail="a@x.org"), WORDS, NOW) == "none"
    assert Ways(None, None).run_command(Address(pager="+000"), WORDS) == "none"


def test_nothing_is_set_where_the_environment_sets_nothing() -> None:
    assert ways.of(Settings.from_env({})) == Ways(None, None)
