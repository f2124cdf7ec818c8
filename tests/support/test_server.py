"""The running server that other tests stand on."""

import urllib.request
from pathlib import Path

import pytest

from tests.support.postgres import settings_in
from tests.support.server import Server, serving


@pytest.mark.parametrize("name", ["server", "server_on_postgresql"])
def test_every_face_answers_on_both_databases(name: str, request: pytest.FixtureRequest) -> None:
    running: Server = request.getfixturevalue(name)
    for path in ("/healthz", "/", "/field/", "/office/sign-in"):
        with urllib.request.urlopen(running.url + path, timeout=60) as answer:
            assert answer.status == 200
    assert running.invite().startswith(f"{running.url}/field/#enrol=")
    assert len(running.code("amina")) == 6


def test_a_killed_server_comes_back_at_its_address_with_its_data(tmp_path: Path) -> None:
    with serving(settings_in(tmp_path)) as running:
        before = running.url
        running.kill()
        with pytest.raises(OSError, match=r"refused|reset"):
            urllib.request.urlopen(f"{before}/healthz", timeout=10)
        running.start()
        assert running.url == before
        assert running.invite()
