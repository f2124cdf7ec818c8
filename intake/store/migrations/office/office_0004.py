"""The night: duty rota, calls about urgent reports, reminders.

What was fetched before there was a rota counts as answered: somebody was signed in and saw it in the list.
"""

import sqlalchemy as sa
from alembic import op

revision = "office_0004"
down_revision = "office_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rota", sa.Text(), nullable=False),
        sa.Column("looked", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_duty")),
    )
    op.create_table(
        "answered",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office", "report", name=op.f("pk_answered")),
    )
    op.create_table(
        "calls",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office", "report", "number", name=op.f("pk_calls")),
    )
    op.create_table(
        "reminders",
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office", "person", name=op.f("pk_reminders")),
    )
    op.execute(
        "INSERT INTO answered (office, report, at)"
        " SELECT office, report, min(received) || 'T00:00:00Z' FROM arrivals WHERE urgent GROUP BY office, report"
    )


def downgrade() -> None:
    for table in ("reminders", "calls", "answered", "duty"):
        op.drop_table(table)
