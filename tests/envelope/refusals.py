"""What a property test asks of code that may refuse."""

from collections.abc import Callable

from intake.domain.problems import Problem


def refusal(act: Callable[[], object]) -> str | None:
    """The number of the refusal that `act` ends in, or None if it does not refuse. Anything else passes through."""
    try:
        act()
    except Problem as refused:
        return refused.code
    return None
