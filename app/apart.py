"""What the people of one association do not see of another's, though one database holds both.

Within `seen_by(organisation_id)` (`app.db`) each SELECT sees of the tables below only the rows that concern that association, or nobody's:
the statement begins with a common table expression of each table's own name, which stands before the table in all that follows.
So nobody who asks need think of it, past the ORM neither. Statements of a `transaction()` see everything: what is left of an article
depends on what others were promised of it.

An offer is an association's once something ties it to one: a match that was approved, a wish for its committee or action, who
recorded it, an article that is kept. Until then it is everybody's, and so is its donor. One that is several associations' is seen by each
of them, without the matches, notes and decisions of the others.
"""

# ruff: noqa: S608 - each part of these statements stands here; the one value in them is a number.

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, g, has_app_context
from sqlalchemy import event

from app.db import db
from app.models.states import COMMITTED, Role

_APPROVED = ", ".join(f"'{state}'" for state in sorted(COMMITTED))
_TIES = (
    '~"offered_item" i JOIN ~"match" m ON m.offered_item_id = i.id JOIN ~"need" n ON n.id = m.need_id JOIN ~"committee" c'
    f" ON c.id = n.committee_id WHERE i.offer_id = r.id AND m.state IN ({_APPROVED})",
    '~"committee" c WHERE c.id = r.wished_committee_id',
    '~"action" a JOIN ~"committee" c ON c.id = a.committee_id WHERE a.id = r.wished_action_id',
    '~"account" c WHERE c.id = r.recorded_by_id AND c.organisation_id IS NOT NULL',
    '~"membership" m JOIN ~"committee" c ON c.id = m.committee_id WHERE m.account_id = r.recorded_by_id',
    '~"offered_item" i JOIN ~"earmark" e ON e.offered_item_id = i.id JOIN ~"committee" c ON c.id = e.committee_id'
    " WHERE i.offer_id = r.id AND e.released_at IS NULL",
)
"""What ties the offer `r` to the association of `c`."""


_BELONGS = " UNION ALL ".join(
    f"SELECT CASE c.organisation_id WHEN {{us}} THEN 1 ELSE 0 END AS ours FROM {tie}" for tie in _TIES
)


def _of(table: str, column: str) -> str:
    """The row that `column` names is seen."""
    return f'EXISTS (SELECT 1 FROM "{table}" s WHERE s.id = r.{column})'


def _some(table: str, which: str) -> str:
    """There is such a row. PostgreSQL would plan an EXISTS within an OR twice, and what is nested in it four times."""
    return f'(SELECT 1 FROM "{table}" s WHERE {which} LIMIT 1) = 1'


def _if_any(**columns: str) -> str:
    return " AND ".join(
        f"(r.{column} IS NULL OR {_some(table, f's.id = r.{column}')})" for column, table in columns.items()
    )


_ABOUT = _if_any(
    offer_id="offer", need_id="need", match_id="match", donor_id="donor", committee_id="committee"
)
_PORTALS = ", ".join(f"'{role}'" for role in (Role.COORDINATOR, Role.ADMINISTRATOR))
OF_COMMITTEES = (
    "need", "handover", "round", "equipped", "earmark", "api_token", "dry_run", "webhook", "door", "computer_room",
)  # fmt: skip
CONCERNS: Mapping[str, str] = {
    "organisation": "r.id = {us}",
    "committee": "r.organisation_id = {us}",
    "receipt": "r.organisation_id = {us}",
    "membership": _of("committee", "committee_id"),
    # Who coordinates the whole portal is no association's.
    "account": f"r.organisation_id = {{us}} OR (r.organisation_id IS NULL AND r.role IN ({_PORTALS}))"
    f" OR {_some('membership', 's.account_id = r.id')}",
    **dict.fromkeys(OF_COMMITTEES, _of("committee", "committee_id")),
    "match": _of("need", "need_id"),
    "action": f"{_if_any(committee_id='committee')} OR {_some('need', 's.action_id = r.id')}",
    **dict.fromkeys(("box", "action_step", "action_news", "follower"), _of("action", "action_id")),
    "offer": f"coalesce((SELECT max(t.ours) FROM ({_BELONGS}) t), 1) = 1",
    **dict.fromkeys(
        ("offered_item", "phone_call", "api_offered", "published_offer"), _of("offer", "offer_id")
    ),
    **dict.fromkeys(("api_call", "api_answer"), _of("api_token", "token_id")),
    "hook_delivery": _of("webhook", "webhook_id"),
    "consignment": 'EXISTS (SELECT 1 FROM "offer" s WHERE s.consignment_id = r.id)',
    "donor": 'EXISTS (SELECT 1 FROM "offer" s WHERE s.donor_id = r.id)',
    "handover_slot": _of("handover", "handover_id"),
    "lookup": _of("account", "account_id"),
    "round_stop": _of("round", "round_id"),
    "photo": _if_any(offered_item_id="offered_item", match_id="match"),
    **dict.fromkeys(("account_session", "refused_sign_in", "known_device"), _of("account", "account_id")),
    "presence": f"{_of('match', 'match_id')} AND {_of('account', 'account_id')}",
    "listing": _if_any(
        committee_id="committee", account_id="account", wanted_by_id="account", consignment_id="consignment"
    ),
    "note": f"{_ABOUT} AND {_of('account', 'author_id')}",
    "decision": f"{_ABOUT} AND {_if_any(account_id='account', about_account_id='account', round_id='round')}",
    "search_word": " OR ".join(
        f"(r.kind = '{kind}' AND {_some(kind, 's.id = r.subject_id')})"
        for kind in ("donor", "offer", "need", "committee")
    ),
    "outbox_message": " ".join(
        (
            "CASE",
            *(
                f"WHEN substr(r.party, 1, {len(table) + 1}) = '{table}:'"
                f" THEN {_some(table, f's.id = CAST(substr(r.party, {len(table) + 2}) AS INTEGER)')}"
                for table in ("donor", "committee", "account")
            ),
            "END",
        )
    ),
}
"""By table, which of its rows `r` concern the association `us`; `~` stands before tables that are seen whole, the others are those above."""

_READS = re.compile(r"\s*(?:(WITH(?: RECURSIVE)?)\s|\(*SELECT\b)", re.IGNORECASE)
_NAMES = re.compile(rf"(?<!~)\b({'|'.join(CONCERNS)})\b(?!\.)")
"""A table, but not of which table a column is."""


def init_app(app: Flask) -> None:
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", _narrow, retval=True)


def _narrow(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
) -> tuple[str, Any]:
    us: int | None = g.get("seen_by") if has_app_context() else None
    reads = _READS.match(statement) if us is not None else None
    tables = frozenset(_NAMES.findall(statement)) if reads else None
    if us is None or reads is None or not tables:
        return statement, parameters
    seen = _seen(tables, us, "public" if context.dialect.name == "postgresql" else "main")
    started = reads.group(1)
    if started:
        return f"{started} {seen}, {statement[reads.end(1) :]}", parameters
    return f"WITH {seen} {statement}", parameters


@lru_cache(512)
def _seen(tables: frozenset[str], us: int, schema: str) -> str:
    """These tables and those that their rows hang on, as common table expressions."""
    wanted, new = set(tables), set(tables)
    while new:
        new = {name for table in new for name in _NAMES.findall(CONCERNS[table].replace('~"', "~"))} - wanted
        wanted |= new
    made = (
        f'"{name}" AS NOT MATERIALIZED (SELECT r.* FROM ~"{name}" r WHERE {concerns.format(us=us)})'
        for name, concerns in CONCERNS.items()
        if name in wanted
    )
    return ", ".join(made).replace("~", f"{schema}.")
