"""Finds what comes with the program besides Python: templates, static files, catalogues.

They lie beside the package in a checkout and inside it, under `assets`, in an installed wheel.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The folder that holds `templates`, `static` and `translations`."""
    checkout = PACKAGE.parent
    return checkout if (checkout / "pyproject.toml").is_file() else PACKAGE / "assets"


def asset(path: str) -> Path:
    """The place of one file or folder, such as "static/field/lists/en.txt". It need not exist."""
    return root() / path
