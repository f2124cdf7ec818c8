"""The page of published figures, in its own process: what it shows, in which languages, and that it stays."""

import csv
import gzip
import io
import json
import logging
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from intake import words
from intake.config import Settings
from intake.dashboard import create_charts, create_figures
from intake.domain.figures.counting import Record, count
from intake.domain.figures.protect import Frame, Past, protect
from intake.domain.figures.release import LICENCES, Release, keys, rounded, to_json
from intake.domain.figures.tables import DIMENSIONS, Table
from intake.domain.figures.tables import TABLES as ALL
from intake.envelope.encoding import dumps
from intake.store import Store
from intake.store import releases as published
from intake.web.locales import countries
from tests.support.looking import AXE

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


def publish(store: Store, number: int, release: Release, day: str, licence: str = LICENCES[0]) -> None:
    office = {"id": "o", "name": "Practice office"}
    file = {**to_json(release), "office": office, "licence": licence, "synthetic": True, "published": day}
    with store.releases() as face:
        one = published.Published(number, "o", release.until, day, dumps(file), b"s" * 64)
        published.add(face, one)


@pytest.fixture
def figures(sqlite_settings: Settings) -> Iterator[Flask]:
    """Two releases: between them five claims were resolved."""
    store = Store.open(sqlite_settings)
    first = count(counted(21, 10), TABLES, until="2026-06-30")
    second = count(counted(16, 15), TABLES, until="2026-09-30")
    before = protect(first, [], Frame(1, "2026-06-30", TABLES))
    publish(store, 1, before.release, "2026-07-20")
    after = protect(second, [Past(before.release, first)], Frame(2, "2026-09-30", TABLES))
    publish(store, 2, after.release, "2026-10-20")
    store.close()
    app = create_figures(sqlite_settings)
    yield app
    app.extensions["health"].close()


STATES = sorted(countries("en"))[:55]


def full(number: int, day: str, more: int, states: Sequence[str] = STATES) -> Release:
    """A release in which every table has every class, over these States and nine years; `more` moves the numbers."""
    years = tuple(str(year) for year in range(2018, 2027))
    classes = {
        (table.measure, name): DIMENSIONS[name].codes or (years if name == "year" else (*states, "other"))
        for table in ALL
        for name in (table.rows, table.columns)
        if name
    }
    said = {
        key: rounded((sum(map(ord, row + column)) * (number + more)) % 60)
        for table in ALL
        for row, column, key in keys(table, classes)
    }
    return Release(number, day, ALL, classes, said)


@pytest.fixture
def filled(sqlite_settings: Settings) -> Settings:
    """Three full releases, the second withdrawn."""
    return _filled(sqlite_settings, STATES)


@pytest.fixture
def drawn(sqlite_settings: Settings) -> Settings:
    """The same over a few States more than a picture shows, for what a browser takes long to look at."""
    return _filled(sqlite_settings, STATES[:18])


def _filled(settings: Settings, states: Sequence[str]) -> Settings:
    store = Store.open(settings)
    for number, day in enumerate(("2026-03-31", "2026-06-30", "2026-09-30"), 1):
        publish(store, number, full(number, day, 7, states), f"{day[:5]}{int(day[5:7]) + 1:02d}-20")
    with store.releases() as face:
        published.withdraw(face, 2, day="2026-08-01", note="Counted twice: one list was taken in two times.")
    store.close()
    return replace(settings, charts_origin="http://localhost:8000")


@contextmanager
def served(settings: Settings) -> Iterator[tuple[Flask, Flask]]:
    """The dashboard, and the charts for other websites."""
    apps = create_figures(settings), create_charts(settings)
    yield apps
    for app in apps:
        app.extensions["health"].close()


def page(figures: Flask, path: str) -> str:
    with figures.test_client().get(path, base_url="http://127.0.0.1:8000") as answer:
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


def test_two_policies_printed_on_the_page(figures: Flask) -> None:
    assert "Policy: protected. Each number, and each total by itself, is rounded" in page(figures, "/")
    counts = count(counted(16, 17), TABLES, until="2026-12-31")
    exact = protect(counts, [], Frame(3, "2026-12-31", TABLES, "accountability")).release
    publish(figures.extensions["releases"], 3, exact, "2027-01-20")

    text = page(figures, "/")
    assert "Policy: accountability. Claims by State and status are exact, by decision of two people" in text
    assert '<td class="count">17</td>' in text


def test_the_dashboard_in_every_language_that_exists(figures: Flask) -> None:
    titles = set()
    unreviewed = "The words of this language have not been reviewed yet."
    for one in words.offered():
        text = page(figures, f"/?lang={one.tag}")
        said = f"<footer>\n<p>{words.translations(one.tag).gettext(unreviewed)}</p>"
        assert (said in text) == (one.tag != words.REFERENCE)
        assert f'<html lang="{one.tag}" dir="{one.dir}">' in text
        assert "13–17" in text
        titles.update(re.findall(r'<h2 id="status_by_state">(.+)</h2>', text))
    assert len(titles) == len(words.offered())


def test_pending_resolved_not_established_or_withdrawn_by_state_year_category_as_svg_with_a_table_behind_each(
    filled: Settings,
) -> None:
    with served(filled) as (app, _):
        text = page(app, "/")
    heads = text[text.index('<dl class="heads">') : text.index("</dl>")]
    assert re.findall("<dt>(.+)</dt>", heads) == ["Pending", "Resolved", "Not established or withdrawn"]
    # Beside the numbers, before any picture: what they are not.
    assert text.index("Reported cases are not prevalence") < text.index("<svg")
    for name in ("state", "year", "category"):
        section = text[text.index(f'<h2 id="status_by_{name}">') :]
        section = section[: section.index("</section>\n</details>")]
        assert section.index("<svg") < section.index("<table>")
        # The newest year stands first: a picture shows the first rows, and the table has all.
        assert name != "year" or section.index("2026") < section.index("2025")
    assert text.count('role="img"') == text.count("<caption") == len(ALL)
    assert "<script" not in text


def test_stable_links_per_release_and_an_archive_that_explains_the_difference(figures: Flask) -> None:
    assert "Release 1." in page(figures, "/figures/1")
    text = page(figures, "/figures/")
    assert text.index("Release 2") < text.index("Release 1")
    assert re.search(r'<a href="/figures/2/changes">\d+ numbers are said otherwise than before</a>', text)
    explained = page(figures, "/figures/2/changes")
    assert "Compared with release 1" in explained
    assert "France · Pending: 18–\u206022 before, 13–\u206017 now (it moved)" in explained
    assert "there is none before it to compare with" in page(figures, "/figures/1/changes")
    assert "Ce qui a changé dans la publication 2" in page(figures, "/figures/2/changes?lang=fr")
    unknown = figures.test_client().get("/figures/3", base_url="http://127.0.0.1:8000")
    assert unknown.status_code == 404
    assert "404.13" in unknown.get_data(as_text=True)


def test_csv_and_json(figures: Flask) -> None:
    kept = figures.test_client().get("/figures/2/figures.csv").headers["Content-Disposition"]
    assert kept == 'attachment; filename="synthetic-figures-2.csv"'
    assert "status_by_state,FR,pending,13,17,rounded,\r\n" in page(figures, "/figures/2/figures.csv")
    assert '"licence":"CC-BY-4.0"' in page(figures, "/figures/2/figures.json").replace(" ", "")


def test_whoever_loads_a_file_or_reads_the_feed_learns_its_licence_and_where_its_dictionary_is(figures: Flask) -> None:
    """RFC 4946 (license), RFC 6892 (describedby); an old release keeps the licence it was published under."""
    counts = count(counted(26, 15), TABLES, until="2026-12-31")
    release = protect(counts, [], Frame(3, "2026-12-31", TABLES)).release
    publish(figures.extensions["releases"], 3, release, "2027-01-20", "CC-BY-3.0-IGO")

    for number, address in ((2, "by/4.0/"), (3, "by/3.0/igo/")):
        for kind in ("csv", "json"):
            path = f"/figures/{number}/figures.{kind}"
            links = figures.test_client().get(path, base_url="http://127.0.0.1:8000").headers.getlist("Link")
            assert links == [
                f"<https://creativecommons.org/licenses/{address}>; rel=license",
                f"<http://127.0.0.1:8000/figures/{number}/datapackage.json>; rel=describedby",
            ]
    entry = feed(figures, "fr").findall("a:entry", ATOM)[0]
    assert text(entry, "a:rights") == "Creative Commons Attribution 3.0 IGO (CC-BY-3.0-IGO)"
    assert (
        entry.findall("a:link[@rel='license']", ATOM)[0].get("href")
        == "https://creativecommons.org/licenses/by/3.0/igo/"
    )
    assert "Creative Commons Attribution 3.0 IGO" in page(figures, "/")
    assert "Creative Commons Attribution 4.0 International" in page(figures, "/figures/2")


def test_a_withdrawn_release_says_why_and_is_no_longer_the_newest(figures: Flask, sqlite_settings: Settings) -> None:
    with figures.extensions["releases"].releases() as face:
        published.withdraw(face, 2, day="2026-11-01", note="Counted twice.")

    assert "Release 1." in page(figures, "/")
    assert "Counted twice." in page(figures, "/figures/2")
    assert "Counted twice." in page(figures, "/figures/")
    assert "Counted twice." in page(figures, "/figures/feed.atom")


def test_the_dashboards_process_has_access_to_releases_and_nothing_else(figures: Flask) -> None:
    with pytest.raises(KeyError), figures.extensions["releases"].office(reading=True):
        pass
    with pytest.raises(KeyError), figures.extensions["releases"].inbound(reading=True):
        pass


# ---- the feed

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(app: Flask, lang: str) -> ElementTree.Element:
    answer = app.test_client().get(f"/figures/feed.atom?lang={lang}", base_url="http://127.0.0.1:8000")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.data)


def text(element: ElementTree.Element, path: str) -> str:
    (found,) = element.findall(path, ATOM)
    assert found.text
    return found.text


def test_feed_of_releases_is_atom_with_ids_that_stay_in_each_language(figures: Flask) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: exactly one id, title and updated each, an author, a self link, whole addresses."""
    ids = set[str]()
    for lang in ("en", "fr", "ar"):
        found = feed(figures, lang)
        assert found.tag == f"{{{ATOM['a']}}}feed"
        assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
        assert text(found, "a:author/a:name") == "Practice office"
        assert [one.get("href") for one in found.findall("a:link[@rel='self']", ATOM)] == [
            f"http://127.0.0.1:8000/figures/feed.atom?lang={lang}"
        ]
        entries = found.findall("a:entry", ATOM)
        assert len(entries) == 2
        for one in (found, *entries):
            ids.add(text(one, "a:id"))
            assert UUID(text(one, "a:id").removeprefix("urn:uuid:"))
            assert datetime.fromisoformat(text(one, "a:updated")).tzinfo
            assert text(one, "a:title")
        for entry in entries:
            assert text(entry, "a:summary")
            assert all(
                str(link.get("href")).startswith(("http://", "https://")) for link in entry.findall("a:link", ATOM)
            )
        assert [datetime.fromisoformat(text(one, "a:published")).month for one in entries] == [10, 7]
        assert ids >= {text(one, "a:id") for one in feed(figures, lang).findall("a:entry", ATOM)}
    assert len(ids) == 9


def test_a_withdrawn_release_keeps_its_id_in_the_feed_and_is_updated(figures: Flask) -> None:
    before = feed(figures, "en").findall("a:entry", ATOM)[0]
    with figures.extensions["releases"].releases() as face:
        published.withdraw(face, 2, day="2026-11-01", note="Counted twice.")
    after = feed(figures, "en").findall("a:entry", ATOM)[0]

    assert text(after, "a:id") == text(before, "a:id")
    assert text(after, "a:updated") == "2026-11-01T00:00:00Z"
    assert text(after, "a:published") == text(before, "a:published")


def test_before_the_first_release_there_is_no_feed(sqlite_settings: Settings) -> None:
    app = create_figures(sqlite_settings)
    answer = app.test_client().get("/figures/feed.atom", base_url="http://127.0.0.1:8000")
    assert answer.status_code == 404
    app.extensions["health"].close()


# ---- the dictionary


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_csv_and_json_with_a_data_dictionary_and_licence(filled: Settings, lang: str) -> None:
    """Whatever code stands in the files has its meaning in the dictionary, for programs and for people."""
    with served(filled) as (app, _):
        lines = list(csv.DictReader(io.StringIO(page(app, "/figures/3/figures.csv"))))
        package = json.loads(page(app, f"/figures/3/datapackage.json?lang={lang}"))
        shown = page(app, f"/figures/3/dictionary?lang={lang}")
    schema = package["resources"][0]["schema"]
    tables = {table["name"]: table for table in package["tables"]}

    assert [field["name"] for field in schema["fields"]] == list(lines[0])
    assert all(field["description"] for field in schema["fields"])
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert "https://creativecommons.org/licenses/by/4.0/" in shown
    for line in lines:
        assert line["how"] in package["marks"]
        for which in ("row", "column"):
            if line[which] != "*":
                assert tables[line["table"]][which]["classes"][line[which]]
                assert f">{line[which]}<" in shown
    assert len(package["notes"]) == 3
    assert all(re.search(re.escape(table["title"]), shown) for table in package["tables"])


def test_the_dictionary_of_a_withdrawn_release_says_so(filled: Settings) -> None:
    with served(filled) as (app, _):
        assert json.loads(page(app, "/figures/2/datapackage.json"))["withdrawn"]["on"] == "2026-08-01"
        assert "Counted twice" in page(app, "/figures/2/dictionary")


# ---- charts for other websites


def test_embeddable_charts_from_an_origin_of_their_own(filled: Settings) -> None:
    with served(filled) as (app, charts):
        shown = page(app, "/?lang=fr")
        offered = re.findall(r"&lt;iframe src=\"http://localhost:8000(/charts/newest/\w+\?lang=fr)\"", shown)
        assert len(offered) == len(ALL)
        for path in offered:
            answer = charts.test_client().get(path, base_url="http://localhost:8000")
            assert answer.status_code == 200
            assert '<html lang="fr"' in answer.text
            assert "http://127.0.0.1:8000/figures/3?lang=fr" in answer.text
            assert "<script" not in answer.text
            assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
            assert "script-src" not in answer.headers["Content-Security-Policy"]
            assert not {"X-Frame-Options", "Set-Cookie"} & set(answer.headers.keys())
        assert "Counted twice" in charts.test_client().get("/charts/2/dna_steps", base_url="http://localhost:8000").text


def test_nothing_but_charts_may_be_framed(filled: Settings) -> None:
    with served(filled) as (app, charts):
        for path in (
            "/",
            "/figures/",
            "/figures/3",
            "/figures/3/dictionary",
            "/figures/3/changes",
            "/charts/newest/dna_steps",
        ):
            answer = app.test_client().get(path, base_url="http://127.0.0.1:8000")
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Frame-Options"] == "DENY"
        for path in ("/", "/figures/", "/figures/3", "/healthz", "/public/public.css"):
            with charts.test_client().get(path, base_url="http://localhost:8000") as answer:
                assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
                assert answer.status_code == (200 if path in ("/healthz", "/public/public.css") else 404)
        # By any other name the origin of charts does not answer.
        elsewhere = charts.test_client().get("/charts/newest/dna_steps", base_url="http://figures.example")
        assert elsewhere.status_code == 400
        for unknown in ("/charts/newest/nothing", "/charts/9/dna_steps"):
            assert charts.test_client().get(unknown, base_url="http://localhost:8000").status_code == 404


def test_without_an_origin_for_charts_none_are_offered(figures: Flask, sqlite_settings: Settings) -> None:
    assert "iframe" not in page(figures, "/")
    with pytest.raises(SystemExit, match="INTAKE_CHARTS_ORIGIN"):
        create_charts(sqlite_settings)


# ---- readers


def addresses(app: Flask) -> list[str]:
    values = {"<int:number>": "3", "<name>": "dna_steps", "<path:filename>": "public.css"}
    found = []
    for rule in app.url_map.iter_rules():
        address = rule.rule
        for name, value in values.items():
            address = address.replace(name, value)
        found.append(address)
    return found


def test_nothing_is_set_or_written_that_says_who_reads(filled: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """No cookie, also none for a language; no line in any log; the language goes on in links."""
    with served(filled) as apps, caplog.at_level(logging.DEBUG):
        for app, origin in zip(apps, ("http://127.0.0.1:8000", "http://localhost:8000"), strict=True):
            for path in addresses(app):
                with app.test_client().get(f"{path}?lang=fr", base_url=origin) as answer:
                    assert answer.status_code == 200, path
                    assert "Set-Cookie" not in answer.headers
                    assert answer.headers["Referrer-Policy"] == "no-referrer"
                    assert "Cookie" not in answer.vary
        assert 'href="/figures/?lang=fr"' in page(apps[0], "/?lang=fr")
    assert caplog.text == ""


@pytest.mark.parametrize("path", ["/", "/figures/", "/figures/3", "/figures/3/changes", "/figures/3/dictionary"])
@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_first_view_is_at_most_60_kb_with_full_releases(filled: Settings, path: str, lang: str) -> None:
    """Eleven tables over 55 States; page and sheets, each compressed as a server does."""
    with served(filled) as (app, _):
        shown = page(app, f"{path}?lang={lang}")
        sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', shown)
        weight = sum(len(gzip.compress(page(app, one).encode(), 6)) for one in (f"{path}?lang={lang}", *sheets))
    assert not re.search(r"<script|<img|\bstyle=|\bon\w+=", shown)
    assert weight <= 60_000


# ---- seen


@contextmanager
def opened(app: Flask, name: str) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{name}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


# The note over a withdrawn release stands in the archive too.
PAGES = ("/", "/figures/", "/figures/3/changes", "/figures/3/dictionary")


@pytest.mark.journey
@pytest.mark.parametrize(
    ("lang", "width", "height"),
    [
        ("ar", 360, 640),
        pytest.param("fr", 1280, 800, marks=pytest.mark.long),
        pytest.param("en", 360, 640, marks=pytest.mark.long),
    ],
)
def test_each_page_is_clean_and_fits(browser: Browser, drawn: Settings, lang: str, width: int, height: int) -> None:
    """Nothing that axe finds, nothing wider than the screen, folded or open, and a frame that shows its chart."""
    with served(drawn) as (app, charts), opened(app, "127.0.0.1") as here, opened(charts, "localhost") as there:
        context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=True)
        opened_page = context.new_page()
        for address in (*(f"{here}{path}" for path in PAGES), f"{there}/charts/newest/status_by_state"):
            opened_page.goto(f"{address}?lang={lang}")
            opened_page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            found: dict[str, Any] = opened_page.evaluate(f"{AXE};axe.run()")
            assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == [], address
            assert opened_page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        context.close()


@pytest.mark.journey
def test_a_chart_shows_within_a_page_of_another_website_and_the_dashboard_does_not(
    browser: Browser, filled: Settings
) -> None:
    with served(filled) as (app, charts), opened(app, "127.0.0.1") as here, opened(charts, "localhost") as there:
        opened_page = browser.new_page()
        frames = "".join(f'<iframe src="{one}"></iframe>' for one in (f"{there}/charts/newest/dna_steps", f"{here}/"))
        other = Flask("another_website")
        other.add_url_rule("/", "page", lambda: frames)
        with opened(other, "127.0.0.1") as elsewhere:
            opened_page.goto(elsewhere)
        chart, dashboard = opened_page.frames[1:]
        chart.wait_for_selector("svg[role=img]")
        assert (
            chart.evaluate("getComputedStyle(document.querySelector('.chart')).backgroundColor") == "rgb(255, 255, 255)"
        )
        assert dashboard.locator("h1").count() == 0
        opened_page.close()


@pytest.mark.journey
def test_printed_it_has_every_number_and_none_of_the_ways_to_elsewhere(
    browser: Browser, drawn: Settings, tmp_path: Path
) -> None:
    """What is folded on the screen lies open on paper."""
    with served(drawn) as (app, _), opened(app, "127.0.0.1") as here:
        opened_page = browser.new_page()
        opened_page.goto(f"{here}/figures/3?lang=fr")
        opened_page.pdf(path=tmp_path / "figures.pdf", format="A4", prefer_css_page_size=True)
        rows = opened_page.locator("table tbody th").all_text_contents()
        opened_page.close()
    done = subprocess.run(["pdftotext", "-layout", tmp_path / "figures.pdf", "-"], capture_output=True, check=True)
    said = done.stdout.decode()
    assert len(rows) > 55
    assert not [row for row in rows if row.split()[0] not in said]
    assert f"{here}/figures/3" in said
    assert "iframe" not in said
    assert "Fil des publications" not in said
