"""Let an association have a logo.

After: 0068
"""

from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain ALTER: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        "ALTER TABLE photo ADD COLUMN organisation_id INTEGER"
        " CONSTRAINT fk_photo_organisation_id_organisation REFERENCES organisation (id)"
    )
    op.create_index(op.f("ix_photo_organisation_id"), "photo", ["organisation_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_photo_organisation_id"), "photo")
    op.execute("ALTER TABLE photo DROP COLUMN organisation_id")
