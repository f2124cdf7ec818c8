"""Recorded sentences."""

import sqlalchemy as sa
from alembic import op

revision = "inbound_0002"
down_revision = "inbound_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sounds",
        sa.Column("office", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_sounds_digest", "sounds", ["digest"])


def downgrade() -> None:
    op.drop_table("sounds")
