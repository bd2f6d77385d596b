"""Note who looked at whose data.

After: 0075
"""

import sqlalchemy as sa
from alembic import op

from notifications.types import UtcDateTime

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lookup",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("donor_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "page", "offer", "search", "export",
                name=op.f("ck_lookup_lookup_kind"), native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_lookup_account_id_account")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_lookup_donor_id_donor")),
        sa.PrimaryKeyConstraint("account_id", "donor_id", "kind", "at", name=op.f("pk_lookup")),
    )  # fmt: skip
    op.create_index(op.f("ix_lookup_donor_id"), "lookup", ["donor_id"])
    op.create_index(op.f("ix_lookup_at"), "lookup", ["at"])


def downgrade() -> None:
    op.drop_table("lookup")
