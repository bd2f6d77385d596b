"""Two donors may be one person

Revision: 0024
After: 0023
"""

from alembic import op

from app.migrations.checks import allow

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

VERBS = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume",
    "meet", "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule",
    "reschedule", "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message",
    "correct", "set_aside", "put_back",
)  # fmt: skip


def upgrade() -> None:
    # A plain ALTER: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        "ALTER TABLE donor ADD COLUMN merged_into_id INTEGER CONSTRAINT fk_donor_merged_into_id_donor REFERENCES donor (id)"
    )
    op.create_index(op.f("ix_donor_merged_into_id"), "donor", ["merged_into_id"])
    allow("decision", "verb", "verb", (*VERBS, "merge"))


def downgrade() -> None:
    op.execute("DELETE FROM decision WHERE verb = 'merge'")
    allow("decision", "verb", "verb", VERBS)
    op.drop_index(op.f("ix_donor_merged_into_id"), "donor")
    op.execute("ALTER TABLE donor DROP COLUMN merged_into_id")
