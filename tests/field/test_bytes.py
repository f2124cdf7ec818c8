"""Bytes as text: one value, one spelling."""

import pytest

from intake.envelope.encoding import b64u
from tests.support.browser import Script


@pytest.mark.parametrize("data", [b"", b"\0", b"\xff\xfe", bytes(range(256)), b"padding?"])
def test_both_sides_spell_bytes_alike(run_js: Script, data: bytes) -> None:
    assert run_js("bytes", "return b64u(Uint8Array.from(arg))", list(data)) == b64u(data)
    assert run_js("bytes", "return Array.from(unb64u(arg))", b64u(data)) == list(data)


@pytest.mark.parametrize("text", ["AB", "A", "QQ==", "+/+/", "QQ ", "QR", "é", 7, None])
def test_another_spelling_is_refused(run_js: Script, text: object) -> None:
    assert run_js("bytes", "return Array.from(unb64u(arg))", text) == {"refused": "422.15"}


def test_a_report_id_is_a_random_uuid_of_version_4(run_js: Script) -> None:
    ids = run_js("bytes", "return Array.from({ length: 200 }, uuid)")
    pattern = r"/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/"
    assert run_js("bytes", f"return arg.every((id) => {pattern}.test(id))", ids)
    assert len(set(ids)) == 200


def test_bytes_that_are_no_utf8_are_not_read_as_text(run_js: Script) -> None:
    body = "try { textOf(Uint8Array.from([0xc0, 0x80])); return false; } catch (error) { return error.name; }"
    assert run_js("bytes", body) == "TypeError"
