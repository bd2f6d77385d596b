"""What a run of the clock's did, as figures rather than as French

Revision: 0011
After: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was recorded as text stays and is shown as it is: two hundred runs later it is gone.
    op.add_column("job_run", sa.Column("figures", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("job_run", "figures")
