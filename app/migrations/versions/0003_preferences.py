"""When each party reads its digest, and which address of its calendar is good

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "party",
            sa.String(length=40),
            sa.CheckConstraint("length(party) <= 40", name=op.f("ck_preference_party_length")),
            nullable=False,
        ),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("digests_off", sa.Boolean(), nullable=False),
        sa.Column("agenda_version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("agenda_version >= 1", name=op.f("ck_preference_agenda_version_range")),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_preference_digest_hour_range")),
        sa.CheckConstraint("digest_weekday BETWEEN 1 AND 7", name=op.f("ck_preference_digest_weekday_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint("party", name=op.f("uq_preference_party")),
    )


def downgrade() -> None:
    op.drop_table("preference")
