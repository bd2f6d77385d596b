"""What is still offered is counted by an index alone

Revision: 0032
After: 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_offered_item_offer_id_aside", "offered_item", ["offer_id", "aside"])
    op.drop_index("ix_offered_item_offer_id", "offered_item")


def downgrade() -> None:
    op.create_index("ix_offered_item_offer_id", "offered_item", ["offer_id"])
    op.drop_index("ix_offered_item_offer_id_aside", "offered_item")
