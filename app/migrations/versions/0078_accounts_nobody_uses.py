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
    for name in ("anonymised_at", "warned_at"):
        op.drop_column("account", name)
