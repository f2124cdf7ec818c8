"""Settings: what the environment may say, and one clear sentence when it says something else."""

import sys

import pytest

from intake.config import BadSetting, Settings


def test_an_empty_environment_gives_a_server_for_this_machine() -> None:
    settings = Settings.from_env({})
    assert (settings.port, settings.origin, settings.office_origin) == (8000, *["http://127.0.0.1:8000"] * 2)
    assert str(settings.receipt_key) == ".data/receipt.key"
    assert settings.database_url is None
    assert settings.loopback
    assert not settings.secure


def test_two_public_origins_are_secure_and_not_this_machine() -> None:
    settings = Settings.from_env(
        {"INTAKE_ORIGIN": "https://fieldbook.example", "INTAKE_OFFICE_ORIGIN": "https://desk.example"}
    )
    assert settings.secure
    assert settings.office_secure
    assert not settings.loopback


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INTAKE_PORT", "http"),
        ("INTAKE_PORT", "70000"),
        ("INTAKE_PORT", "-1"),
        ("INTAKE_PROXIES", "many"),
        ("INTAKE_ORIGIN", "fieldbook.example"),
        ("INTAKE_ORIGIN", "https://fieldbook.example/"),
        ("INTAKE_ORIGIN", "http://fieldbook.example"),
        ("INTAKE_ORIGIN", "ftp://127.0.0.1"),
        ("INTAKE_OFFICE_ORIGIN", "http://10.0.0.1:8000"),
        ("INTAKE_DATABASE_URL", "mysql://root:secret@db/intake"),
        ("INTAKE_SMTP_URL", "mail.example.org"),
        ("INTAKE_SMTP_URL", "smtps://desk:secret@mail.example.org:many"),
        ("INTAKE_SMTP_URL", "http://mail.example.org"),
        ("INTAKE_SMTP_URL", "smtps://mail.example.org/path?secret"),
        ("INTAKE_SMTP_URL", "smtp://desk:secret@mail.example.org"),
        ("INTAKE_DUTY_COMMAND", "'never closed"),
        ("INTAKE_DUTY_COMMAND", "/no/such/program --urgent"),
    ],
)
def test_a_bad_value_ends_with_one_sentence_that_names_it(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.from_env({name: value})
    sentence = str(refused.value.code)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "secret" not in sentence


MAIL = {"INTAKE_SMTP_URL": "smtps://desk:p%40ss@mail.example.org", "INTAKE_MAIL_FROM": "desk@example.org"}


def test_a_mail_server_is_read_with_its_usual_port_and_a_password_that_nothing_prints() -> None:
    server = Settings.from_env(MAIL).mail
    assert server is not None
    assert (server.kind, server.host, server.port, server.user) == ("smtps", "mail.example.org", 465, "desk")
    assert server.password == "p@ss"
    assert "p@ss" not in repr(Settings.from_env(MAIL))
    starttls = Settings.from_env({**MAIL, "INTAKE_SMTP_URL": "starttls://mail.example.org:2525"}).mail
    assert starttls is not None
    assert (starttls.kind, starttls.port, starttls.user) == ("starttls", 2525, "")


def test_without_tls_only_this_machine_takes_mail() -> None:
    here = Settings.from_env({**MAIL, "INTAKE_SMTP_URL": "smtp://127.0.0.1"}).mail
    assert here is not None
    assert (here.kind, here.port) == ("smtp", 25)


@pytest.mark.parametrize("sender", ["", "desk", "Desk <desk@example.org>", "a@x.org\nBcc: b@x.org"])
def test_mail_needs_an_address_that_it_comes_from(sender: str) -> None:
    with pytest.raises(BadSetting, match=r"^INTAKE_MAIL_FROM must be"):
        Settings.from_env({**MAIL, "INTAKE_MAIL_FROM": sender})


def test_a_command_is_a_program_and_its_arguments() -> None:
    command = f"{sys.executable} -c 'two words'"
    assert Settings.from_env({"INTAKE_DUTY_COMMAND": command}).duty_command == (sys.executable, "-c", "two words")
