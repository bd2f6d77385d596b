"""Long lists are recorded and taken back by the clock

Revision: 0037
After: 0036
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first.
    op.execute(
        "ALTER TABLE listing ADD COLUMN wanted VARCHAR(20) DEFAULT '' NOT NULL"
        " CONSTRAINT ck_listing_wanted_length CHECK (length(wanted) <= 20)"
    )
    op.execute(
        "ALTER TABLE listing ADD COLUMN wanted_by_id INTEGER"
        " CONSTRAINT fk_listing_wanted_by_id_account REFERENCES account (id)"
    )


def downgrade() -> None:
    op.drop_column("listing", "wanted_by_id")
    op.drop_column("listing", "wanted")
