"""What an association needs for a tax receipt, and whether it may issue one

Revision: 0056
After: 0055
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow
from notifications.types import UtcDateTime

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

BEFORE = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume", "meet",
    "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule", "reschedule",
    "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message", "correct", "set_aside",
    "put_back", "merge", "join", "leave", "give_part", "ask_links",
)  # fmt: skip
ADDED = ("ask_receipt", "prepare_receipt", "hand_receipt", "refuse_receipt")
SAID = {"kind": 40, "registered_as": 14, "seat": 200, "purpose": 200}
TEXTS = {
    "company": 120, "siret": 14, "legal_form": 60, "name": 120, "street": 200, "postal_code": 10, "commune": 120, "note": 2000,
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("handover_id", "organisation_id", "offer_id")),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "prepared", "handed_over", "refused",
                name=op.f("ck_receipt_receipt_state"), native_enum=False, create_constraint=True, length=40,
            ),
            nullable=False,
        ),
        *(sa.Column(name, sa.String(length=most), nullable=False) for name, most in TEXTS.items()),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_receipt_number_range")),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_receipt_cents_range")),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_receipt_{name}_length"))
            for name, most in TEXTS.items()
        ),
        *(
            sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_receipt_{table}_id_{table}"))
            for table in ("handover", "organisation", "offer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("handover_id", name=op.f("uq_receipt_handover_id")),
        sa.UniqueConstraint("organisation_id", "year", "number", name=op.f("uq_receipt_organisation_id_year_number")),
    )  # fmt: skip
    op.create_index(op.f("ix_receipt_organisation_id"), "receipt", ["organisation_id"])
    op.create_index(op.f("ix_receipt_offer_id"), "receipt", ["offer_id"])
    op.create_index("ix_receipt_state_asked_at", "receipt", ["state", "asked_at"])
    with op.batch_alter_table("organisation") as table:
        table.add_column(sa.Column("receipts", sa.Boolean(), nullable=False, server_default=sa.text("false")))
        for name, most in SAID.items():
            table.add_column(
                sa.Column(name, sa.String(length=most), nullable=False, server_default=sa.text("''"))
            )
            table.create_check_constraint(op.f(f"ck_organisation_{name}_length"), f"length({name}) <= {most}")
    allow("decision", "verb", "verb", (*BEFORE, *ADDED))


def downgrade() -> None:
    op.execute(f"DELETE FROM decision WHERE verb IN ({', '.join(map(repr, ADDED))})")
    allow("decision", "verb", "verb", BEFORE)
    with op.batch_alter_table("organisation") as table:
        for name in SAID:
            table.drop_constraint(op.f(f"ck_organisation_{name}_length"), type_="check")
            table.drop_column(name)
        table.drop_column("receipts")
    op.drop_table("receipt")
