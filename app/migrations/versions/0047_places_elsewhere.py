"""Places outside the portal that take, repair or sort things

Revision: 0047
After: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TEXTS = {
    "name": 200, "street": 200, "postal_code": 10, "commune": 120, "phone": 60, "website": 200, "hours": 500, "sources": 200
}  # fmt: skip
MASKS = ("gives", "sorts", "repairs")


def upgrade() -> None:
    op.create_table(
        "reuse_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reuse_import")),
    )
    kind = sa.Enum(
        "recyclery", "charity", "tip", "point", "town", "shop", "other",
        name="place_kind", native_enum=False, create_constraint=True, length=40,
    )  # fmt: skip
    op.create_table(
        "reuse_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(length=64), nullable=True),
        *(sa.Column(name, sa.String(length=most), nullable=False) for name, most in TEXTS.items()),
        sa.Column("kind", kind, nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("by_appointment", sa.Boolean(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in MASKS),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_reuse_place_latitude_range")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_reuse_place_longitude_range")),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_reuse_place_{name}_length"))
            for name, most in (TEXTS | {"identifier": 64}).items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reuse_place")),
        sa.UniqueConstraint("identifier", name=op.f("uq_reuse_place_identifier")),
    )
    op.create_index(op.f("ix_reuse_place_postal_code"), "reuse_place", ["postal_code"])
    op.create_index(
        "ix_reuse_place_by_hand",
        "reuse_place",
        ["postal_code"],
        sqlite_where=sa.text("by_hand"),
        postgresql_where=sa.text("by_hand"),
    )
    for mask in MASKS:
        op.create_index(
            f"ix_reuse_place_{mask}",
            "reuse_place",
            ["band", "longitude", "latitude", mask],
            sqlite_where=sa.text(f"{mask} != 0 AND removed = 0"),
            postgresql_where=sa.text(f"{mask} != 0 AND NOT removed"),
        )


def downgrade() -> None:
    op.drop_table("reuse_place")
    op.drop_table("reuse_import")
