"""Matches made by hand, over a rule perhaps, and articles kept for a committee until a day

Revision: 0017
After: 0016
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow
from notifications.types import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

VERBS = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume",
    "meet", "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule",
    "reschedule", "complete", "fail", "report", "invite", "ask_password", "change_password",
)  # fmt: skip
OF_EARMARKS = ("earmark", "release")
REASONS = (
    "too_far", "wrong_item", "condition", "not_now", "no_room", "no_longer_needed", "given_elsewhere", "changed_mind",
    "no_show", "not_as_described", "could_not_carry", "not_handled", "unsafe", "no_need", "spam", "other",
)  # fmt: skip
TO_OVERRIDE = ("agreed", "will_carry", "this_time")


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        'ALTER TABLE "match" ADD COLUMN by_hand_id INTEGER CONSTRAINT fk_match_by_hand_id_account REFERENCES account (id)'
    )
    op.execute(
        "ALTER TABLE \"match\" ADD COLUMN overridden VARCHAR(200) NOT NULL DEFAULT ''"
        " CONSTRAINT ck_match_overridden_length CHECK (length(overridden) <= 200)"
    )
    op.create_table(
        "earmark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offered_item_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column(
            "note",
            sa.String(length=2000),
            sa.CheckConstraint("length(note) <= 2000", name=op.f("ck_earmark_note_length")),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name=op.f("ck_earmark_quantity_range")),
        sa.ForeignKeyConstraint(
            ["offered_item_id"],
            ["offered_item.id"],
            name=op.f("fk_earmark_offered_item_id_offered_item"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_earmark_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_earmark_need_id_need")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_earmark_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earmark")),
    )
    for column in ("offered_item_id", "committee_id", "need_id", "until"):
        op.create_index(op.f(f"ix_earmark_{column}"), "earmark", [column])
    allow("decision", "verb", "verb", (*VERBS, *OF_EARMARKS))
    allow("decision", "reason", "reason", (*REASONS, *TO_OVERRIDE))


def downgrade() -> None:
    op.execute("DELETE FROM decision WHERE verb IN ('earmark', 'release')")
    op.execute("UPDATE decision SET reason = 'other' WHERE reason IN ('agreed', 'will_carry', 'this_time')")
    allow("decision", "reason", "reason", REASONS)
    allow("decision", "verb", "verb", VERBS)
    op.drop_table("earmark")
    op.execute('ALTER TABLE "match" DROP COLUMN overridden')
    op.execute('ALTER TABLE "match" DROP COLUMN by_hand_id')
