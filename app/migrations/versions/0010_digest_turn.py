"""Which digests had their turn, written or not

Revision: 0010
After: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest_turn",
        sa.Column(
            "party",
            sa.String(length=40),
            sa.CheckConstraint("length(party) <= 40", name=op.f("ck_digest_turn_party_length")),
            nullable=False,
        ),
        sa.Column(
            "issue",
            sa.String(length=20),
            sa.CheckConstraint("length(issue) <= 20", name=op.f("ck_digest_turn_issue_length")),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("party", "issue", name=op.f("pk_digest_turn")),
    )
    with op.batch_alter_table("digest_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_turn_at"), ["at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("digest_turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_turn_at"))

    op.drop_table("digest_turn")
