"""Everything the internet-facing side needs to take a report and answer for it."""

import sqlalchemy as sa
from alembic import op

revision = "inbound_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _reports()
    _people()
    _office_to_phone()
    op.create_table(
        "limits",
        sa.Column("bucket", sa.Text, primary_key=True),
        sa.Column("window", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("report", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("received", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("state IN ('kept', 'aside', 'conflict')", name="reports_state"),
    )
    first = sa.text("state <> 'conflict'")
    op.create_index("reports_first", "reports", ["report"], unique=True, sqlite_where=first, postgresql_where=first)
    op.create_index("reports_device_day", "reports", ["device", "received"])
    op.create_index("reports_office_received", "reports", ["office", "received"])


def _people() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("message_key", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("enrolled", sa.Text, nullable=False),
        sa.CheckConstraint("state IN ('enrolled', 'withdrawn')", name="devices_state"),
    )
    op.create_table(
        "enrolments",
        sa.Column("code_hash", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("message_key", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("proof", sa.Text),
        sa.Column("made", sa.Text, nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.Text, primary_key=True),
        sa.Column("office", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
        sa.Column("expires", sa.Text, nullable=False),
        sa.Column("used", sa.Text),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
    )
    op.create_index("ix_tokens_device", "tokens", ["device"])


def _office_to_phone() -> None:
    op.create_table(
        "bundles",
        sa.Column("office", sa.Text, primary_key=True),
        sa.Column("serial", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("report_key", sa.Text, nullable=False),
        sa.Column("identity_key", sa.Text, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("device", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("seen", sa.Text),
    )


def downgrade() -> None:
    for table in ("messages", "bundles", "tokens", "invitations", "enrolments", "devices", "reports", "limits"):
        op.drop_table(table)
