"""Second factors of accounts: applications of codes, passkeys, recovery codes, devices that are trusted

After: 0072
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow
from notifications.types import UtcDateTime

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

BEFORE = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume", "meet",
    "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule", "reschedule",
    "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message", "correct", "set_aside",
    "put_back", "merge", "join", "leave", "give_part", "ask_links", "ask_receipt", "prepare_receipt", "hand_receipt", "refuse_receipt",
    "new_device", "close_sessions", "disown",
)  # fmt: skip
ADDED = ("add_factor", "remove_factor", "use_recovery_code", "renew_recovery_codes", "reset_factors")


def _table(name: str, texts: dict[str, int], *rest: sa.schema.SchemaItem) -> None:
    """A table of rows that are an account's."""
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        *(sa.Column(each, sa.String(length=most), nullable=False) for each, most in texts.items()),
        *rest,
        *(
            sa.CheckConstraint(f"length({each}) <= {most}", name=op.f(f"ck_{name}_{each}_length"))
            for each, most in texts.items()
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{name}_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_account_id"), name, ["account_id"])


def _instant(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def upgrade() -> None:
    kind = sa.Enum(
        "application", "passkey",
        name=op.f("ck_factor_factor_kind"), native_enum=False, create_constraint=True, length=40,
    )  # fmt: skip
    _table(
        "factor",
        {"name": 120, "secret": 2000},
        sa.Column("kind", kind, nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        _instant("created_at"),
        _instant("last_used_at", nullable=True),
        sa.CheckConstraint("length(credential_id) <= 1400", name=op.f("ck_factor_credential_id_length")),
        sa.CheckConstraint(
            "(kind = 'passkey') = (credential_id IS NOT NULL)", name=op.f("ck_factor_which_credential")
        ),
        sa.UniqueConstraint("credential_id", name=op.f("uq_factor_credential_id")),
    )
    _table("recovery_code", {"digest": 64}, _instant("made_at"), _instant("used_at", nullable=True))
    _table(
        "trusted_device",
        {"digest": 64, "name": 120},
        _instant("made_at"),
        _instant("expires_at"),
        sa.UniqueConstraint("digest", name=op.f("uq_trusted_device_digest")),
    )
    op.create_table(
        "factor_trial",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        _instant("last_at"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_factor_trial_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_factor_trial")),
    )
    op.add_column("account", _instant("factors_since", nullable=True))
    allow("decision", "verb", "verb", (*BEFORE, *ADDED))


def downgrade() -> None:
    op.execute(f"DELETE FROM decision WHERE verb IN ({', '.join(map(repr, ADDED))})")
    allow("decision", "verb", "verb", BEFORE)
    op.execute("ALTER TABLE account DROP COLUMN factors_since")
    for name in ("factor_trial", "trusted_device", "recovery_code", "factor"):
        op.drop_table(name)
