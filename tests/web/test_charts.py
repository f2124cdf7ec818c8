"""Charts: what is drawn is what the table says, from either side, with patterns and words and nothing inline."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st

from intake.files import asset
from intake.web import locales
from intake.web.charts import LONGEST, MOST_SERIES, Bar, Chart, Series

NAMES = ("Given", "Waiting", "Declined", "Not to be had", "Ended", "Nothing yet")
PAGE = '{% import "charts/words.html" as charts with context %}{{ charts.figure(chart) }}'
numbers = st.one_of(st.none(), st.integers(0, 10**6))


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    kind = draw(st.sampled_from(("bars", "stacked", "grouped", "line")))
    rows = draw(st.integers(0, 6))
    series = 1 if kind == "bars" else draw(st.integers(1, MOST_SERIES))
    drawn = [tuple(draw(st.lists(numbers, min_size=rows, max_size=rows))) for _ in range(series)]
    return chart(kind, *drawn)


def chart(kind: Any, *values: tuple[float | None, ...], **changed: Any) -> Chart:
    rows = tuple(f"Place {number}" for number in range(len(values[0])))
    series = tuple(Series(name, each) for name, each in zip(NAMES, values, strict=False))
    return Chart(
        **{"id": "c", "kind": kind, "title": "Help", "says": "Help by place.", "of": "Place", **changed},
        rows=rows,
        series=series,
    )


@pytest.fixture
def app() -> Flask:
    app = Flask("charts", template_folder=str(asset("templates")))
    locales.install(app)
    return app


def page(app: Flask, found: Chart, lang: str = "en") -> str:
    with app.test_request_context(f"/?lang={lang}"):
        return render_template_string(PAGE, chart=found)


def share(text: str) -> float:
    return float(text.removesuffix("%"))


def ends(bars: list[Bar]) -> list[tuple[float, float]]:
    return [(share(bar.x), share(bar.x) + share(bar.width)) for bar in bars]


@given(charts())
def test_every_number_that_is_shown_has_its_bar_and_no_bar_leaves_the_drawing(found: Chart) -> None:
    bars = list(found.drawn(rtl=False).bars)
    if found.kind != "line":
        assert len(bars) == sum(1 for one in found.series for value in one.values if value)
    for bar in bars:
        assert share(bar.x) >= 0
        assert share(bar.x) + share(bar.width) <= LONGEST + 0.05
        assert 0 <= bar.y <= found.drawn(rtl=False).height - bar.height


def test_where_all_numbers_are_small_no_bar_is_long() -> None:
    bars = chart("bars", (1, 2), reach=25).drawn(rtl=False).bars
    assert max(share(bar.width) for bar in bars) == pytest.approx(LONGEST * 2 / 25, abs=0.05)


@given(charts())
def test_from_right_to_left_the_drawing_is_mirrored(found: Chart) -> None:
    left, right = (found.drawn(rtl=rtl) for rtl in (False, True))
    for (x1, x2), (y1, y2) in zip(ends(list(left.bars)), ends(list(right.bars)), strict=True):
        assert (x1 + y2, x2 + y1) == (pytest.approx(100, abs=0.05), pytest.approx(100, abs=0.05))
    for one, other in zip(left.texts, right.texts, strict=True):
        assert (share(one.x) + share(other.x), one.dx) == (pytest.approx(100, abs=0.05), -other.dx)
        assert (one.text, one.anchor, one.y) == (other.text, other.anchor, other.y)


@given(charts())
def test_parts_of_a_bar_stand_end_to_end(found: Chart) -> None:
    rows: dict[int, list[Bar]] = {}
    for bar in found.drawn(rtl=False).bars:
        rows.setdefault(bar.y, []).append(bar)
    for each in rows.values():
        spans = ends(each)
        assert all(end == pytest.approx(begin, abs=0.05) for (_, end), (begin, _) in pairwise(spans))


@given(charts())
def test_the_table_says_every_number(found: Chart) -> None:
    assert [name for name, _ in found.table] == list(found.rows)
    for row, (_, cells) in enumerate(found.table):
        assert cells == [found.text(one.values[row]) for one in found.series]


@given(st.lists(st.lists(st.integers(0, 99), min_size=3, max_size=3), min_size=2, max_size=4))
def test_sums_of_a_table_are_those_of_its_rows_and_columns(values: list[list[int]]) -> None:
    found = chart("stacked", *(tuple(each) for each in values), totals=True)
    assert [cells[-1] for _, cells in found.table] == [str(sum(each)) for each in zip(*values, strict=True)]
    assert found.sums == [*(str(sum(each)) for each in values), str(sum(map(sum, values)))]


def test_a_line_has_a_gap_where_a_number_is_not_known() -> None:
    found = chart("line", (1, 2, None, 4, 4)).drawn(rtl=False)
    assert len(list(found.strokes)) == 2
    assert len(list(found.dots)) == 4
    assert [stroke.y1 for stroke in found.grid] == ["222.0", "122.0", "22.0"]
    assert [text.text for text in found.texts] == ["0", "2", "4", "Place 0", "Place 4"]


def test_what_is_not_shown_is_said_and_not_drawn_as_nothing() -> None:
    found = chart("stacked", (3, 5), (None, 1), hidden="fewer than 10")
    assert found.table == [("Place 0", ["3", "fewer than 10"]), ("Place 1", ["5", "1"])]
    assert [text.text for text in found.drawn(rtl=False).texts] == ["Place 0", "fewer than 10", "Place 1", "6"]


def test_a_chart_of_which_nothing_is_known_says_so_and_draws_no_axes(app: Flask) -> None:
    html = page(app, chart("line", (None, None), (None, None), hidden="not enough cases"))
    assert "<svg" not in html
    assert "<p>not enough cases</p>" in html
    assert html.count('scope="row"') == 2


@pytest.mark.parametrize("values", [((1, 2), (1,)), (), ((1,),) * 7])
def test_series_that_do_not_fit_make_no_chart(values: tuple[tuple[float, ...], ...]) -> None:
    series = tuple(Series(str(number), each) for number, each in enumerate(values))
    with pytest.raises(ValueError, match="series"):
        Chart("c", "stacked", "t", "s", "of", ("a", "b"), series)
    with pytest.raises(ValueError, match="series"):
        chart("bars", (1,), (2,))


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("kind", ["bars", "stacked", "grouped", "line"])
def test_a_chart_is_a_picture_with_a_name_a_description_and_its_table_and_nothing_inline(app: Flask, kind: str) -> None:
    values = ((1200, 0, 3),) if kind == "bars" else ((1200, 0, 3), (2, 2, None))
    html = page(app, chart(kind, *values))
    seen = Seen()
    seen.feed(html)
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    (picture,) = [attributes for tag, attributes in seen.tags if attributes.get("role") == "img"]
    assert str(picture["aria-labelledby"]).split() == ["c-title", "c-desc"]
    assert {"c-title", "c-desc"} < set(ids)
    assert not [each for _, attributes in seen.tags for each in attributes if each == "style" or each.startswith("on")]
    assert not {"style", "script", "img"} & {tag for tag, _ in seen.tags}
    for used in re.findall(r"url\(#([^)]+)\)", html):
        assert used in ids
    assert '<td class="count">1,200</td>' in html
    assert html.count('scope="row"') == 3


def test_each_series_has_a_pattern_of_its_own_or_a_mark_and_a_dash(app: Flask) -> None:
    six = tuple((1, 2) for _ in range(MOST_SERIES))
    patterns = re.findall(r"<pattern.*?</pattern>", page(app, chart("stacked", *six)), re.S)
    assert len({re.sub(r"look-\d", "", each) for each in patterns}) == MOST_SERIES
    marks = re.findall(r"<title>([^,]+), [^<]+</title>(<[^>]+>)", page(app, chart("line", *six)))
    assert len(set(marks)) == MOST_SERIES == len({mark for _, mark in marks})


def test_numbers_are_written_as_the_language_does_with_latin_digits(app: Flask) -> None:
    found = chart("bars", (12345,))
    assert "12,345" in page(app, found, "en")
    assert "12\u202f345" in page(app, found, "fr")
    assert "12,345" in page(app, found, "ar")


def test_what_a_place_is_called_cannot_become_part_of_the_page(app: Flask) -> None:
    evil = '"><script>alert(1)</script>'
    html = page(app, Chart("c", "bars", evil, evil, evil, (evil,), (Series(evil, (1,)),)))
    assert "<script" not in html
