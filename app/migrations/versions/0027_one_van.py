"""A committee has so many vans, and days on which it is closed

Revision: 0027
After: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain ALTER: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        "ALTER TABLE committee ADD COLUMN collects_at_once INTEGER DEFAULT 1 NOT NULL"
        " CONSTRAINT ck_committee_collects_at_once_range CHECK (collects_at_once BETWEEN 1 AND 100)"
    )
    op.execute("ALTER TABLE committee ADD COLUMN closures JSON DEFAULT '[]' NOT NULL")


def downgrade() -> None:
    op.execute("ALTER TABLE committee DROP COLUMN closures")
    op.execute("ALTER TABLE committee DROP COLUMN collects_at_once")
