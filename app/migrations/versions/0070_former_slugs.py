"""Keep the names in addresses that committees and associations bore.

After: 0069
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_slug",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_former_slug")),
        sa.CheckConstraint("length(kind) <= 40", name=op.f("ck_former_slug_kind_length")),
        sa.CheckConstraint("length(slug) <= 80", name=op.f("ck_former_slug_slug_length")),
    )


def downgrade() -> None:
    op.drop_table("former_slug")
