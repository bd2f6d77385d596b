"""What a gift served, in the committee's words, as a coordinator lets the donor read them

Revision: 0050
After: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("handover") as table:
        table.add_column(
            sa.Column("served", sa.String(length=2000), nullable=False, server_default=sa.text("''"))
        )
        table.create_check_constraint(op.f("ck_handover_served_length"), "length(served) <= 2000")


def downgrade() -> None:
    with op.batch_alter_table("handover") as table:
        table.drop_constraint(op.f("ck_handover_served_length"), type_="check")
        table.drop_column("served")
