"""What one office tells another about a claim, sealed to the other until it is taken in."""

import sqlalchemy as sa
from alembic import op

revision = "office_0006"
down_revision = "office_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
    )
    op.create_index(op.f("ix_dispatches_office"), "dispatches", ["office"])


def downgrade() -> None:
    op.drop_table("dispatches")
