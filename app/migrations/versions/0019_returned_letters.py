"""Letters that came back are found by when they did

Revision: 0019
After: 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_message_bounced_at", "outbox_message", ["bounced_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_message_bounced_at", "outbox_message")
