"""Give an association a colour of its own, and let the index of open needs tell the most pressing ones.

After: 0057
"""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_need_state_and_sums", ["state", "item", "committee_id", "quantity"]


def upgrade() -> None:
    op.drop_index(NAME, "need")
    op.create_index(NAME, "need", [*COLUMNS, "urgency", "declared_at"])
    # A plain ALTER: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    check = "CONSTRAINT ck_organisation_colour_length CHECK (length(colour) <= 7)"
    op.execute(f"ALTER TABLE organisation ADD COLUMN colour VARCHAR(7) DEFAULT '' NOT NULL {check}")


def downgrade() -> None:
    op.execute("ALTER TABLE organisation DROP COLUMN colour")
    op.drop_index(NAME, "need")
    op.create_index(NAME, "need", COLUMNS)
