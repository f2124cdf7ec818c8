import hmac
import re

from hypothesis import given
from hypothesis import strategies as st

from intake.envelope.encoding import unb64u
from intake.envelope.invitations import check_proof, code, code_hash, link, normal, proof, secret, typed_code


def test_a_code_for_a_link_has_a_hundred_bits() -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{20}", code())
    assert len({code() for _ in range(100)}) == 100


def test_a_code_to_be_typed_has_sixty_bits_in_groups_of_four() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", typed_code())


def test_a_code_is_found_however_it_was_typed() -> None:
    assert code_hash("7k3m 9qx2 tb4o") == code_hash("7K3M-9QX2-TB40")
    assert code_hash("7K3M9QX2TB41") != code_hash("7K3M9QX2TB40")


@given(st.text(max_size=30))
def test_any_text_has_a_hash(typed: str) -> None:
    assert len(code_hash(typed)) == 64
    assert normal(normal(typed)) == normal(typed)


def test_the_server_cannot_put_other_keys_under_a_proof() -> None:
    known, sent = secret(), code()
    made = proof(known, sent, "sign", "message")
    assert check_proof(made, secret=known, code=sent, sign_key="sign", message_key="message")
    for wrong in (
        {"secret": secret()},
        {"code": code()},
        {"sign_key": "other"},
        {"message_key": "other"},
    ):
        right = {"secret": known, "code": sent, "sign_key": "sign", "message_key": "message"}
        assert not check_proof(made, **(right | wrong))  # type: ignore[arg-type]  # bytes and texts in one dict
    assert not check_proof("é", secret=known, code=sent, sign_key="sign", message_key="message")


def test_a_proof_is_an_hmac_of_the_text_in_the_specification() -> None:
    text = b"intake-enrol/1\nAB01\nsign\nmessage\n"
    made = proof(b"k" * 16, "ab-ol", "sign", "message")
    assert unb64u(made) == hmac.digest(b"k" * 16, text, "sha256")


def test_everything_in_a_link_stands_behind_the_fragment() -> None:
    found = link("https://field.example", "7K3M9QX2TB4C01234567", "ab" * 16, bytes(16))
    assert found == "https://field.example/field/#enrol=7K3M9QX2TB4C01234567." + "ab" * 16 + "." + "A" * 22
