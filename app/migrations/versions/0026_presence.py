"""Who is looking at which match

Revision: 0026
After: 0025
"""

import sqlalchemy as sa
from alembic import op

from notifications.types import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_presence_account_id_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["match_id"], ["match.id"], name=op.f("fk_presence_match_id_match"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "match_id", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_match_id"), "presence", ["match_id"])


def downgrade() -> None:
    op.drop_table("presence")
