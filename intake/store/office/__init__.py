"""What the office keeps: people, keychains, sealed records, the audit chain.

One module per noun; each holds its table and the few statements that touch it. No statement decides anything: rules
are in the services.
"""

from intake.store.office import (
    arrivals,
    audit,
    calls,
    dispatches,
    drafts,
    duty,
    kept,
    keychains,
    limits,
    offices,
    passkeys,
    records,
    reminders,
    sessions,
    staff,
)
from intake.store.office.face import metadata

__all__ = [
    "arrivals",
    "audit",
    "calls",
    "dispatches",
    "drafts",
    "duty",
    "kept",
    "keychains",
    "limits",
    "metadata",
    "offices",
    "passkeys",
    "records",
    "reminders",
    "sessions",
    "staff",
]
