"""Let programs act for a committee with tokens of which every call is remembered, tell its addresses what happens to it, and share gifts with
another portal.

After: 0062
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(digest) <= 64", name=op.f("ck_api_token_digest_length")),
        sa.CheckConstraint("length(name) <= 120", name=op.f("ck_api_token_name_length")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_api_token_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_api_token_made_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_committee_id"), "api_token", ["committee_id"])

    op.create_table(
        "api_answer",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("key") <= 64', name=op.f("ck_api_answer_key_length")),
        sa.CheckConstraint("length(asked) <= 64", name=op.f("ck_api_answer_asked_length")),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_token.id"], name=op.f("fk_api_answer_token_id_api_token")
        ),
        sa.PrimaryKeyConstraint("token_id", "key", name=op.f("pk_api_answer")),
    )
    op.create_index(op.f("ix_api_answer_at"), "api_answer", ["at"])

    op.create_table(
        "api_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(method) <= 10", name=op.f("ck_api_call_method_length")),
        sa.CheckConstraint("length(path) <= 200", name=op.f("ck_api_call_path_length")),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_api_call_token_id_api_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_call")),
    )
    op.create_index(op.f("ix_api_call_at"), "api_call", ["at"])
    op.create_index("ix_api_call_token_id_at", "api_call", ["token_id", "at"])

    op.create_table(
        "dry_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.CheckConstraint('length("key") <= 64', name=op.f("ck_dry_run_key_length")),
        sa.CheckConstraint("length(trouble) <= 20", name=op.f("ck_dry_run_trouble_length")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_dry_run_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name=op.f("fk_dry_run_token_id_api_token")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dry_run")),
        sa.UniqueConstraint("key", name=op.f("uq_dry_run_key")),
    )
    op.create_index(op.f("ix_dry_run_asked_at"), "dry_run", ["asked_at"])

    op.create_table(
        "api_offered",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_api_offered_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["token_id"], ["api_token.id"], name=op.f("fk_api_offered_token_id_api_token")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_api_offered")),
    )
    op.create_index(op.f("ix_api_offered_token_id"), "api_offered", ["token_id"])

    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(nonce) <= 64", name=op.f("ck_webhook_nonce_length")),
        sa.CheckConstraint("length(url) <= 200", name=op.f("ck_webhook_url_length")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_webhook_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_webhook_made_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_committee_id"), "webhook", ["committee_id"])

    op.create_table(
        "hook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "need.published",
                "need.closed",
                "match.proposed",
                "match.accepted",
                "match.handed_over",
                name="hook_event",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "pending",
                "claimed",
                "sent",
                "cancelled",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(answer) <= 200", name=op.f("ck_hook_delivery_answer_length")),
        sa.CheckConstraint("length(body) <= 2000", name=op.f("ck_hook_delivery_body_length")),
        sa.CheckConstraint("length(uid) <= 36", name=op.f("ck_hook_delivery_uid_length")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_hook_delivery_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_hook_delivery_webhook_id_webhook")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_delivery")),
        sa.UniqueConstraint("uid", name=op.f("uq_hook_delivery_uid")),
        sa.UniqueConstraint(
            "webhook_id", "decision_id", name=op.f("uq_hook_delivery_webhook_id_decision_id")
        ),
    )
    op.create_index(op.f("ix_hook_delivery_at"), "hook_delivery", ["at"])
    op.create_index("ix_hook_delivery_outcome_due_at", "hook_delivery", ["outcome", "due_at"])

    op.create_table(
        "published_offer",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=200), nullable=False),
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("paused", sa.JSON(), nullable=False),
        sa.Column("trouble", sa.String(length=200), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(trouble) <= 200", name=op.f("ck_published_offer_trouble_length")),
        sa.CheckConstraint("length(url) <= 200", name=op.f("ck_published_offer_url_length")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_published_offer_offer_id_offer")),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_published_offer")),
    )
    op.create_index(op.f("ix_published_offer_over_at"), "published_offer", ["over_at"])


def downgrade() -> None:
    for table in (
        "published_offer",
        "hook_delivery",
        "webhook",
        "api_offered",
        "dry_run",
        "api_call",
        "api_answer",
        "api_token",
    ):
        op.drop_table(table)
