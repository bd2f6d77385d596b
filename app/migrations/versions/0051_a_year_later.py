"""Who gave may ask to be written to once, a year later

Revision: 0051
After: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offer", sa.Column("remember_on", sa.Date(), nullable=True))
    op.add_column("offer", sa.Column("remembered_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_offer_remember_on"), "offer", ["remember_on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_offer_remember_on"), "offer")
    op.drop_column("offer", "remembered_at")
    op.drop_column("offer", "remember_on")
