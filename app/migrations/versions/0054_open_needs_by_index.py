"""What the front page adds up of the open needs is found in an index alone

Revision: 0054
After: 0053
"""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_need_state_and_sums", "need", ["state", "item", "committee_id", "quantity"])
    op.drop_index("ix_need_state", "need")


def downgrade() -> None:
    op.create_index("ix_need_state", "need", ["state"])
    op.drop_index("ix_need_state_and_sums", "need")
