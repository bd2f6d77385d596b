"""News of actions, and who follows them.

After: 0063
"""

import sqlalchemy as sa
from alembic import op

from notifications.types import UtcDateTime

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

TEXTS = {"title": 200, "words": 4000, "submission_key": 64}


def upgrade() -> None:
    op.create_table(
        "action_news",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "action_id", "told_up_to")),
        *(sa.Column(name, sa.String(length=most), nullable=False) for name, most in TEXTS.items()),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_action_news_{name}_length"))
            for name, most in TEXTS.items()
        ),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_news_action_id_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_news")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_action_news_submission_key")),
    )
    op.create_index(op.f("ix_action_news_action_id"), "action_news", ["action_id"])
    op.create_index(op.f("ix_action_news_told_at"), "action_news", ["told_at"])
    language = sa.Enum(
        "fr", "en", name=op.f("ck_follower_language"), native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "follower",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "action_id")),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", language, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_follower_email_length")),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_follower_action_id_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follower")),
        sa.UniqueConstraint("action_id", "email", name=op.f("uq_follower_action_id_email")),
    )
    op.create_index(op.f("ix_follower_asked_at"), "follower", ["asked_at"])


def downgrade() -> None:
    op.drop_table("follower")
    op.drop_table("action_news")
