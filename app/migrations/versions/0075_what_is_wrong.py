"""What was looked at outside, and what is wrong since when and told of.

After: 0074
"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "health_look",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(name) <= 40", name=op.f("ck_health_look_name_length")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_health_look")),
    )
    op.create_table(
        "health_alarm",
        sa.Column("cause", sa.String(40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(cause) <= 40", name=op.f("ck_health_alarm_cause_length")),
        sa.PrimaryKeyConstraint("cause", name=op.f("pk_health_alarm")),
    )


def downgrade() -> None:
    op.drop_table("health_alarm")
    op.drop_table("health_look")
