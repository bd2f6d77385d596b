"""Forgetting who gave: names, addresses, words, photos and letters go, what statistics count stays.

An article, a quantity, a condition, a commune, states, dates and coded reasons are nobody's: they stay, row by row, so
that no figure changes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.blanking import blank, forget_notes, without_text
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
    OutboxMessage,
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
    of whom no offer is remembered; how many offers.

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
    remembered = select(Offer.donor_id).where(col(Offer.anonymised_at).is_(None))
    forget_donors(session, left & col(Donor.id).not_in(remembered), now)
    written = (col(Decision.verb) == Verb.MESSAGE) & (col(Decision.at) <= cutoff)
    blank(session, Decision, written & (col(Decision.note) != ""), note="", data={})
    _forget_remarks(session, cutoff)
    _forget_late_letters(session, now)
    letters.forget_before(session, cutoff)
    forget_notes(
        session, (col(Note.at) <= cutoff) & (col(Note.due_at).is_(None) | col(Note.done_at).is_not(None))
    )
    return len(claimed)


def _forget_remarks(session: Session, cutoff: datetime) -> None:
    """What was remarked when something was decided about an account, a committee or a round. Rules of committees are nobody's."""
    old = col(Decision.at) <= cutoff
    about = sa.or_(
        *(
            column.is_not(None)
            for column in map(col, (Decision.about_account_id, Decision.committee_id, Decision.round_id))
        )
    )
    blank(session, Decision, old & about & (col(Decision.note) != ""), note="")
    of_accounts = old & col(Decision.about_account_id).is_not(None)
    blank(session, Decision, of_accounts & (sa.cast(col(Decision.data), sa.String) != "{}"), data={})


def _forget_late_letters(session: Session, now: datetime) -> None:
    """What was on its way to a donor who was erased meanwhile."""
    lately = select(Donor.id).where(col(Donor.anonymised_at) > now - timedelta(days=2))
    parties = [f"donor:{key}" for key in session.exec(lately)]
    if parties:
        letters.forget_letters(session, col(OutboxMessage.party).in_(parties))


def _hold_articles(session: Session, due: Due) -> None:
    """Lock the articles before their offers, as everybody does."""
    offers = due(sa.select(col(Offer.id))).order_by(col(Offer.id)).limit(AT_ONCE)
    query = select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(offers)).order_by(col(OfferedItem.id))
    session.exec(query.with_for_update()).all()


NAMED_BY_OFFER = (
    "contact_name", "contact_phone", "contact_company", "given_name", "given_company", "street", "availability", "site", "site_contact",
)  # fmt: skip


def _written(session: Session, offer_ids: Collection[int]) -> list[int]:
    """The decisions by which somebody wrote to whoever has one of these offers."""
    named = col(Decision.data)["offer"].as_string().in_([str(key) for key in offer_ids])
    return list(session.exec(select(Decision.id).where(Decision.verb == Verb.MESSAGE, named)))


def letter_events(session: Session, offer_ids: Collection[int]) -> list[str]:
    """The events of letters about these offers; those about their trips bear the trip."""
    told = session.exec(select(Decision.id).where(col(Decision.offer_id).in_(offer_ids)))
    return [
        *(f"offer:{key}:" for key in offer_ids),
        *map(event_of, (*told, *_written(session, offer_ids))),
    ]


def forget(session: Session, offer_ids: Collection[int], now: datetime, *, whom: bool = True) -> None:
    """Take everything personal out of these offers; a constant number of statements, but for words inside JSON.

    With `whom` also out of their donors of whom nothing else is remembered; without it the donor's address only stood in.
    """
    items = list(session.exec(select(OfferedItem.id).where(col(OfferedItem.offer_id).in_(offer_ids))))
    matches = list(session.exec(select(Match.id).where(col(Match.offered_item_id).in_(items))))
    contact = dict.fromkeys(NAMED_BY_OFFER, "") | {"floor": None, "lift": None}
    blank(session, Offer, col(Offer.id).in_(offer_ids), **contact, anonymised_at=now)
    _forget_consignments(session, offer_ids, now)
    blank(session, OfferedItem, col(OfferedItem.id).in_(items), description="", measure="")
    blank(session, Earmark, col(Earmark.offered_item_id).in_(items), note="")
    trips = list(session.exec(select(Handover.id).where(col(Handover.offer_id).in_(offer_ids))))
    blank(
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
    blank(session, Decision, decided, note="")
    forget_notes(session, col(Note.offer_id).in_(offer_ids) | col(Note.match_id).in_(matches))
    session.connection().execute(sa.delete(PhoneCall).where(col(PhoneCall.offer_id).in_(offer_ids)))
    session.connection().execute(sa.delete(Photo).where(col(Photo.offered_item_id).in_(items)))
    without_text(session, Decision, "data", decided)
    without_text(session, Match, "inputs", col(Match.id).in_(matches), inside="offer")
    letters.forget_about(session, letter_events(session, offer_ids), trips)
    blank(session, Decision, col(Decision.id).in_(_written(session, offer_ids)), note="", data={})
    if whom:
        theirs = select(Offer.donor_id).where(col(Offer.id).in_(offer_ids))
        forget_donors(session, col(Donor.id).in_(theirs), now)
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
    blank(session, Consignment, gone, **who, sites=[], anonymised_at=now)


def _forget_receipts(session: Session, offer_ids: Collection[int], now: datetime) -> None:
    """That so much was given stays: an association counts its receipts. What was asked for and not handed over can be no more."""
    who = ("company", "siret", "legal_form", "name", "street", "postal_code", "commune", "note")
    blank(session, Receipt, col(Receipt.offer_id).in_(offer_ids), **dict.fromkeys(who, ""), lines=[])
    open_ = col(Receipt.offer_id).in_(offer_ids) & col(Receipt.state).in_(
        (ReceiptState.ASKED, ReceiptState.PREPARED)
    )
    blank(session, Receipt, open_, state=ReceiptState.REFUSED, settled_at=now)


def forget_donors(session: Session, which: sa.ColumnElement[bool], now: datetime) -> None:
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
    blank(session, Decision, col(Decision.donor_id).in_(keys), note="", data={})
    forget_notes(session, col(Note.donor_id).in_(keys))
    told = session.exec(select(Decision.id).where(col(Decision.donor_id).in_(keys)))
    letters.forget_about(session, [event_of(key) for key in told], [])
    letters.forget_addresses(session, [email for _key, email in gone])
