"""Remember whose account nobody uses was told so, and when it was forgotten.

After: 0077
"""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("warned_at", "anonymised_at"):
        op.add_column("account", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("account") as batch:
        for name in ("warned_at", "anonymised_at"):
            batch.drop_column(name)
