"""What an action ships, box by box, and who receives it.

After: 0059
"""

import sqlalchemy as sa
from alembic import op

from notifications.types import UtcDateTime

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

TEXTS = {"english": 2000, "measure": 40, "before": 20}
RANGES = {"number": (1, 9999), "grams": (1, 100_000_000), "litres": (1, 1_000_000), "cents": (0, 100_000_000)}
STATES = ("collected", "packed", "sent", "arrived")
CONDITIONS = ("new", "very_good", "good", "fair", "for_parts")


def _one_of(name: str, kind: str, values: tuple[str, ...]) -> sa.Column[str]:
    check = op.f(f"ck_box_{kind}")
    allowed = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, allowed, nullable=False)


def upgrade() -> None:
    check = "CONSTRAINT ck_action_consignee_length CHECK (length(consignee) <= 200)"
    op.execute(f"ALTER TABLE action ADD COLUMN consignee VARCHAR(200) DEFAULT '' NOT NULL {check}")
    op.create_table(
        "box",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "action_id", "number", "version")),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("grams", "litres", "cents")),
        _one_of("state", "box_state", STATES),
        _one_of("condition", "condition", CONDITIONS),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("contents", "received")),
        *(sa.Column(name, sa.String(length=most), nullable=False) for name, most in TEXTS.items()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_box_{name}_length"))
            for name, most in TEXTS.items()
        ),
        *(
            sa.CheckConstraint(f"{name} BETWEEN {low} AND {high}", name=op.f(f"ck_box_{name}_range"))
            for name, (low, high) in RANGES.items()
        ),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_box_action_id_action")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_box")),
        sa.UniqueConstraint("action_id", "number", name=op.f("uq_box_action_id_number")),
    )


def downgrade() -> None:
    op.drop_table("box")
    op.execute("ALTER TABLE action DROP COLUMN consignee")
