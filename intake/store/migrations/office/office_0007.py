"""What is due is found without looking at what is not."""

import sqlalchemy as sa
from alembic import op

revision = "office_0007"
down_revision = "office_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bears_a_day = sa.text("due_on IS NOT NULL")
    op.create_index(
        "ix_records_due", "records", ["office", "due_on"], sqlite_where=bears_a_day, postgresql_where=bears_a_day
    )


def downgrade() -> None:
    op.drop_index("ix_records_due", "records")
