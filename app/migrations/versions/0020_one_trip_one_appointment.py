"""One appointment for all that goes from one offer to one committee, and letters about several articles

Revision: 0020
After: 0019

What is there becomes trips of one article. On the way back each article has an appointment of its own.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

CONDITIONS = ("new", "very_good", "good", "fair", "for_parts")
SAID = ("donor_says", "committee_says")
OF_AN_ARTICLE = (*SAID, "received_quantity", "received_condition")
TERMS = (
    "transport", "place", "committee_note", "donor_note", "starts_at", "ends_at", "sequence", "fixed_at", "reminded_at", "asked_at",
    "created_at",
)  # fmt: skip
LISTED = ", ".join(map(repr, CONDITIONS))
OF_A_MATCH = (
    ("handover_id", "INTEGER", "fk_match_handover_id_handover", "REFERENCES handover (id)"),
    ("donor_says", "VARCHAR(10)", "ck_match_donor_says_length", "CHECK (length(donor_says) <= 10)"),
    (
        "committee_says",
        "VARCHAR(10)",
        "ck_match_committee_says_length",
        "CHECK (length(committee_says) <= 10)",
    ),
    (
        "received_quantity",
        "INTEGER",
        "ck_match_received_quantity_range",
        "CHECK (received_quantity BETWEEN 0 AND 1000000)",
    ),
    ("received_condition", "VARCHAR(40)", "ck_match_condition", f"CHECK (received_condition IN ({LISTED}))"),
)
"""Columns of a match: type, the name of the rule, the rule."""

APPROVED = "approved_at IS NOT NULL OR state IN ('approved', 'accepted', 'scheduled', 'completed')"


def upgrade() -> None:
    # Plain ALTERs: SQLite then copies no table that much hangs on, and a check that stands with its column stays there.
    for column, kind, name, rule in OF_A_MATCH:
        op.execute(f'ALTER TABLE "match" ADD COLUMN {column} {kind} CONSTRAINT {name} {rule}')
    with op.batch_alter_table("handover") as batch:
        for column in ("offer_id", "committee_id"):
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
    _trips_for_all_that_was_approved()
    with op.batch_alter_table("handover") as batch:
        batch.drop_constraint(op.f("uq_handover_match_id"), type_="unique")
        batch.drop_constraint(op.f("fk_handover_match_id_match"), type_="foreignkey")
        batch.drop_column("match_id")
        _drop_what_is_said(batch)
        for column, table in (("offer_id", "offer"), ("committee_id", "committee")):
            batch.alter_column(column, existing_type=sa.Integer(), nullable=False)
            batch.create_foreign_key(op.f(f"fk_handover_{column}_{table}"), table, [column], ["id"])
            batch.create_index(op.f(f"ix_handover_{column}"), [column])
    op.create_index(op.f("ix_match_handover_id"), "match", ["handover_id"])
    _letters_about_trips()


def _trips_for_all_that_was_approved() -> None:
    op.execute(
        f"""
        INSERT INTO handover (match_id, transport, place, committee_note, donor_note, uid, sequence, created_at)
        SELECT id, transport, '', '', '', 'remise-' || id || '@portail-des-dons', 0, coalesce(approved_at, proposed_at)
        FROM match WHERE ({APPROVED}) AND id NOT IN (SELECT match_id FROM handover)
        """
    )
    op.execute(
        """
        UPDATE handover SET
            offer_id = (
                SELECT offered_item.offer_id FROM match JOIN offered_item ON offered_item.id = match.offered_item_id
                WHERE match.id = handover.match_id
            ),
            committee_id = (
                SELECT need.committee_id FROM match JOIN need ON need.id = match.need_id WHERE match.id = handover.match_id
            )
        """
    )
    _copy("match", "handover", "handover.match_id = match.id", {"handover_id": "id", **_same(OF_AN_ARTICLE)})


def _same(columns: Iterable[str]) -> dict[str, str]:
    return {column: column for column in columns}


def _copy(table: str, source: str, found_by: str, columns: dict[str, str]) -> None:
    """Each column of `table` from a column of the row of `source`; rows without one stay."""
    taken = ", ".join(
        f"{column} = (SELECT {source}.{origin} FROM {source} WHERE {found_by})"
        for column, origin in columns.items()
    )
    op.execute(f"UPDATE {table} SET {taken} WHERE EXISTS (SELECT 1 FROM {source} WHERE {found_by})")


def _add_what_is_said(batch: BatchOperations) -> None:
    for column in SAID:
        batch.add_column(sa.Column(column, sa.String(10), nullable=True))
        batch.create_check_constraint(op.f(f"ck_handover_{column}_length"), f"length({column}) <= 10")
    batch.add_column(sa.Column("received_quantity", sa.Integer(), nullable=True))
    batch.create_check_constraint(
        op.f("ck_handover_received_quantity_range"), "received_quantity BETWEEN 0 AND 1000000"
    )
    batch.add_column(sa.Column("received_condition", sa.String(40), nullable=True))
    batch.create_check_constraint(op.f("ck_handover_condition"), f"received_condition IN ({LISTED})")


def _drop_what_is_said(batch: BatchOperations) -> None:
    for name in (*(f"{column}_length" for column in SAID), "received_quantity_range", "condition"):
        batch.drop_constraint(op.f(f"ck_handover_{name}"), type_="check")
    for column in OF_AN_ARTICLE:
        batch.drop_column(column)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _letters_about_trips() -> None:
    # Column by column: SQLite copies no table of letters, and a check that stands with its column stays there.
    op.add_column("outbox_message", sa.Column("handover_id", sa.Integer(), nullable=True))
    op.add_column("outbox_message", sa.Column("match_ids", sa.JSON(), nullable=True))
    listed = "'[' || match_id || ']'" if _is_sqlite() else "json_build_array(match_id)"
    op.execute("UPDATE outbox_message SET match_ids = '[]' WHERE match_id IS NULL")
    op.execute(
        f"""
        UPDATE outbox_message SET match_ids = {listed},
            handover_id = (SELECT match.handover_id FROM match WHERE match.id = outbox_message.match_id)
        WHERE match_id IS NOT NULL
        """
    )
    op.drop_index("ix_outbox_message_match_id", "outbox_message")
    op.drop_column("outbox_message", "match_id")
    op.create_index("ix_outbox_message_handover_id", "outbox_message", ["handover_id"])


def downgrade() -> None:
    op.add_column("outbox_message", sa.Column("match_id", sa.Integer(), nullable=True))
    first = "json_extract(match_ids, '$[0]')" if _is_sqlite() else "CAST(match_ids ->> 0 AS INTEGER)"
    op.execute(f"UPDATE outbox_message SET match_id = {first}")
    op.drop_index("ix_outbox_message_handover_id", "outbox_message")
    op.drop_column("outbox_message", "handover_id")
    op.drop_column("outbox_message", "match_ids")
    op.create_index("ix_outbox_message_match_id", "outbox_message", ["match_id"])
    with op.batch_alter_table("handover") as batch:
        for column, table in (("offer_id", "offer"), ("committee_id", "committee")):
            batch.drop_index(op.f(f"ix_handover_{column}"))
            batch.drop_constraint(op.f(f"fk_handover_{column}_{table}"), type_="foreignkey")
            batch.drop_column(column)
        batch.add_column(sa.Column("match_id", sa.Integer(), nullable=True))
        _add_what_is_said(batch)
    _an_appointment_for_each_article()
    op.drop_index(op.f("ix_match_handover_id"), "match")
    for column, *_rest in OF_A_MATCH:
        op.execute(f'ALTER TABLE "match" DROP COLUMN {column}')
    with op.batch_alter_table("handover") as batch:
        batch.alter_column("match_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            op.f("fk_handover_match_id_match"), "match", ["match_id"], ["id"], ondelete="CASCADE"
        )
        batch.create_unique_constraint(op.f("uq_handover_match_id"), ["match_id"])


def _an_appointment_for_each_article() -> None:
    """The first article keeps the trip's row, the others get copies; a trip of none is forgotten."""
    op.execute(
        "UPDATE handover SET match_id = (SELECT min(match.id) FROM match WHERE match.handover_id = handover.id)"
    )
    op.execute(
        "DELETE FROM handover_slot WHERE handover_id IN (SELECT id FROM handover WHERE match_id IS NULL)"
    )
    op.execute(
        "UPDATE match SET handover_id = NULL WHERE handover_id IN (SELECT id FROM handover WHERE match_id IS NULL)"
    )
    op.execute("DELETE FROM handover WHERE match_id IS NULL")
    terms = ", ".join(TERMS)
    op.execute(
        f"""
        INSERT INTO handover (match_id, uid, {terms})
        SELECT match.id, handover.uid || '-' || match.id, {", ".join(f"handover.{column}" for column in TERMS)}
        FROM match JOIN handover ON handover.id = match.handover_id WHERE match.id <> handover.match_id
        """
    )
    op.execute(
        """
        INSERT INTO handover_slot (handover_id, starts_at, ends_at)
        SELECT copy.id, handover_slot.starts_at, handover_slot.ends_at
        FROM handover_slot
        JOIN match ON match.handover_id = handover_slot.handover_id
        JOIN handover AS copy ON copy.match_id = match.id AND copy.id <> match.handover_id
        """
    )
    _copy("handover", "match", "match.id = handover.match_id", _same(OF_AN_ARTICLE))
