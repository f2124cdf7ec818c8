"""What the office keeps: people, keychains, sealed records, the audit chain.

One module per noun; each holds its table and the few statements that touch it. No statement decides anything: rules
are in the services.
"""

from intake.store.office import arrivals, audit, kept, keychains, limits, offices, passkeys, records, sessions, staff
from intake.store.office.face import metadata

__all__ = [
    "arrivals",
    "audit",
    "kept",
    "keychains",
    "limits",
    "metadata",
    "offices",
    "passkeys",
    "records",
    "sessions",
    "staff",
]
