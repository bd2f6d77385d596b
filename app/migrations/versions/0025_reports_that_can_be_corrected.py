"""What came of an article piece by piece: what is gone, what meets the need, how it looked; and reports that are corrected

Revision: 0025
After: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain ALTERs: SQLite then copies no table that much hangs on, and a check stays with its column.
    op.execute(
        'ALTER TABLE "match" ADD COLUMN gone_quantity INTEGER DEFAULT 0 NOT NULL'
        " CONSTRAINT ck_match_gone_quantity_range CHECK (gone_quantity BETWEEN 0 AND quantity)"
    )
    op.execute('ALTER TABLE "match" ADD COLUMN meets_need BOOLEAN DEFAULT true NOT NULL')
    # Until now what did not come was not asked about, and counted as gone.
    op.execute(
        'UPDATE "match" SET gone_quantity = quantity - received_quantity'
        " WHERE state = 'completed' AND received_quantity < quantity"
    )
    op.execute(
        "ALTER TABLE photo ADD COLUMN match_id INTEGER"
        ' CONSTRAINT fk_photo_match_id_match REFERENCES "match" (id)'
    )
    op.create_index(op.f("ix_photo_match_id"), "photo", ["match_id"])


def downgrade() -> None:
    op.execute("DELETE FROM photo WHERE match_id IS NOT NULL")
    op.drop_index(op.f("ix_photo_match_id"), "photo")
    op.execute("ALTER TABLE photo DROP COLUMN match_id")
    op.execute('ALTER TABLE "match" DROP COLUMN meets_need')
    op.execute('ALTER TABLE "match" DROP COLUMN gone_quantity')
