"""A need may come back each month or each year

Revision: 0042
After: 0041
"""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        "ALTER TABLE need ADD COLUMN repeats VARCHAR(40) CONSTRAINT ck_need_repeat CHECK (repeats IN ('monthly', 'yearly'))"
    )
    op.execute("ALTER TABLE need ADD COLUMN next_on DATE")


def downgrade() -> None:
    op.execute("ALTER TABLE need DROP COLUMN next_on")
    op.execute("ALTER TABLE need DROP COLUMN repeats")
