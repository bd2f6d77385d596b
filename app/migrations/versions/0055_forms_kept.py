"""Forms that were not sent, kept for who asked for the link to them

Revision: 0055
After: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letters", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("corrected", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_kept_form_language")),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_kept_form_email_length")),
        sa.CheckConstraint("length(submission_key) <= 64", name=op.f("ck_kept_form_submission_key_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_kept_form_submission_key")),
    )
    op.create_index(op.f("ix_kept_form_email"), "kept_form", ["email"])
    op.create_index(op.f("ix_kept_form_kept_at"), "kept_form", ["kept_at"])


def downgrade() -> None:
    op.drop_table("kept_form")
