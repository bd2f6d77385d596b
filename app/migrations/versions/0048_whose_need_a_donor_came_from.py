"""Whose need a donor came from; how large an article is, whether its data are erased, whether it is taken apart

Revision: 0048
After: 0047
"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

COLUMNS = (
    (
        "offer",
        "wished_committee_id",
        "INTEGER CONSTRAINT fk_offer_wished_committee_id_committee REFERENCES committee (id)",
    ),
    (
        "offer",
        "wished_action_id",
        "INTEGER CONSTRAINT fk_offer_wished_action_id_action REFERENCES action (id)",
    ),
    (
        "offered_item",
        "measure",
        "VARCHAR(80) DEFAULT '' NOT NULL CONSTRAINT ck_offered_item_measure_length CHECK (length(measure) <= 80)",
    ),
    ("offered_item", "erased", "BOOLEAN"),
    ("offered_item", "dismantled", "BOOLEAN"),
)


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def downgrade() -> None:
    for table, column, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
