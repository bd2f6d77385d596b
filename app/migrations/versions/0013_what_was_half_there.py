"""Drop what was half there: the size of an article, which nobody wrote, and a second factor that nobody could set

Revision: 0013
After: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SECOND_FACTOR = {"tf_primary_method": 64, "tf_totp_secret": 255}
SIZES = ("small", "medium", "large", "very_large")


def upgrade() -> None:
    with op.batch_alter_table("offered_item") as batch:
        batch.drop_constraint(op.f("ck_offered_item_size"), type_="check")
        batch.drop_column("size")
    with op.batch_alter_table("account") as batch:
        for column in SECOND_FACTOR:
            batch.drop_constraint(op.f(f"ck_account_{column}_length"), type_="check")
            batch.drop_column(column)


def downgrade() -> None:
    with op.batch_alter_table("account") as batch:
        for column, length in SECOND_FACTOR.items():
            batch.add_column(sa.Column(column, sa.String(length), nullable=True))
            batch.create_check_constraint(
                op.f(f"ck_account_{column}_length"), f"length({column}) <= {length}"
            )
    with op.batch_alter_table("offered_item") as batch:
        batch.add_column(sa.Column("size", sa.String(40), nullable=True))
        batch.create_check_constraint(
            op.f("ck_offered_item_size"), f"size IN ({', '.join(map(repr, SIZES))})"
        )
