"""Notes: what somebody wrote down, and when to come back to it; letters are found by whom they are to

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SUBJECTS = ("offer", "need", "match", "donor", "committee")
CALLS = ("no_answer", "left_message", "calls_back", "agrees", "refuses", "reached")
INDEXED = (*(f"{subject}_id" for subject in SUBJECTS), "due_at")


def upgrade() -> None:
    call = sa.Enum(*CALLS, name="call_outcome", native_enum=False, create_constraint=True, length=40)
    said = " + ".join(f"CASE WHEN {subject}_id IS NULL THEN 0 ELSE 1 END" for subject in SUBJECTS)
    pointers = {f"{subject}_id": subject for subject in SUBJECTS} | {
        "for_id": "account",
        "done_by_id": "account",
    }
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        *(sa.Column(f"{subject}_id", sa.Integer(), nullable=True) for subject in SUBJECTS),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call", call, nullable=True),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("for_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.CheckConstraint(f"{said} = 1", name=op.f("ck_note_one_subject")),
        sa.CheckConstraint("length(submission_key) <= 64", name=op.f("ck_note_submission_key_length")),
        sa.CheckConstraint("length(words) <= 2000", name=op.f("ck_note_words_length")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_note_{column}_{table}"))
            for column, table in {**pointers, "author_id": "account"}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_note_submission_key")),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_note_{column}"), "note", [column])
    op.create_index("ix_outbox_message_party", "outbox_message", ["party"])


def downgrade() -> None:
    op.drop_index("ix_outbox_message_party", "outbox_message")
    op.drop_table("note")
