"""Settings: what the environment may say, and one clear sentence when it says something else."""

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
    ],
)
def test_a_bad_value_ends_with_one_sentence_that_names_it(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.from_env({name: value})
    sentence = str(refused.value.code)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "secret" not in sentence
