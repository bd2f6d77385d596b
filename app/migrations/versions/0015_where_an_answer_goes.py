"""A letter says where an answer to it goes

Revision: 0015
After: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The check stands with its column: SQLite then drops both at once, and copies no table of letters.
    op.execute(
        "ALTER TABLE outbox_message ADD COLUMN reply_to VARCHAR(320)"
        " CONSTRAINT ck_outbox_message_reply_to_length CHECK (length(reply_to) <= 320)"
    )


def downgrade() -> None:
    op.drop_column("outbox_message", "reply_to")
