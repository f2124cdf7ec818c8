"""Every command, and what happens when one is refused.

Each module adds its own commands: *people* (setup, staff), *office* (devices, keys, bundle, audit), *offered* (sounds),
*directory* (services), *figures* (attack), *upkeep* (migrate, backup, restore, check, words), *night* (night),
*serving* (serve, demo).
"""

import argparse
import resource
from collections.abc import Sequence

from intake.cli import directory, figures, night, offered, office, people, serving, upkeep
from intake.cli.console import Console
from intake.config import Settings
from intake.domain.problems import Problem


def parser() -> argparse.ArgumentParser:
    """Every command and flag."""
    found = argparse.ArgumentParser(
        prog="intake",
        description="Intake: reports sealed on the phone. Where things are kept is decided by INTAKE_* variables.",
    )
    commands = found.add_subparsers(required=True, metavar="command")
    for module in (people, office, offered, directory, upkeep, figures, night, serving):
        module.add(commands)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status; a refusal is one sentence and status 1."""
    chosen = parser().parse_args(arguments)
    # What a command remembers, and the server that `serve` becomes, must not be left on a disk when it dies.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    console = Console()
    try:
        return int(chosen.run(chosen, Settings.from_env(), console) or 0)
    except Problem as problem:
        console.complain(f"{problem.kind.title.format(**problem.params)} ({problem.code})")
        return 1
    except (OSError, ValueError) as error:
        # A file that is not there or not what it must be; a refusal of ours is a Problem.
        console.complain(str(error))
        return 1
    except (EOFError, KeyboardInterrupt):
        console.complain("Stopped; nothing was changed.")
        return 130
