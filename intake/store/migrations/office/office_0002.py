"""Passkeys, and what somebody was typing when their session ended."""

import sqlalchemy as sa
from alembic import op

revision = "office_0002"
down_revision = "office_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_passkeys_staff", "passkeys", ["staff"])
    op.create_table(
        "challenges",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("until", sa.Text, nullable=False),
    )
    op.create_table(
        "kept",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_kept_staff", "kept", ["staff"])


def downgrade() -> None:
    op.drop_table("kept")
    op.drop_table("challenges")
    op.drop_table("passkeys")
