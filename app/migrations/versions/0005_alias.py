"""Keep the words that coordinators teach

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "key",
            sa.String(length=200),
            sa.CheckConstraint("length(key) <= 200", name=op.f("ck_alias_key_length")),
            nullable=False,
        ),
        sa.Column(
            "wording",
            sa.String(length=200),
            sa.CheckConstraint("length(wording) <= 200", name=op.f("ck_alias_wording_length")),
            nullable=False,
        ),
        sa.Column(
            "item",
            sa.String(length=80),
            sa.CheckConstraint("length(item) <= 80", name=op.f("ck_alias_item_length")),
            nullable=False,
        ),
        sa.Column("from_item_id", sa.Integer(), nullable=True),
        sa.Column("from_need_id", sa.Integer(), nullable=True),
        sa.Column("taught_by_id", sa.Integer(), nullable=True),
        sa.Column("taught_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_item_id"],
            ["offered_item.id"],
            name=op.f("fk_alias_from_item_id_offered_item"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["from_need_id"], ["need.id"], name=op.f("fk_alias_from_need_id_need"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["taught_by_id"], ["account.id"], name=op.f("fk_alias_taught_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint("key", name=op.f("uq_alias_key")),
    )
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alias_item"), ["item"], unique=False)
        batch_op.create_index(batch_op.f("ix_alias_taught_at"), ["taught_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alias_taught_at"))
        batch_op.drop_index(batch_op.f("ix_alias_item"))

    op.drop_table("alias")
