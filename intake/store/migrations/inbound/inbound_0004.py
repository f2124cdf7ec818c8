"""Sealed answers to the numbers that people keep."""

import sqlalchemy as sa
from alembic import op

revision = "inbound_0004"
down_revision = "inbound_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("office", sa.Text, primary_key=True),
        sa.Column("locator", sa.Text, primary_key=True),
        sa.Column("deposit", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("answers")
