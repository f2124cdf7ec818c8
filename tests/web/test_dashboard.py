"""The page of published figures, in its own process: what it shows, in which languages, and that it stays."""

from collections.abc import Iterator

import pytest
from flask import Flask

from intake.config import Settings
from intake.dashboard import create_figures
from intake.domain.figures.counting import Record, count
from intake.domain.figures.protect import Frame, Past, Protected, protect
from intake.domain.figures.release import LICENCE, to_json
from intake.domain.figures.tables import Table
from intake.envelope.encoding import dumps
from intake.store import Store
from intake.store import releases as published

TABLES = (Table("status_by_state", "claims", "state", "status"), Table("told_back", "answers", "told"))


def counted(pending: int, resolved: int) -> list[Record]:
    claim = {"state": "FR", "status": "pending"}
    told = [
        Record("answers", {"told": one}, True) for one in ("in_time", "late", "not_yet", "not_recorded") for _ in "ab"
    ]
    return [
        *(Record("claims", claim, True) for _ in range(pending)),
        *(Record("claims", {**claim, "status": "resolved"}, True) for _ in range(resolved)),
        *told,
    ]


def publish(store: Store, number: int, done: Protected, day: str) -> None:
    file = {**to_json(done.release), "licence": LICENCE, "synthetic": True, "published": day}
    with store.releases() as face:
        one = published.Published(number, "o", done.release.until, day, dumps(file), b"s" * 64)
        published.add(face, one)


@pytest.fixture
def figures(sqlite_settings: Settings) -> Iterator[Flask]:
    """Two releases: between them five claims were resolved."""
    store = Store.open(sqlite_settings)
    first = count(counted(21, 10), TABLES, until="2026-06-30")
    second = count(counted(16, 15), TABLES, until="2026-09-30")
    before = protect(first, [], Frame(1, "2026-06-30", TABLES))
    publish(store, 1, before, "2026-07-20")
    publish(store, 2, protect(second, [Past(before.release, first)], Frame(2, "2026-09-30", TABLES)), "2026-10-20")
    store.close()
    app = create_figures(sqlite_settings)
    yield app
    app.extensions["health"].close()


def page(figures: Flask, path: str) -> str:
    answer = figures.test_client().get(path, base_url="http://127.0.0.1:8000")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_dashboard_shows_intervals_and_says_what_they_are_not(figures: Flask) -> None:
    text = page(figures, "/")

    assert "13–17" in text
    assert "Reported cases are not prevalence" in text
    assert "does not mean that it did not happen" in text
    assert "Only records of people who agreed to be counted" in text
    assert "Everything here is synthetic" in text
    assert "as in release 1; it has moved by fewer than five since" in text
    assert "All together: left out, so that no small number can be worked out" in page(figures, "/figures/1")


@pytest.mark.parametrize(
    ("language", "dir", "name", "said"),
    [("fr", "ltr", "Publication 2", "13–17"), ("ar", "rtl", "الإصدار 2", "13–17")],
)
def test_the_dashboard_in_every_language_that_exists(
    figures: Flask, language: str, dir: str, name: str, said: str
) -> None:
    text = page(figures, f"/?lang={language}")

    assert f'<html lang="{language}" dir="{dir}">' in text
    assert name in text
    assert said in text


def test_stable_links_per_release_and_an_archive_that_explains_the_difference(figures: Flask) -> None:
    assert "Release 1." in page(figures, "/figures/1")
    text = page(figures, "/figures/")
    assert "France · Pending: 18–22 before, 13–17 now (it moved)" in text
    assert text.index("Release 2") < text.index("Release 1")
    unknown = figures.test_client().get("/figures/3", base_url="http://127.0.0.1:8000")
    assert unknown.status_code == 404
    assert "404.13" in unknown.get_data(as_text=True)


def test_csv_and_json(figures: Flask) -> None:
    assert "status_by_state,FR,pending,13,17,rounded,\r\n" in page(figures, "/figures/2/figures.csv")
    assert '"licence":"CC-BY-4.0"' in page(figures, "/figures/2/figures.json").replace(" ", "")


def test_a_withdrawn_release_says_why_and_is_no_longer_the_newest(figures: Flask, sqlite_settings: Settings) -> None:
    with figures.extensions["releases"].releases() as face:
        published.withdraw(face, 2, day="2026-11-01", note="Counted twice.")

    assert "Release 1." in page(figures, "/")
    assert "Counted twice." in page(figures, "/figures/2")


def test_the_dashboards_process_has_access_to_releases_and_nothing_else(figures: Flask) -> None:
    with pytest.raises(KeyError), figures.extensions["releases"].office(reading=True):
        pass
    with pytest.raises(KeyError), figures.extensions["releases"].inbound(reading=True):
        pass
