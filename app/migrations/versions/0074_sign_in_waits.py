"""Keep how long the next try of a password waits, and who says to have forgotten one.

After: 0073
"""

import sqlalchemy as sa
from alembic import op

from notifications.types import UtcDateTime

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_wait",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("again_at", UtcDateTime(), nullable=False),
        sa.Column("forgotten_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(key) <= 64", name=op.f("ck_sign_in_wait_key_length")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_wait")),
    )
    op.create_index(op.f("ix_sign_in_wait_forgotten_at"), "sign_in_wait", ["forgotten_at"])
    op.create_table(
        "password_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_password_request_email_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_request")),
        sa.UniqueConstraint("email", name=op.f("uq_password_request_email")),
    )


def downgrade() -> None:
    op.drop_table("password_request")
    op.drop_table("sign_in_wait")
