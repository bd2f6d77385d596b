"""On which floor a donor lives, and whether there is a lift

Revision: 0029
After: 0028
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE offer ADD COLUMN floor INTEGER CONSTRAINT ck_offer_floor_range CHECK (floor BETWEEN 0 AND 200)"
    )
    op.execute("ALTER TABLE offer ADD COLUMN lift BOOLEAN")


def downgrade() -> None:
    op.execute("ALTER TABLE offer DROP COLUMN lift")
    op.execute("ALTER TABLE offer DROP COLUMN floor")
