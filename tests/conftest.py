"""What every test may ask for. The fixtures live in `tests/support`, one file per real thing they start."""

from importlib.util import find_spec

pytest_plugins = [
    name
    for name in (
        "tests.support.postgres",
        "tests.support.browser",
        "tests.support.scripted",
        "tests.support.screened",
        "tests.support.server",
    )
    if find_spec(name)
]
