"""Note that a donor asked for their data, and that they were erased.

After: 0076
"""

from alembic import op

from app.migrations.checks import allow

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

BEFORE = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume", "meet",
    "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule", "reschedule",
    "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message", "correct", "set_aside",
    "put_back", "merge", "join", "leave", "give_part", "ask_links",
    "ask_receipt", "prepare_receipt", "hand_receipt", "refuse_receipt", "new_device", "close_sessions", "disown",
    "add_factor", "remove_factor", "use_recovery_code", "renew_recovery_codes", "reset_factors",
)  # fmt: skip
ADDED = ("ask_data", "erase")


def upgrade() -> None:
    allow("decision", "verb", "verb", (*BEFORE, *ADDED))


def downgrade() -> None:
    op.execute(f"DELETE FROM decision WHERE verb IN ({', '.join(map(repr, ADDED))})")
    allow("decision", "verb", "verb", BEFORE)
