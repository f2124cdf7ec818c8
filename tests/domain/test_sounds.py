"""What a recorded sentence must be is judged by what is in the file, never by its name."""

import pytest

from intake.domain.problems import Problem
from intake.domain.sounds import LONGEST, check_sounds, digests, media_type, name
from tests.support.browser import ROOT

HELLO = (ROOT / "tests/support/hello.webm").read_bytes()
OGG = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead\x01\x01" + bytes(40)
MP4 = b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00" + bytes(30) + b"hdlr" + bytes(8) + b"soun" + bytes(90)
ENTRY = {"digest": "a" * 64, "bytes": 3, "type": "audio/webm"}


@pytest.mark.parametrize(("content", "kind"), [(HELLO, "audio/webm"), (OGG, "audio/ogg"), (MP4, "audio/mp4")])
def test_small_opus_webm_and_mp4_sounds_are_taken(content: bytes, kind: str) -> None:
    assert media_type(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a" + bytes(60),
        b"ID3\x04" + bytes(60),
        b"RIFF\x00\x00\x00\x00WAVE",
        HELLO.replace(b"A_OPUS", b"V_VP80"),
        OGG.replace(b"OpusHead", b"\x80theora0"),
        MP4.replace(b"soun", b"vide"),
        MP4 + b"vide",
    ],
)
def test_anything_else_is_refused_also_with_pictures_in_it(content: bytes) -> None:
    with pytest.raises(Problem, match=r"422\.121"):
        media_type(content)


def test_a_sound_is_small() -> None:
    assert media_type(HELLO + bytes(LONGEST - len(HELLO))) == "audio/webm"
    with pytest.raises(Problem, match=r"413\.1"):
        media_type(HELLO + bytes(LONGEST))


def test_its_name_is_the_beginning_of_its_digest() -> None:
    assert name("0123456789abcdef" + "0" * 48) == "0123456789abcdef"


def test_a_bundle_names_sounds_by_language_and_sentence() -> None:
    check_sounds({})
    check_sounds({"fr": {"form.visit.may_write.aloud": ENTRY}})
    assert digests({"fr": {"one": ENTRY}, "ar": {"one": ENTRY}}) == {"a" * 64}


@pytest.mark.parametrize(
    "sounds",
    [
        [],
        {"fr": []},
        {"fr": {"one": "x"}},
        {"fr": {"one": {**ENTRY, "digest": "../" + "a" * 61}}},
        {"fr": {"one": {**ENTRY, "digest": "A" * 64}}},
        {"fr": {"one": {**ENTRY, "bytes": LONGEST + 1}}},
        {"fr": {"one": {**ENTRY, "bytes": True}}},
        {"fr": {"one": {**ENTRY, "type": "text/html"}}},
        {"fr": {"one": {**ENTRY, "more": 1}}},
    ],
)
def test_anything_else_is_not_how_a_bundle_names_sounds(sounds: object) -> None:
    with pytest.raises(Problem, match=r"422\.121"):
        check_sounds(sounds)
