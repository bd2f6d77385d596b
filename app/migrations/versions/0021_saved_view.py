"""Lists as accounts like to see them

Revision: 0021
After: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "donor", "offer", "need", "committee", "match",
                name=op.f("ck_saved_view_findable"), native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.CheckConstraint("length(name) <= 120", name=op.f("ck_saved_view_name_length")),
        sa.CheckConstraint("length(query) <= 500", name=op.f("ck_saved_view_query_length")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_view_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("account_id", "kind", "name", name=op.f("uq_saved_view_account_id_kind_name")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("saved_view")
