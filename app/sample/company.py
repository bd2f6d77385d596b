"""What a company gives, for the sample data: from two sites, confirmed two days ago."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.days import day_of
from app.models import Consignment, Decision, Donor, Offer, OfferedItem
from app.models.states import ActorKind, Condition, GiverKind, OfferState, Verb
from app.places import place
from matching.recognition import recognise


def add_company(session: Session, data: Mapping[str, Any], now: datetime) -> int:
    """How many offers that makes."""
    sent = now - timedelta(days=2)
    who = {name: value for name, value in data.items() if name != "site"} | {"kind": GiverKind(data["kind"])}
    donor = Donor(
        name=data["contact_name"], email=data["contact_email"], phone=data["contact_phone"], company=data["company"],
        confirmed_at=sent, created_at=sent,
    )  # fmt: skip
    session.add(donor)
    session.flush()
    row = Consignment(key="exemple-de-deux-lieux", donor_id=donor.id, started_at=sent, sent_at=sent, **who)
    session.add(row)
    session.flush()
    for number, site in enumerate(data["site"]):
        _add_site(session, row, number, site, sent)
    return len(data["site"])


def _add_site(
    session: Session, row: Consignment, number: int, site: Mapping[str, Any], sent: datetime
) -> None:
    told = {name: value for name, value in site.items() if name not in {"rows", "postal_code"}}
    where = place(site["postal_code"])
    offer = Offer(
        reference=f"DLEU{number:04d}",
        submission_key=f"{row.key}-{number}",
        donor_id=row.donor_id or 0,
        consignment_id=row.id,
        state=OfferState.OPEN,
        street=f"{number + 1} rue de l'Exemple",
        postal_code=where.postal_code,
        commune=where.commune,
        latitude=where.latitude,
        longitude=where.longitude,
        available_from=day_of(sent),
        available_until=day_of(sent) + timedelta(days=90),
        created_at=sent,
        confirmed_at=sent,
        **told,
    )
    session.add(offer)
    session.flush()
    # Past, and told to nobody.
    session.add(
        Decision(at=sent, actor=ActorKind.DONOR, verb=Verb.RECORD, to_state=offer.state, offer_id=offer.id)
    )
    session.add_all(
        OfferedItem(
            offer_id=offer.id,
            position=position,
            item=recognise(words).item,
            description=words,
            quantity=quantity,
            condition=Condition(condition),
            unit_value=value,
            unit_grams=grams,
            divisible=divisible,
        )
        for position, (words, quantity, condition, value, grams, divisible) in enumerate(site["rows"])
    )
