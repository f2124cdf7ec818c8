"""Write all vectors: `python -m tests.vectors.make [folder]`. What they are for is in README.md."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.vectors import bundle, directory, encoding, envelope, message, opening, packing, receipt
from tests.vectors.fixed import HERE, Sealer

FAMILIES: dict[str, Callable[[Sealer], list[dict[str, object]]]] = {
    "envelope": envelope.cases,
    "opening": opening.cases,
    "packing": packing.cases,
    "bundle": bundle.cases,
    "receipt": receipt.cases,
    "message": message.cases,
    "directory": directory.cases,
    "encoding": encoding.cases,
}


def write(folder: Path, kept: dict[str, str]) -> None:
    """Write every family and the sealed texts they use; Node is needed only for texts that are not in `kept`."""
    sealer = Sealer(dict(kept))
    families = {name: make(sealer) for name, make in FAMILIES.items()}
    if sealer.missing:
        sealer.fill()
        families = {name: make(sealer) for name, make in FAMILIES.items()}
    for name, cases in families.items():
        _write(folder / f"{name}.json", cases)
    _write(folder / "sealed.json", sealer.used)


def kept() -> dict[str, str]:
    """The sealed texts of the last run."""
    path = HERE / "sealed.json"
    return json.loads(path.read_text()) if path.exists() else {}


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=True, sort_keys=isinstance(value, dict)) + "\n", "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE, kept())
