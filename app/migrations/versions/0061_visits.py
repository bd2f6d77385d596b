"""How often public pages were seen, by day and by the site that people came from.

After: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("page", sa.String(200), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.CheckConstraint("seen >= 1", name=op.f("ck_visits_seen_range")),
        sa.CheckConstraint("length(page) <= 200", name=op.f("ck_visits_page_length")),
        sa.CheckConstraint("length(origin) <= 200", name=op.f("ck_visits_origin_length")),
        sa.PrimaryKeyConstraint("page", "day", "origin", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_day"), "visits", ["day"])


def downgrade() -> None:
    op.drop_table("visits")
