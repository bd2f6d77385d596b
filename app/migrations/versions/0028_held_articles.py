"""Articles that are set aside are found by it

Revision: 0028
After: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_offered_item_aside", "offered_item", ["aside"])


def downgrade() -> None:
    op.drop_index("ix_offered_item_aside", "offered_item")
