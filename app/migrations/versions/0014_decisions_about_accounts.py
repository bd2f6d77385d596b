"""A decision may be about an account, and letters bear the name of the decision that they answer

Revision: 0014
After: 0013
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from app.migrations.checks import allow

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SUBJECTS = ("offer_id", "need_id", "match_id")
VERBS = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume",
    "meet", "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule",
    "reschedule", "complete", "fail", "report",
)  # fmt: skip
OF_ACCOUNTS = ("invite", "ask_password", "change_password")


def upgrade() -> None:
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("about_account_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_decision_about_account_id_account"), "account", ["about_account_id"], ["id"]
        )
        batch.create_index(op.f("ix_decision_about_account_id"), ["about_account_id"])
        _one_of(batch, *SUBJECTS, "about_account_id")
    allow("decision", "verb", "verb", (*VERBS, *OF_ACCOUNTS))
    _rename_what_may_be_undone()


def _one_of(batch: BatchOperations, *columns: str) -> None:
    name = op.f("ck_decision_one_subject")
    said = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, f"{said} = 1")


def _rename_what_may_be_undone() -> None:
    """An approval of a minute ago may be undone after the upgrade: its letters, which wait, are looked for by its name."""
    op.execute(
        """
        UPDATE outbox_message SET event = 'decision:' || (
            SELECT max(decision.id) FROM decision
            WHERE decision.match_id = outbox_message.match_id AND decision.verb = 'approve'
        )
        WHERE message IN ('match_found', 'match_approved', 'next_donor') AND state IN ('pending', 'claimed')
        AND EXISTS (
            SELECT 1 FROM decision WHERE decision.match_id = outbox_message.match_id AND decision.verb = 'approve'
        )
        """
    )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM decision WHERE about_account_id IS NOT NULL"))
    allow("decision", "verb", "verb", VERBS)
    with op.batch_alter_table("decision") as batch:
        _one_of(batch, *SUBJECTS)
        batch.drop_index(op.f("ix_decision_about_account_id"))
        batch.drop_constraint(op.f("fk_decision_about_account_id_account"), type_="foreignkey")
        batch.drop_column("about_account_id")
