"""Needs that nobody has named are counted on each page of a coordinator, and are few

Revision: 0031
After: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NAMELESS = sa.text("item IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_need_nameless", "need", ["state", "declared_at"], sqlite_where=NAMELESS, postgresql_where=NAMELESS
    )


def downgrade() -> None:
    op.drop_index("ix_need_nameless", "need")
