"""How big one article is, where it is not as the catalogue says

Revision: 0033
After: 0032
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE offered_item ADD COLUMN size VARCHAR(40) CONSTRAINT ck_offered_item_size"
        " CHECK (size IN ('small', 'medium', 'large', 'very_large'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE offered_item DROP COLUMN size")
