"""A committee's public computer room.

After: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

TEXTS = {"place": 200, "words": 2000, "phone": 60, "email": 254}


def upgrade() -> None:
    op.create_table(
        "computer_room",
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("computers", sa.Integer(), nullable=True),
        *(
            sa.Column(name, sa.JSON(), nullable=False)
            for name in ("opening_hours", "uses", "helps", "access", "sites")
        ),
        *(sa.Column(name, sa.String(most), nullable=False) for name, most in TEXTS.items()),
        sa.CheckConstraint("computers BETWEEN 0 AND 500", name=op.f("ck_computer_room_computers_range")),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_computer_room_{name}_length"))
            for name, most in TEXTS.items()
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
            name=op.f("fk_computer_room_committee_id_committee"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("committee_id", name=op.f("pk_computer_room")),
    )


def downgrade() -> None:
    op.drop_table("computer_room")
