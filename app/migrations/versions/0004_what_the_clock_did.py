"""When the clock asked, reminded and forgot

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = {
    "handover": ("fixed_at", "reminded_at"),
    "match": ("reminded_at",),
    "need": ("asked_at",),
    "offer": ("reminded_at", "anonymised_at"),
}


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    for table, names in COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for table, names in COLUMNS.items():
        for name in names:
            op.drop_column(table, name)
