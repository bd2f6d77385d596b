"""Lists of what is open are read by its age, and what is set aside is few

Revision: 0030
After: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

SET_ASIDE = sa.text("aside IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_offer_state_created_at", "offer", ["state", "created_at"])
    op.create_index("ix_need_state_declared_at", "need", ["state", "declared_at"])
    op.drop_index("ix_offered_item_aside", "offered_item")
    op.create_index(
        "ix_offered_item_aside", "offered_item", ["aside"], sqlite_where=SET_ASIDE, postgresql_where=SET_ASIDE
    )


def downgrade() -> None:
    op.drop_index("ix_offered_item_aside", "offered_item")
    op.create_index("ix_offered_item_aside", "offered_item", ["aside"])
    op.drop_index("ix_need_state_declared_at", "need")
    op.drop_index("ix_offer_state_created_at", "offer")
