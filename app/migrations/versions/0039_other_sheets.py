"""A workbook may have sheets that were not read

Revision: 0039
After: 0038
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE listing ADD COLUMN other_tabs INTEGER DEFAULT 0 NOT NULL")


def downgrade() -> None:
    op.drop_column("listing", "other_tabs")
