"""An article that its donor pauses; a donor who asks for the links again

Revision: 0046
After: 0045
"""

import sqlalchemy as sa
from alembic import op

from app.migrations.checks import allow

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

SET_ASIDE = sa.text("aside IS NOT NULL")
ASIDES = ("held", "refused", "withdrawn")
VERBS = (
    "record", "confirm", "edit", "extend", "withdraw", "expire", "refuse", "close", "reopen", "declare", "pause", "resume",
    "meet", "propose", "supersede", "approve", "reject", "undo", "accept", "decline", "lapse", "propose_times", "schedule",
    "reschedule", "complete", "fail", "report", "invite", "ask_password", "change_password", "earmark", "release", "message",
    "correct", "set_aside", "put_back", "merge", "join", "leave", "give_part",
)  # fmt: skip


def upgrade() -> None:
    _allow_asides((*ASIDES, "paused"))
    allow("decision", "verb", "verb", (*VERBS, "ask_links"))


def downgrade() -> None:
    op.execute("DELETE FROM decision WHERE verb = 'ask_links'")
    allow("decision", "verb", "verb", VERBS)
    op.execute("UPDATE offered_item SET aside = 'held' WHERE aside = 'paused'")
    _allow_asides(ASIDES)


def _allow_asides(values: tuple[str, ...]) -> None:
    """On SQLite by a new column: a table that is made anew tells its columns' checks apart from them, and no older migration
    could drop such a column."""
    if op.get_bind().dialect.name != "sqlite":
        allow("offered_item", "aside", "aside", values)
        return
    op.drop_index("ix_offered_item_aside", "offered_item")
    op.drop_index("ix_offered_item_offer_id_aside_item", "offered_item")
    op.execute("ALTER TABLE offered_item RENAME COLUMN aside TO was_aside")
    op.execute(
        "ALTER TABLE offered_item ADD COLUMN aside VARCHAR(40)"
        f" CONSTRAINT ck_offered_item_aside CHECK (aside IN ({', '.join(map(repr, values))}))"
    )
    op.execute("UPDATE offered_item SET aside = was_aside WHERE was_aside IS NOT NULL")
    op.execute("ALTER TABLE offered_item DROP COLUMN was_aside")
    op.create_index("ix_offered_item_aside", "offered_item", ["aside"], sqlite_where=SET_ASIDE)
    op.create_index("ix_offered_item_offer_id_aside_item", "offered_item", ["offer_id", "aside", "item"])
