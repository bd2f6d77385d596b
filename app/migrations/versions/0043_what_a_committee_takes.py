"""What a committee alone takes, in which condition, from how high, while there is room, on which days its van comes

Revision: 0043
After: 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

# Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
ADDED = (
    "collection_hours JSON DEFAULT '{}' NOT NULL",
    "takes JSON DEFAULT '[]' NOT NULL",
    "minimum_condition VARCHAR(40) CONSTRAINT ck_committee_condition"
    " CHECK (minimum_condition IN ('new', 'very_good', 'good', 'fair', 'for_parts'))",
    "minimum_conditions JSON DEFAULT '{}' NOT NULL",
    "highest_floor INTEGER CONSTRAINT ck_committee_highest_floor_range CHECK (highest_floor BETWEEN 0 AND 200)",
    "room INTEGER CONSTRAINT ck_committee_room_range CHECK (room BETWEEN 0 AND 10000)"
    " CONSTRAINT ck_committee_room_stated CHECK (room IS NULL OR room_stated_at IS NOT NULL)",
)


def upgrade() -> None:
    op.add_column("committee", sa.Column("room_stated_at", sa.DateTime(timezone=True)))
    for column in ADDED:
        op.execute(f"ALTER TABLE committee ADD COLUMN {column}")


def downgrade() -> None:
    for column in reversed(ADDED):
        op.execute(f"ALTER TABLE committee DROP COLUMN {column.split()[0]}")
    op.drop_column("committee", "room_stated_at")
