"""How likely pairings are to end in a handover, as the portal's own outcomes taught it

Revision: 0044
After: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chances_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("chances", sa.JSON(), nullable=False),
        sa.Column("brier", sa.Float(), nullable=False),
        sa.Column("base_brier", sa.Float(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(version) <= 64", name=op.f("ck_chances_version_version_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chances_version")),
    )
    op.create_index("ix_chances_version_created_at", "chances_version", ["created_at"])


def downgrade() -> None:
    op.drop_table("chances_version")
