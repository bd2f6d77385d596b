"""Who gave, and at which appointment it came: papers say it years later, whatever the same address or trip has become

Revision: 0057
After: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    for name in ("given_name", "given_company"):
        check = f"CONSTRAINT ck_offer_{name}_length CHECK (length({name}) <= 120)"
        op.execute(f"ALTER TABLE offer ADD COLUMN {name} VARCHAR(120) DEFAULT '' NOT NULL {check}")
    op.execute(
        """
        UPDATE offer SET
            given_name = CASE WHEN contact_name <> '' THEN contact_name
                ELSE (SELECT donor.name FROM donor WHERE donor.id = offer.donor_id) END,
            given_company = CASE WHEN contact_name <> '' THEN contact_company
                ELSE (SELECT donor.company FROM donor WHERE donor.id = offer.donor_id) END
        WHERE confirmed_at IS NOT NULL AND anonymised_at IS NULL
        """
    )
    op.add_column("match", sa.Column("came_at", sa.DateTime(timezone=True), nullable=True))
    # An appointment after its report is another one, that was fixed for the rest.
    op.execute(
        """
        UPDATE "match" SET came_at = coalesce(
            (SELECT handover.starts_at FROM handover
                WHERE handover.id = "match".handover_id AND handover.starts_at <= "match".closed_at),
            closed_at)
        WHERE state = 'completed'
        """
    )


def downgrade() -> None:
    op.drop_column("match", "came_at")
    for name in ("given_company", "given_name"):
        op.execute(f"ALTER TABLE offer DROP COLUMN {name}")
