"""`make bench`: every figure of the budgets, with its limit and ratio. It prints; it never fails."""

import os
import platform
import sys
from importlib import import_module

FAMILIES = ("first_visit", "report", "receipts", "office", "claims", "figures")


def main(wanted: list[str]) -> None:
    # Servers, senders, browsers and whatever else runs here share these cores.
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, ", end="")
    print(f"load {os.getloadavg()[0]:.1f} at the start")
    print(f"{'what':<58} {'value':>10} {'unit':<10} {'limit':>12} {'ratio':>6}")
    for family in wanted or FAMILIES:
        for figure in import_module(f"tests.bench.bench_{family}").measure():
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
