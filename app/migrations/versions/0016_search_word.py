"""The words by which rows are found; `app.migrate` fills them once the schema is the newest

Revision: 0016
After: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    word = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")
    op.create_table(
        "search_word",
        sa.Column(
            "kind",
            sa.Enum(
                "donor", "offer", "need", "committee", "match",
                name=op.f("ck_search_word_findable"), native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        sa.Column("word", word, nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(word) <= 64", name=op.f("ck_search_word_word_length")),
        sa.PrimaryKeyConstraint("kind", "word", "subject_id", name=op.f("pk_search_word")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_search_word_subject", "search_word", ["kind", "subject_id", "word"])


def downgrade() -> None:
    op.drop_index("ix_search_word_subject", "search_word")
    op.drop_table("search_word")
