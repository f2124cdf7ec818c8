"""`make bench`: every figure of the budgets, with its limit and ratio. It prints; it never fails."""

import sys
from importlib import import_module

FAMILIES = ("first_visit", "report", "receipts")


def main(wanted: list[str]) -> None:
    print(f"{'what':<58} {'value':>10} {'unit':<10} {'limit':>12} {'ratio':>6}")
    for family in wanted or FAMILIES:
        for figure in import_module(f"tests.bench.bench_{family}").measure():
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
