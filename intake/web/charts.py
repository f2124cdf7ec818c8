"""Charts: small SVG drawings made by the server, each with the table it is drawn from (`templates/charts/words.html`).

A page makes a `Chart` of texts in the reader's language and numbers, and hands it to the macro `figure`. What is drawn
needs no script and no inline style: places and widths are shares of the whole width, so letters keep their size on a
phone and on a wall; for languages from right to left the shares are counted from the other side. No meaning rests on
colour: each series has a pattern or a mark and a dash of its own, and a name in the legend.

Numbers that are not shown (`None`: too small to publish, or not known) are said in words and never drawn as nothing.
This module knows nothing of any face's content, so that the public side can use it too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from intake.web import locales

Kind = Literal["bars", "stacked", "grouped", "line"]
Number = float | None

# More cannot be told apart by their patterns (`static/public/charts.css`).
MOST_SERIES = 6
# Heights in CSS pixels: a row's label, a bar, a bar of a group, the space between rows, the plot of a line.
LABEL, BAR, THIN, APART, PLOT = 22, 18, 14, 14, 200
# Shares of the width, in percent: the longest bar, so that its number has room beside it; where a line
# begins, behind the numbers of its scale, and ends.
LONGEST, FIRST, LAST = 84.0, 11.0, 97.0
LONGEST_LABEL = 44


@dataclass(frozen=True)
class Series:
    """One colour of a chart: its name and a number for each row."""

    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True)
class Chart:
    """What is shown. `id` is unique on its page; `says` tells in a sentence what is to be seen, for who cannot see it.

    `rows` are the names of what is counted, `of` the heading over them. `totals`: the sums stand in the table too,
    which only makes sense where every number is shown. `said` puts a number, `hidden` a missing one into words. The
    whole length of a bar stands for `reach` or more, so that small numbers alone do not look large.
    Raises ValueError for series that do not fit the rows, or more of them than can be told apart.
    """

    id: str
    kind: Kind
    title: str
    says: str
    of: str
    rows: tuple[str, ...]
    series: tuple[Series, ...]
    totals: bool = False
    said: Callable[[float], str] = locales.number
    hidden: str = "–"
    reach: float = 0

    def __post_init__(self) -> None:
        fits = all(len(one.values) == len(self.rows) for one in self.series)
        if not fits or not 1 <= len(self.series) <= MOST_SERIES or (self.kind == "bars" and len(self.series) > 1):
            raise ValueError("a chart has one to six series, each with one number for each row")

    def text(self, value: Number) -> str:
        """A number as it is written."""
        return self.hidden if value is None else self.said(value)

    @property
    def empty(self) -> bool:
        """Nothing at all is known or may be shown: axes without a line would look like nothing done."""
        return all(value is None for one in self.series for value in one.values)

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """What stands behind the drawing, row by row."""
        return [
            (name, [self.text(one.values[row]) for one in self.series] + self._total(self._sum(row)))
            for row, name in enumerate(self.rows)
        ]

    @property
    def sums(self) -> list[str]:
        """The last line of the table."""
        found = [sum(value or 0 for value in one.values) for one in self.series]
        return [self.said(one) for one in found] + self._total(sum(found))

    def _total(self, total: float) -> list[str]:
        """Of several series: what they make together."""
        return [self.said(total)] if self.totals and len(self.series) > 1 else []

    def _sum(self, row: int) -> float:
        return sum(one.values[row] or 0 for one in self.series)

    def drawn(self, *, rtl: bool) -> "Drawing":
        """The same as shapes."""
        return Drawing(self, rtl)


@dataclass(frozen=True)
class Text:
    """A label. `anchor` is that of SVG, which follows the direction of the page; `dx` moves it off what it names."""

    x: str
    y: int
    text: str
    anchor: str = "start"
    dx: int = 0


@dataclass(frozen=True)
class Bar:
    """A bar or a part of one, in the pattern of series `look` (1 on); `says` is what it stands for."""

    x: str
    y: int
    width: str
    height: int
    look: int
    says: str


@dataclass(frozen=True)
class Stroke:
    """A piece of a line between two points, or a line of the grid (`look` 0)."""

    x1: str
    y1: str
    x2: str
    y2: str
    look: int = 0


@dataclass(frozen=True)
class Dot:
    """The mark of series `look` at one point."""

    x: str
    y: str
    look: int
    says: str


class Drawing:
    """The shapes of a chart in the direction of the page."""

    def __init__(self, chart: Chart, rtl: bool) -> None:
        self.chart, self.rtl = chart, rtl

    @property
    def height(self) -> int:
        if self.chart.kind == "line":
            return PLOT + LABEL * 2 + 8
        return len(self.chart.rows) * self._row

    @property
    def _row(self) -> int:
        """How high one row is."""
        bars = len(self.chart.series) * THIN if self.chart.kind == "grouped" else BAR
        return LABEL + bars + APART

    @cached_property
    def top(self) -> float:
        """The number that the longest bar, or the uppermost line of the grid, stands for."""
        chart = self.chart
        rows = range(len(chart.rows))
        values = [value or 0 for one in chart.series for value in one.values]
        if chart.kind == "stacked":
            values = [chart._sum(row) for row in rows]
        most = max(values, default=0)
        return _round_up(most) if chart.kind == "line" else max(most, chart.reach) or 1

    # bars ---------------------------------------------------------------------------------------------------------

    @property
    def bars(self) -> Iterator[Bar]:
        """Every bar that stands for something."""
        if self.chart.kind == "line":
            return
        for row in range(len(self.chart.rows)):
            begin = 0.0
            for number, one in enumerate(self.chart.series):
                value = one.values[row]
                if not value:
                    continue
                width = value / self.top * LONGEST
                says = f"{one.name}: {self.chart.text(value)}"
                yield Bar(self._from(begin, width), self._y(row, number), _share(width), self._thick, number + 1, says)
                begin += width if self.chart.kind == "stacked" else 0

    @property
    def texts(self) -> Iterator[Text]:
        """The name of each row above its bars, and the number at the end of each bar."""
        if self.chart.kind == "line":
            yield from self._axes
            return
        for row, name in enumerate(self.chart.rows):
            yield Text(self._at(0), row * self._row + LABEL - 6, _short(name))
            if self.chart.kind == "stacked":
                yield self._number(row, 0, self.chart._sum(row) if self._known(row) else None)
                continue
            for number, one in enumerate(self.chart.series):
                yield self._number(row, number, one.values[row])

    def _known(self, row: int) -> bool:
        return all(one.values[row] is not None for one in self.chart.series)

    def _number(self, row: int, number: int, value: Number) -> Text:
        """It stands behind the bar, also where only a part of the bar is known."""
        drawn = self.chart._sum(row) if self.chart.kind == "stacked" else value or 0
        y = self._y(row, number) + self._thick - (2 if self.chart.kind == "grouped" else 4)
        return Text(self._at(drawn / self.top * LONGEST), y, self.chart.text(value), dx=self._away(6))

    @property
    def _thick(self) -> int:
        return THIN - 1 if self.chart.kind == "grouped" else BAR

    def _y(self, row: int, number: int) -> int:
        return row * self._row + LABEL + (number * THIN if self.chart.kind == "grouped" else 0)

    # lines --------------------------------------------------------------------------------------------------------

    @property
    def grid(self) -> list[Stroke]:
        """The lines of the scale, the lowest at nothing."""
        return [Stroke("0%", self._level(tick), "100%", self._level(tick)) for tick in self._ticks]

    @property
    def strokes(self) -> Iterator[Stroke]:
        """Between neighbours that are both known; where one is not, the line has a gap."""
        for number, one in enumerate(self.chart.series):
            for (row, value), (_, following) in pairwise(enumerate(one.values)):
                if value is not None and following is not None:
                    ends = (self._day(row), self._level(value), self._day(row + 1), self._level(following))
                    yield Stroke(*ends, number + 1)

    @property
    def dots(self) -> Iterator[Dot]:
        for number, one in enumerate(self.chart.series):
            for row, value in enumerate(one.values):
                if value is not None:
                    says = f"{one.name}, {self.chart.rows[row]}: {self.chart.text(value)}"
                    yield Dot(self._day(row), self._level(value), number + 1, says)

    @property
    def _axes(self) -> Iterator[Text]:
        for tick in self._ticks:
            yield Text(self._at(0), round(float(self._level(tick))) - 4, self.chart.said(tick))
        last = len(self.chart.rows) - 1
        y = PLOT + LABEL * 2
        if last >= 0:
            yield Text(self._day(0), y, self.chart.rows[0], "start")
        if last >= 1:
            yield Text(self._day(last), y, self.chart.rows[last], "end")

    @property
    def _ticks(self) -> list[float]:
        return [0, self.top / 2, self.top] if self.top % 2 == 0 or self.top < 1 else [0, self.top]

    def _day(self, row: int) -> str:
        between = max(len(self.chart.rows) - 1, 1)
        return self._at(FIRST + (LAST - FIRST) * row / between)

    def _level(self, value: float) -> str:
        return f"{LABEL + PLOT - value / self.top * PLOT:.1f}"

    # directions ---------------------------------------------------------------------------------------------------

    def _at(self, share: float) -> str:
        """A place, counted from where lines of text begin."""
        return _share(100 - share if self.rtl else share)

    def _from(self, begin: float, width: float) -> str:
        """The left edge of what begins there and is so wide."""
        return _share(100 - begin - width if self.rtl else begin)

    def _away(self, pixels: int) -> int:
        return -pixels if self.rtl else pixels


def _share(percent: float) -> str:
    return f"{percent:.2f}%"


def _short(name: str) -> str:
    """What has room above a bar on a phone; the table has the whole name."""
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"


def _round_up(most: float) -> float:
    """The next number of the kind 1, 2, 4, 6, 10, 20, 40, 60 … that is not smaller."""
    if most <= 0:
        return 2
    power = 10.0 ** (len(str(int(most))) - 1) if most >= 1 else 1.0
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= most)
