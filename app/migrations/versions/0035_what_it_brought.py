"""Whom a committee equipped in a month, and what a kilogram of a family is worth

Revision: 0035
After: 0034
"""

import sqlalchemy as sa
from alembic import op

from notifications.types import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "equipped",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.CheckConstraint("families BETWEEN 0 AND 1000000", name=op.f("ck_equipped_families_range")),
        sa.CheckConstraint("people BETWEEN 0 AND 1000000", name=op.f("ck_equipped_people_range")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_equipped_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("committee_id", "month", name=op.f("pk_equipped")),
    )
    op.create_table(
        "family_value",
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("cents BETWEEN 1 AND 1000000", name=op.f("ck_family_value_cents_range")),
        sa.CheckConstraint("length(family) <= 80", name=op.f("ck_family_value_family_length")),
        sa.PrimaryKeyConstraint("family", name=op.f("pk_family_value")),
    )


def downgrade() -> None:
    op.drop_table("family_value")
    op.drop_table("equipped")
