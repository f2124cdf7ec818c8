"""Published releases and the notes with which some were withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "releases_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sa.Column("published", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("sign", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "withdrawals",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("withdrawals")
    op.drop_table("releases")
