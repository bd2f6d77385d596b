"""Corrections: articles that are not offered, addresses that were wrong, and a donor who prefers somebody else

Revision: 0023
After: 0022
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

VERBS = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume",
    "meet", "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule",
    "reschedule", "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message",
)  # fmt: skip
OF_CORRECTIONS = ("correct", "set_aside", "put_back")
REASONS = (
    "too_far", "wrong_item", "condition", "not_now", "no_room", "no_longer_needed", "given_elsewhere", "changed_mind",
    "no_show", "not_as_described", "could_not_carry", "not_handled", "unsafe", "no_need", "spam", "other", "agreed",
    "will_carry", "this_time",
)  # fmt: skip


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        "ALTER TABLE offered_item ADD COLUMN aside VARCHAR(40)"
        " CONSTRAINT ck_offered_item_aside CHECK (aside IN ('held', 'refused', 'withdrawn'))"
    )
    op.execute("ALTER TABLE donor ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0")
    allow("decision", "verb", "verb", (*VERBS, *OF_CORRECTIONS))
    allow("decision", "reason", "reason", (*REASONS, "not_them"))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM decision WHERE verb IN ('correct', 'set_aside', 'put_back')"))
    op.execute(sa.text("UPDATE decision SET reason = 'other' WHERE reason = 'not_them'"))
    allow("decision", "reason", "reason", REASONS)
    allow("decision", "verb", "verb", VERBS)
    op.execute("ALTER TABLE donor DROP COLUMN corrected")
    op.execute("ALTER TABLE offered_item DROP COLUMN aside")
