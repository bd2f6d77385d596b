"""How actions go on and end: kind, steps, conclusion.

After: 0061
"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kinds = "CONSTRAINT ck_action_action_kind CHECK (kind IN ('things', 'works'))"
    op.execute(f"ALTER TABLE action ADD COLUMN kind VARCHAR(40) DEFAULT 'things' NOT NULL {kinds}")
    check = "CONSTRAINT ck_action_conclusion_length CHECK (length(conclusion) <= 4000)"
    op.execute(f"ALTER TABLE action ADD COLUMN conclusion VARCHAR(4000) DEFAULT '' NOT NULL {check}")
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.execute(f"ALTER TABLE action ADD COLUMN closed_at {moment}")
    op.create_table(
        "action_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(words) <= 200", name=op.f("ck_action_step_words_length")),
        sa.CheckConstraint("length(submission_key) <= 64", name=op.f("ck_action_step_submission_key_length")),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_action_step_action_id_action")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_action_step_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_step")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_action_step_submission_key")),
    )
    op.create_index(op.f("ix_action_step_action_id"), "action_step", ["action_id"])
    op.create_index(op.f("ix_action_step_due"), "action_step", ["due"])


def downgrade() -> None:
    op.drop_table("action_step")
    for name in ("closed_at", "conclusion", "kind"):
        op.execute(f"ALTER TABLE action DROP COLUMN {name}")
