"""Keep who is signed in where on the server's side, who tried, and the devices that accounts know.

After: 0071
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow
from notifications.types import UtcDateTime

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

BEFORE = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume", "meet",
    "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule", "reschedule",
    "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message", "correct", "set_aside",
    "put_back", "merge", "join", "leave", "give_part", "ask_links", "ask_receipt", "prepare_receipt", "hand_receipt", "refuse_receipt",
)  # fmt: skip
ADDED = ("new_device", "close_sessions", "disown")
SEEN = {"browser": 40, "system": 40, "network": 60}


def _texts(table: str, **lengths: int) -> list[sa.schema.SchemaItem]:
    """NOT NULL texts of these greatest lengths."""
    return [
        *(sa.Column(name, sa.String(most), nullable=False) for name, most in lengths.items()),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
            for name, most in lengths.items()
        ),
    ]


def _of_account(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id_account"), ondelete="CASCADE"
        ),
    ]


def _numbered(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "account_session",
        *_numbered("account_session"),
        *_of_account("account_session"),
        *_texts("account_session", key=64, device_key=64, **SEEN),
        sa.Column("shared", sa.Boolean(), nullable=False),
        _instant("created_at"),
        _instant("last_seen_at"),
        _instant("ended_at", nullable=True),
        sa.UniqueConstraint("key", name=op.f("uq_account_session_key")),
    )
    op.create_table(
        "refused_sign_in",
        *_numbered("refused_sign_in"),
        *_of_account("refused_sign_in"),
        _instant("at"),
        *_texts("refused_sign_in", **SEEN),
    )
    op.create_table(
        "known_device",
        *_of_account("known_device"),
        *_texts("known_device", key=64),
        _instant("last_at"),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_known_device")),
    )
    for table, column in (
        ("account_session", "account_id"),
        ("account_session", "last_seen_at"),
        ("refused_sign_in", "account_id"),
        ("refused_sign_in", "at"),
        ("known_device", "last_at"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    allow("decision", "verb", "verb", (*BEFORE, *ADDED))


def downgrade() -> None:
    op.execute(f"DELETE FROM decision WHERE verb IN ({', '.join(map(repr, ADDED))})")
    allow("decision", "verb", "verb", BEFORE)
    for table in ("known_device", "refused_sign_in", "account_session"):
        op.drop_table(table)
