"""Changes of records are counted, so that the index can follow."""

import sqlalchemy as sa
from alembic import op

revision = "office_0003"
down_revision = "office_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("audit_heads", "records"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    # What is there gets turns in any order; what comes next follows them.
    op.execute(
        "UPDATE records SET turn = numbered.turn FROM (SELECT office, kind, id, row_number() OVER"
        " (PARTITION BY office ORDER BY kind, id) AS turn FROM records) AS numbered"
        " WHERE records.office = numbered.office AND records.kind = numbered.kind AND records.id = numbered.id"
    )
    op.execute("UPDATE audit_heads SET turn = (SELECT count(*) FROM records WHERE records.office = audit_heads.office)")
    for table in ("audit_heads", "records"):
        with op.batch_alter_table(table) as changed:
            changed.alter_column("turn", server_default=None)
    op.create_index("ix_records_turn", "records", ["office", "turn"])


def downgrade() -> None:
    op.drop_index("ix_records_turn", "records")
    for table in ("audit_heads", "records"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("turn")
