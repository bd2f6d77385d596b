"""What committees wrote waits for a coordinator's look

Revision: 0053
After: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handover", sa.Column("words_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_handover_words_at"), "handover", ["words_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_handover_words_at"), "handover")
    op.drop_column("handover", "words_at")
