"""The day a phone last asked for something, and its version of the app."""

import sqlalchemy as sa
from alembic import op

revision = "inbound_0003"
down_revision = "inbound_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("devices", sa.Column("contact", sa.Text))
    op.add_column("devices", sa.Column("shell", sa.Text))


def downgrade() -> None:
    op.drop_column("devices", "shell")
    op.drop_column("devices", "contact")
