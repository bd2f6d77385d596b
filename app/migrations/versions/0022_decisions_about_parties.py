"""A decision may be about a donor or a committee: what a coordinator wrote to it, a corrected address

Revision: 0022
After: 0021
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from app.migrations.checks import allow

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SUBJECTS = ("offer_id", "need_id", "match_id", "about_account_id")
PARTIES = ("donor", "committee")
VERBS = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume",
    "meet", "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule",
    "reschedule", "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("decision") as batch:
        for party in PARTIES:
            batch.add_column(sa.Column(f"{party}_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f(f"fk_decision_{party}_id_{party}"), party, [f"{party}_id"], ["id"])
            batch.create_index(op.f(f"ix_decision_{party}_id"), [f"{party}_id"])
        _one_of(batch, *SUBJECTS, *(f"{party}_id" for party in PARTIES))
    allow("decision", "verb", "verb", (*VERBS, "message"))


def _one_of(batch: BatchOperations, *columns: str) -> None:
    name = op.f("ck_decision_one_subject")
    said = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, f"{said} = 1")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM decision WHERE donor_id IS NOT NULL OR committee_id IS NOT NULL"))
    allow("decision", "verb", "verb", VERBS)
    with op.batch_alter_table("decision") as batch:
        _one_of(batch, *SUBJECTS)
        for party in PARTIES:
            batch.drop_index(op.f(f"ix_decision_{party}_id"))
            batch.drop_constraint(op.f(f"fk_decision_{party}_id_{party}"), type_="foreignkey")
            batch.drop_column(f"{party}_id")
