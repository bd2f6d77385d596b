"""Pictures of an action, each with what it shows.

After: 0058
"""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTERs: a table made anew would be dropped first, and could not give back the columns of former ones.
    check = "CONSTRAINT ck_photo_caption_length CHECK (length(caption) <= 200)"
    op.execute(
        "ALTER TABLE photo ADD COLUMN action_id INTEGER CONSTRAINT fk_photo_action_id_action REFERENCES action (id)"
    )
    op.execute(f"ALTER TABLE photo ADD COLUMN caption VARCHAR(200) DEFAULT '' NOT NULL {check}")
    op.create_index(op.f("ix_photo_action_id"), "photo", ["action_id"])


def downgrade() -> None:
    op.execute("DELETE FROM photo WHERE action_id IS NOT NULL")
    op.drop_index(op.f("ix_photo_action_id"), "photo")
    op.execute("ALTER TABLE photo DROP COLUMN caption")
    op.execute("ALTER TABLE photo DROP COLUMN action_id")
