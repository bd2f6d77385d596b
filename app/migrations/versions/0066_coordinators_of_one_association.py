"""Let a coordinator answer for one association alone.

After: 0065
"""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

ONLY = "CONSTRAINT ck_account_whose_coordinator CHECK (organisation_id IS NULL OR role = 'coordinator')"


def upgrade() -> None:
    # A plain ALTER: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    op.execute(
        "ALTER TABLE account ADD COLUMN organisation_id INTEGER"
        f" CONSTRAINT fk_account_organisation_id_organisation REFERENCES organisation (id) {ONLY}"
    )
    op.create_index(op.f("ix_account_organisation_id"), "account", ["organisation_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_account_organisation_id"), "account")
    op.execute("ALTER TABLE account DROP COLUMN organisation_id")
