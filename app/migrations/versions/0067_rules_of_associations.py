"""Let an association have rules for its committees: those that wrote none of a kind so far go by its, which are none either.

After: 0066
"""

import json
from itertools import product

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

# Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
ADDED = (
    "takes JSON DEFAULT '[]' NOT NULL",
    "refuses JSON DEFAULT '[]' NOT NULL",
    "minimum_condition VARCHAR(40) CONSTRAINT ck_organisation_condition"
    " CHECK (minimum_condition IN ('new', 'very_good', 'good', 'fair', 'for_parts'))",
    "minimum_conditions JSON DEFAULT '{}' NOT NULL",
    "largest_size VARCHAR(40) DEFAULT 'very_large' NOT NULL CONSTRAINT ck_organisation_size"
    " CHECK (largest_size IN ('small', 'medium', 'large', 'very_large'))",
    "highest_floor INTEGER CONSTRAINT ck_organisation_highest_floor_range CHECK (highest_floor BETWEEN 0 AND 200)",
)
NONE = {
    "taken": "CAST(takes AS TEXT) = '[]' AND CAST(refuses AS TEXT) = '[]'",
    "condition": "minimum_condition IS NULL AND CAST(minimum_conditions AS TEXT) = '{}'",
    "receiving": "largest_size = 'very_large' AND highest_floor IS NULL",
}
"""By kind, of a committee without rules of its own."""


def upgrade() -> None:
    for column in ADDED:
        op.execute(f"ALTER TABLE organisation ADD COLUMN {column}")
    op.execute("ALTER TABLE committee ADD COLUMN follows JSON DEFAULT '[]' NOT NULL")
    for which in product((True, False), repeat=len(NONE)):
        follows = [kind for kind, followed in zip(NONE, which, strict=True) if followed]
        without = " AND ".join(NONE[kind] for kind in follows)
        if follows:
            op.execute(
                f"UPDATE committee SET follows = '{json.dumps(follows)}'"
                f" WHERE CAST(follows AS TEXT) = '[]' AND {without}"
            )


def downgrade() -> None:
    op.execute("ALTER TABLE committee DROP COLUMN follows")
    for column in reversed(ADDED):
        op.execute(f"ALTER TABLE organisation DROP COLUMN {column.split()[0]}")
