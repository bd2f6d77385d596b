"""What a member is in a committee; who joins, who leaves, who is given another part

Revision: 0034
After: 0033
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

PARTS = ("responsible", "member", "declares", "receives", "reader")
VERBS = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume",
    "meet", "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule",
    "reschedule", "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message",
    "correct", "set_aside", "put_back", "merge",
)  # fmt: skip


def upgrade() -> None:
    kind = sa.Enum(
        *PARTS, name=op.f("ck_membership_part"), native_enum=False, create_constraint=True, length=40
    )
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("part", kind, server_default=sa.text("'member'"), nullable=False))
    allow("decision", "verb", "verb", (*VERBS, "join", "leave", "give_part"))


def downgrade() -> None:
    op.execute("DELETE FROM decision WHERE verb IN ('join', 'leave', 'give_part')")
    allow("decision", "verb", "verb", VERBS)
    with op.batch_alter_table("membership") as batch:
        batch.drop_constraint(op.f("ck_membership_part"), type_="check")
        batch.drop_column("part")
