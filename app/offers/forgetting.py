"""Forgetting who gave: names, addresses, words, photos and letters go, what statistics count stays.

An article, a quantity, a condition, a commune, states, dates and coded reasons are nobody's: they stay, row by row, so
that no figure changes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from app.claims import Due, claim
from app.finding.service import refresh
from app.models import (
    Consignment,
    Decision,
    Donor,
    Earmark,
    Handover,
    Match,
    Note,
    Offer,
    OfferedItem,
    PhoneCall,
    Photo,
    Receipt,
)
from app.models.states import Findable, OfferState, ReceiptState, Verb
from app.transitions import event_of
from notifications import forgetting as letters

OVER = (OfferState.CLOSED, OfferState.WITHDRAWN, OfferState.EXPIRED, OfferState.REFUSED)
AT_ONCE = 100
"""Offers that one tick forgets."""


def forget_old(session: Session, after: timedelta, now: datetime) -> int:
    """Forget what ended longer than `after` ago: offers with all that hangs on them, letters, messages and notes, and donors
    whose offers turned out to be another's; how many offers.

    The files of photos, which no row names any more, go with the next tidying.
    """
    cutoff = now - after

    def due(ids: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
        return ids.where(
            col(Offer.state).in_(OVER), col(Offer.closed_at) <= cutoff, col(Offer.anonymised_at).is_(None)
        )

    _hold_articles(session, due)
    claimed = claim(session, Offer, "anonymised_at", due, now, limit=AT_ONCE)
    if claimed:
        forget(session, claimed, now)
    left = col(Donor.merged_into_id).is_(None) & (col(Donor.created_at) <= cutoff)
    _forget_donors(session, left & col(Donor.id).not_in(select(Offer.donor_id)), now)
    written = (col(Decision.verb) == Verb.MESSAGE) & (col(Decision.at) <= cutoff)
    _set(session, Decision, written & (col(Decision.note) != ""), note="", data={})
    letters.forget_before(session, cutoff)
    _forget_notes(
        session, (col(Note.at) <= cutoff) & (col(Note.due_at).is_(None) | col(Note.done_at).is_not(None))
    )
    return len(claimed)


def _hold_articles(session: Session, due: Due) -> None:
    """Lock the articles before their offers, as everybody does."""
    offers = due(sa.select(col(Offer.id))).order_by(col(Offer.id)).limit(AT_ONCE)
    query = select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(offers)).order_by(col(OfferedItem.id))
    session.exec(query.with_for_update()).all()


NAMED_BY_OFFER = (
    "contact_name", "contact_phone", "contact_company", "given_name", "given_company", "street", "availability", "site", "site_contact",
)  # fmt: skip


def forget(session: Session, offer_ids: Collection[int], now: datetime) -> None:
    """Take everything personal out of these offers; a constant number of statements, but for words inside JSON."""
    items = list(session.exec(select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(offer_ids))))
    matches = list(session.exec(select(Match.id).where(col(Match.offered_item_id).in_(items))))
    contact = dict.fromkeys(NAMED_BY_OFFER, "") | {"floor": None, "lift": None}
    _set(session, Offer, col(Offer.id).in_(offer_ids), **contact, anonymised_at=now)
    _forget_consignments(session, offer_ids, now)
    _set(session, OfferedItem, col(OfferedItem.id).in_(items), description="", measure="")
    _set(session, Earmark, col(Earmark.offered_item_id).in_(items), note="")
    trips = list(session.exec(select(Handover.id).where(col(Handover.offer_id).in_(offer_ids))))
    _set(
        session,
        Handover,
        col(Handover.id).in_(trips),
        place="",
        committee_note="",
        donor_note="",
        served="",
        words_at=None,
    )
    _forget_receipts(session, offer_ids, now)
    decided = col(Decision.offer_id).in_(offer_ids) | col(Decision.match_id).in_(matches)
    _set(session, Decision, decided, note="")
    _forget_notes(session, col(Note.offer_id).in_(offer_ids) | col(Note.match_id).in_(matches))
    session.connection().execute(sa.delete(PhoneCall).where(col(PhoneCall.offer_id).in_(offer_ids)))
    session.connection().execute(sa.delete(Photo).where(col(Photo.offered_item_id).in_(items)))
    _without_text(session, Decision, "data", decided)
    _without_text(session, Match, "inputs", col(Match.id).in_(matches), inside="offer")
    named = col(Decision.data)["offer"].as_string().in_([str(key) for key in offer_ids])
    written = list(session.exec(select(Decision.id).where(Decision.verb == Verb.MESSAGE, named)))
    _set(session, Decision, col(Decision.id).in_(written), note="", data={})
    told = session.exec(select(Decision.id).where(col(Decision.offer_id).in_(offer_ids)))
    about = [*(f"offer:{key}:" for key in offer_ids), *map(event_of, (*told, *written))]
    letters.forget_about(session, about, trips)
    _forget_donors(
        session, col(Donor.id).in_(select(Offer.donor_id).where(col(Offer.id).in_(offer_ids))), now
    )
    refresh(session, Findable.OFFER, offer_ids)
    session.expire_all()


def _forget_consignments(session: Session, offer_ids: Collection[int], now: datetime) -> None:
    """Who sent them, once nothing of the same consignment is remembered."""
    remembered = select(Offer.consignment_id).where(
        col(Offer.consignment_id).is_not(None), col(Offer.anonymised_at).is_(None)
    )
    theirs = select(Offer.consignment_id).where(col(Offer.id).in_(offer_ids))
    who = {
        "company": "",
        "siret": "",
        "contact_name": "",
        "contact_function": "",
        "contact_email": "",
        "contact_phone": "",
    }
    gone = col(Consignment.id).in_(theirs) & col(Consignment.id).not_in(remembered)
    _set(session, Consignment, gone, **who, anonymised_at=now)


def _set(session: Session, model: type[SQLModel], which: sa.ColumnElement[bool], **values: Any) -> None:
    """Past the row's version and the audit trail: this is no edit."""
    session.connection().execute(sa.update(model).where(which).values(**values))


def _forget_receipts(session: Session, offer_ids: Collection[int], now: datetime) -> None:
    """That so much was given stays: an association counts its receipts. What was asked for and not handed over can be no more."""
    who = ("company", "siret", "legal_form", "name", "street", "postal_code", "commune", "note")
    _set(session, Receipt, col(Receipt.offer_id).in_(offer_ids), **dict.fromkeys(who, ""), lines=[])
    open_ = col(Receipt.offer_id).in_(offer_ids) & col(Receipt.state).in_(
        (ReceiptState.ASKED, ReceiptState.PREPARED)
    )
    _set(session, Receipt, open_, state=ReceiptState.REFUSED, settled_at=now)


def _forget_notes(session: Session, which: sa.ColumnElement[bool]) -> None:
    """That somebody called or wrote stays; the words go."""
    said = (col(Note.words) != "") | (sa.cast(col(Note.earlier), sa.String) != "[]")
    _set(session, Note, which & said, words="", earlier=[])


def _without_text(
    session: Session, model: type[SQLModel], column: str, which: sa.ColumnElement[bool], inside: str = ""
) -> None:
    """Blank the person's own words that a JSON column keeps under "text", and what was corrected under "changes"."""
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    rows = session.connection().execute(sa.select(table.c.id, table.c[column]).where(which)).all()
    changed = []
    for key, kept in rows:
        holder = kept.get(inside, {}) if inside else kept
        if holder.get("text") or holder.get("changes"):
            blank = {**holder, "text": ""} if "text" in holder else dict(holder)
            if "changes" in holder:
                blank["changes"] = {name: ["", ""] for name in holder["changes"]}
            changed.append({"row": key, "now": {**kept, inside: blank} if inside else blank})
    if changed:
        statement = sa.update(table).where(table.c.id == sa.bindparam("row"))
        session.connection().execute(statement.values({column: sa.bindparam("now")}), changed)


def _forget_donors(session: Session, which: sa.ColumnElement[bool], now: datetime) -> None:
    """These donors, unless an offer of theirs is remembered. A row each keeps the counts."""
    known = which & col(Donor.anonymised_at).is_(None)
    session.exec(
        select(Donor.id).where(known).order_by(col(Donor.id)).with_for_update()
    ).all()  # before looking: another offer of theirs may be about to be recorded
    remembered = select(Offer.donor_id).where(col(Offer.anonymised_at).is_(None))
    query = select(Donor.id, Donor.email).where(known, col(Donor.id).not_in(remembered))
    part = aliased(Donor)
    spoken_for = sa.exists().where(col(part.merged_into_id) == col(Donor.id), col(part.id).in_(remembered))
    gone = list(session.exec(query.where(~spoken_for)))
    if not gone:
        return
    parts = select(Donor.id, Donor.email).where(
        col(Donor.merged_into_id).in_([key for key, _email in gone]), col(Donor.anonymised_at).is_(None)
    )
    gone += session.exec(parts)
    table: sa.Table = Donor.__table__  # type: ignore[attr-defined]
    session.connection().execute(
        sa.update(table)
        .where(table.c.id.in_([key for key, _email in gone]))
        .values(
            name="",
            phone="",
            company="",
            email="oublie-" + sa.cast(table.c.id, sa.String) + "@anonyme.invalid",
            anonymised_at=now,
        )
    )
    refresh(session, Findable.DONOR, [key for key, _email in gone])
    keys = [key for key, _email in gone]
    _set(session, Decision, col(Decision.donor_id).in_(keys), note="", data={})
    _forget_notes(session, col(Note.donor_id).in_(keys))
    told = session.exec(select(Decision.id).where(col(Decision.donor_id).in_(keys)))
    letters.forget_about(session, [event_of(key) for key in told], [])
    letters.forget_addresses(session, [email for _key, email in gone])
