"""Recorded sentences are served as they are, under names that tell nothing."""

from hashlib import sha256

import pytest
from flask import Flask

from intake.store import Store
from intake.store.inbound import sounds
from tests.domain.test_sounds import HELLO

DIGEST = sha256(HELLO).hexdigest()


@pytest.fixture
def kept(store: Store) -> None:
    with store.inbound() as inbound:
        for _ in range(2):
            sounds.add(inbound, office="north", digest=DIGEST, media_type="audio/webm", content=HELLO)


@pytest.mark.usefixtures("kept")
def test_a_sound_is_had_by_the_first_digits_of_its_digest(public: Flask) -> None:
    answer = public.test_client().get(f"/field/sound/{DIGEST[:16]}")
    assert (answer.status_code, answer.data) == (200, HELLO)
    assert answer.content_type == "audio/webm"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "name", ["0" * 16, DIGEST[:15], DIGEST, DIGEST[:16].upper(), "%25" * 16, "_" * 16, "..%2f..%2fetc"]
)
def test_any_other_name_is_not_found(public: Flask, name: str) -> None:
    assert public.test_client().get(f"/field/sound/{name}").status_code == 404


def test_the_phone_may_play_only_what_it_holds_in_memory(public: Flask) -> None:
    policy = public.test_client().get("/field/").headers["Content-Security-Policy"]
    assert "media-src blob:;" in policy
