"""FLOOR 2: the only place that imports SQLAlchemy.

Three faces, each with its own tables, files or schema, and rights: `inbound` is all that the internet-facing side may
touch, `office` is what staff keep, `releases` is what was published. Nothing refers across by foreign key.
"""

from intake.store.database import Session, Store, downgrade, migrate
from intake.store.together import Together

__all__ = ["Session", "Store", "Together", "downgrade", "migrate"]
