"""Calls to make to people who have no e-mail address

Revision: 0049
After: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(said) <= 200", name=op.f("ck_phone_call_said_length")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["outbox_message.id"], name=op.f("fk_phone_call_letter_id_outbox_message")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_phone_call_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["account.id"], name=op.f("fk_phone_call_done_by_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_phone_call_letter_id")),
    )
    op.create_index("ix_phone_call_open", "phone_call", ["done_at", "offer_id"])
    op.create_index(op.f("ix_phone_call_offer_id"), "phone_call", ["offer_id"])


def downgrade() -> None:
    op.drop_table("phone_call")
