"""What every test may ask for. The fixtures live in `tests/support`, one file per real thing they start."""

from hypothesis import HealthCheck, settings

from tests.support.templates import keep_templates

pytest_plugins = [
    "tests.support.mailbox",
    "tests.support.postgres",
    "tests.support.prepared",
    "tests.support.browser",
    "tests.support.officer",
    "tests.support.scripted",
    "tests.support.screened",
    "tests.support.server",
]

# A busy machine is no failure: nothing here measures time.
settings.register_profile("intake", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("intake")

keep_templates()
