"""Keep what came back of a message that the server had taken

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE outbox_message ADD COLUMN bounce VARCHAR(500)"
        " CONSTRAINT ck_outbox_message_bounce_length CHECK (length(bounce) <= 500)"
    )
    op.add_column("outbox_message", sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox_message", "bounced_at")
    op.drop_column("outbox_message", "bounce")
