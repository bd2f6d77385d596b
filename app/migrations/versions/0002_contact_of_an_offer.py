"""What was typed about the donor stays with the offer until the address is confirmed

Revision: 0002
After: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = {"contact_name": 120, "contact_phone": 30, "contact_company": 120}


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete its articles with it.
    for name, length in COLUMNS.items():
        op.execute(
            f"ALTER TABLE offer ADD COLUMN {name} VARCHAR({length}) DEFAULT '' NOT NULL"
            f" CONSTRAINT ck_offer_{name}_length CHECK (length({name}) <= {length})"
        )


def downgrade() -> None:
    with op.batch_alter_table("offer") as batch:
        for name in COLUMNS:
            batch.drop_constraint(op.f(f"ck_offer_{name}_length"), type_="check")
            batch.drop_column(name)
