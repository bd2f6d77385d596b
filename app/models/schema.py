"""What the database alone needs of the tables: loaded where they are made or compared, not where rows are read and written."""

import sqlalchemy as sa
from sqlmodel import SQLModel, col
from sqlmodel.sql.sqltypes import AutoString

from app.models import Decision, Match, Need, OfferedItem, ReusePlace

metadata = SQLModel.metadata
SET_ASIDE = sa.text("aside IS NOT NULL")
NAMELESS = sa.text("item IS NULL")
REASONED = sa.text("reason IS NOT NULL")
LIVE = sa.text("state IN ('proposed','approved','accepted','scheduled')")

# One live pairing at most between the same article and the same need.
sa.Index(
    "uq_match_live_pair",
    col(Match.offered_item_id),
    col(Match.need_id),
    unique=True,
    sqlite_where=LIVE,
    postgresql_where=LIVE,
)

# Of the few that are set aside: SQLite would take an index of all articles for a way to the others.
sa.Index("ix_offered_item_aside", col(OfferedItem.aside), sqlite_where=SET_ASIDE, postgresql_where=SET_ASIDE)
# Of the few that nobody has named: counted for each page of a coordinator.
sa.Index(
    "ix_need_nameless",
    col(Need.state),
    col(Need.declared_at),
    sqlite_where=NAMELESS,
    postgresql_where=NAMELESS,
)
# Of those that have one: most decisions have none.
sa.Index(
    "ix_decision_reason_at",
    col(Decision.reason),
    col(Decision.at),
    sqlite_where=REASONED,
    postgresql_where=REASONED,
)
# Of the places of a box, those that do one thing for a kind of object: told by the index alone.
for _does in ("gives", "sorts", "repairs"):
    _mask = metadata.tables["reuse_place"].c[_does]
    sa.Index(
        f"ix_reuse_place_{_does}",
        col(ReusePlace.band),
        col(ReusePlace.longitude),
        col(ReusePlace.latitude),
        _mask,
        sqlite_where=(_mask != 0) & ~col(ReusePlace.removed),
        postgresql_where=(_mask != 0) & ~col(ReusePlace.removed),
    )
# Of the few that coordinators look after.
sa.Index(
    "ix_reuse_place_by_hand",
    col(ReusePlace.postal_code),
    sqlite_where=sa.text("by_hand"),
    postgresql_where=sa.text("by_hand"),
)


def _bound_texts() -> None:
    """Turn each VARCHAR's length into a CHECK, because SQLite ignores the length."""
    for table in metadata.tables.values():
        for column in table.columns:
            kind = column.type
            if isinstance(kind, sa.String | AutoString) and not isinstance(kind, sa.Enum) and kind.length:
                table.append_constraint(
                    sa.CheckConstraint(sa.func.length(column) <= kind.length, name=f"{column.name}_length")
                )


_bound_texts()
