"""Keep the language that an offer was made in until its donor confirms

Revision: 0009
After: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain ALTER with its CHECK: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        "ALTER TABLE offer ADD COLUMN contact_language VARCHAR(40)"
        " CONSTRAINT ck_offer_language CHECK (contact_language IN ('fr', 'en'))"
    )


def downgrade() -> None:
    with op.batch_alter_table("offer") as batch:
        batch.drop_constraint(op.f("ck_offer_language"), type_="check")
        batch.drop_column("contact_language")
