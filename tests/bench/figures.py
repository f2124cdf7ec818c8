"""One measured figure, beside its limit."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`value` in `unit`; `limit` is what it must not pass or, when `at_least`, must reach; None where there is none."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if not self.limit else self.value / self.limit

    @property
    def kept(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        limit = "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:,.2f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        mark = "" if self.kept else "  over the limit"
        return (
            f"{self.name:<58} {self.value:>10,.2f} {self.unit:<10} {limit:>12} {ratio:>6}{mark}  {self.note}".rstrip()
        )
