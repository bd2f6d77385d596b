"""Give erasure a reason of its own, and keep who asks for their data until the clock answers.

After: 0078
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow
from notifications.types import UtcDateTime

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

BEFORE = (
    "too_far", "wrong_item", "condition", "not_now", "no_room", "no_longer_needed", "given_elsewhere", "changed_mind",
    "no_show", "not_as_described", "could_not_carry", "not_handled", "unsafe", "no_need", "spam", "other", "agreed",
    "will_carry", "this_time", "not_them",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "data_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_data_request_email_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("email", name=op.f("uq_data_request_email")),
    )
    allow("decision", "reason", "reason", (*BEFORE, "erased"))


def downgrade() -> None:
    op.execute(sa.text("UPDATE decision SET reason = 'other' WHERE reason = 'erased'"))
    allow("decision", "reason", "reason", BEFORE)
    op.drop_table("data_request")
