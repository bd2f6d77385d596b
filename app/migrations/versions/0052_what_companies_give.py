"""What companies and institutions give: from which sites, what it is worth, what it weighs

Revision: 0052
After: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

TEXTS = {
    "key": 64, "company": 120, "siret": 14, "contact_name": 120, "contact_function": 120, "contact_email": 254, "contact_phone": 60
}  # fmt: skip
LINKED = ("offer", "listing")
COLUMNS = (
    (
        "offer",
        "site",
        "VARCHAR(120) DEFAULT '' NOT NULL CONSTRAINT ck_offer_site_length CHECK (length(site) <= 120)",
    ),
    (
        "offer",
        "site_contact",
        "VARCHAR(200) DEFAULT '' NOT NULL CONSTRAINT ck_offer_site_contact_length CHECK (length(site_contact) <= 200)",
    ),
    ("offer", "dock", "BOOLEAN"),
    ("offer", "lift_truck", "BOOLEAN"),
    (
        "offered_item",
        "unit_value",
        "INTEGER CONSTRAINT ck_offered_item_unit_value_range CHECK (unit_value BETWEEN 0 AND 1000000000)",
    ),
    (
        "offered_item",
        "unit_grams",
        "INTEGER CONSTRAINT ck_offered_item_unit_grams_range CHECK (unit_grams BETWEEN 1 AND 1000000000)",
    ),
)


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "consignment",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length=most), nullable=False) for name, most in TEXTS.items()),
        sa.Column("donor_id", sa.Integer(), nullable=True),
        sa.Column("kind", _enum("giver_kind", "company", "association", "state", "local"), nullable=False),
        sa.Column("language", _enum("language", "fr", "en"), nullable=False),
        sa.Column("sites", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(
            sa.CheckConstraint(f'length("{name}") <= {most}', name=op.f(f"ck_consignment_{name}_length"))
            for name, most in TEXTS.items()
        ),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_consignment_donor_id_donor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consignment")),
        sa.UniqueConstraint("key", name=op.f("uq_consignment_key")),
    )
    for name in ("donor_id", "started_at"):
        op.create_index(op.f(f"ix_consignment_{name}"), "consignment", [name])
    # Plain ALTERs: a table made anew would be dropped first, and SQLite would delete what hangs on it.
    for table in LINKED:
        refers = f"INTEGER CONSTRAINT fk_{table}_consignment_id_consignment REFERENCES consignment (id)"
        op.execute(f"ALTER TABLE {table} ADD COLUMN consignment_id {refers}")
        op.create_index(op.f(f"ix_{table}_consignment_id"), table, ["consignment_id"])
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def downgrade() -> None:
    for table, column, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    for table in LINKED:
        op.drop_index(op.f(f"ix_{table}_consignment_id"), table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN consignment_id")
    op.drop_table("consignment")
