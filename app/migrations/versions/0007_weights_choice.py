"""Which weights plans use, and who decided so

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "weights_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weights_version_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "note",
            sa.String(length=2000),
            sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_weights_choice_note_length")),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_weights_choice_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["weights_version_id"],
            ["weights_version.id"],
            name=op.f("fk_weights_choice_weights_version_id_weights_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weights_choice")),
    )
    with op.batch_alter_table("weights_choice") as batch:
        batch.create_index(batch.f("ix_weights_choice_at"), ["at"])
        batch.create_index(batch.f("ix_weights_choice_weights_version_id"), ["weights_version_id"])
    # Until now the version written last was the one in force.
    op.execute(
        "INSERT INTO weights_choice (weights_version_id, account_id, note, at)"
        " SELECT id, created_by_id, note, created_at FROM weights_version"
        " WHERE id = (SELECT max(id) FROM weights_version)"
    )


def downgrade() -> None:
    op.drop_table("weights_choice")
