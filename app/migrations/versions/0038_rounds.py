"""A committee's van collects the trips of a day in one round; what is decided about rounds

Revision: 0038
After: 0037
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from notifications.types import UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

SUBJECTS = ("offer_id", "need_id", "match_id", "about_account_id", "donor_id", "committee_id")
STATES = ("draft", "proposed", "cancelled")
OUTSIDE = (
    "large", "hours", "full", "time", "day", "unanswered", "asked", "other_time", "many", "taken_out", "gone",
)  # fmt: skip


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=op.f(name), native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("state", _one_of(STATES, "ck_round_round_state"), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("litres", sa.Integer(), nullable=False),
        sa.Column("speed_kmh", sa.Integer(), nullable=False),
        sa.Column("leaves_at", UtcDateTime(), nullable=True),
        sa.Column("returns_at", UtcDateTime(), nullable=True),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_round_time_order")),
        sa.CheckConstraint("litres BETWEEN 1 AND 100000", name=op.f("ck_round_litres_range")),
        sa.CheckConstraint("speed_kmh BETWEEN 5 AND 130", name=op.f("ck_round_speed_kmh_range")),
        sa.CheckConstraint("length(submission_key) <= 64", name=op.f("ck_round_submission_key_length")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_round_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_round_submission_key")),
    )
    op.create_index(op.f("ix_round_committee_id"), "round", ["committee_id"])
    op.create_index(op.f("ix_round_starts_at"), "round", ["starts_at"])
    op.create_table(
        "round_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("arrives_at", UtcDateTime(), nullable=True),
        sa.Column("leaves_at", UtcDateTime(), nullable=True),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("outside", _one_of(OUTSIDE, "ck_round_stop_outside"), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("not_after", UtcDateTime(), nullable=True),
        sa.CheckConstraint("leaves_at >= arrives_at", name=op.f("ck_round_stop_time_order")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_stop_round_id_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_round_stop_handover_id_handover")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_stop")),
        sa.UniqueConstraint("round_id", "handover_id", name=op.f("uq_round_stop_round_id_handover_id")),
    )
    op.create_index(op.f("ix_round_stop_round_id"), "round_stop", ["round_id"])
    op.create_index(op.f("ix_round_stop_handover_id"), "round_stop", ["handover_id"])
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("round_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_decision_round_id_round"), "round", ["round_id"], ["id"])
        batch.create_index(op.f("ix_decision_round_id"), ["round_id"])
        _subject_among(batch, *SUBJECTS, "round_id")


def _subject_among(batch: BatchOperations, *columns: str) -> None:
    name = op.f("ck_decision_one_subject")
    said = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    batch.drop_constraint(name, type_="check")
    batch.create_check_constraint(name, f"{said} = 1")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM decision WHERE round_id IS NOT NULL"))
    with op.batch_alter_table("decision") as batch:
        _subject_among(batch, *SUBJECTS)
        batch.drop_index(op.f("ix_decision_round_id"))
        batch.drop_constraint(op.f("fk_decision_round_id_round"), type_="foreignkey")
        batch.drop_column("round_id")
    op.drop_table("round_stop")
    op.drop_table("round")
