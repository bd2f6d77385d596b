"""What is counted for a period, and decisions of one kind or person, are found by an index

Revision: 0040
After: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

REASONED = sa.text("reason IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_need_declared_at_and_sums",
        "need",
        ["declared_at", "state", "committee_id", "action_id", "item", "quantity"],
    )
    op.drop_index("ix_need_declared_at", "need")
    op.create_index("ix_offered_item_offer_id_aside_item", "offered_item", ["offer_id", "aside", "item"])
    op.drop_index("ix_offered_item_offer_id_aside", "offered_item")
    op.create_index("ix_decision_verb_at", "decision", ["verb", "at"])
    op.create_index("ix_decision_account_id_at", "decision", ["account_id", "at"])
    op.create_index(
        "ix_decision_reason_at",
        "decision",
        ["reason", "at"],
        sqlite_where=REASONED,
        postgresql_where=REASONED,
    )


def downgrade() -> None:
    op.drop_index("ix_decision_reason_at", "decision")
    op.drop_index("ix_decision_account_id_at", "decision")
    op.drop_index("ix_decision_verb_at", "decision")
    op.create_index("ix_offered_item_offer_id_aside", "offered_item", ["offer_id", "aside"])
    op.drop_index("ix_offered_item_offer_id_aside_item", "offered_item")
    op.create_index("ix_need_declared_at", "need", ["declared_at"])
    op.drop_index("ix_need_declared_at_and_sums", "need")
