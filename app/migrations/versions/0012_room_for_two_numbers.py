"""A telephone number may come with words, or with a second one

Revision: 0012
After: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = (("donor", "phone"), ("offer", "contact_phone"), ("committee", "phone"))
SHORT, LONG = 30, 60


def upgrade() -> None:
    _resize(SHORT, LONG)


def downgrade() -> None:
    for table, column in COLUMNS:
        phone = sa.column(column, sa.String)
        op.execute(sa.table(table, phone).update().values({column: sa.func.substr(phone, 1, SHORT)}))
    _resize(LONG, SHORT)


def _resize(before: int, after: int) -> None:
    for table, column in COLUMNS:
        check = op.f(f"ck_{table}_{column}_length")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(check, type_="check")
            batch.alter_column(
                column, existing_type=sa.String(before), type_=sa.String(after), existing_nullable=False
            )
            batch.create_check_constraint(check, f"length({column}) <= {after}")
