"""The `intake` command: everything that is not done on a phone or at a page."""

from intake.cli.commands import main

__all__ = ["main"]
