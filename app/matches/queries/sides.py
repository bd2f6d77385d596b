"""An article and a need as the engine sees them."""

import matching.types as engine
from app.catalogue.queries import said_of
from app.models import Action, Committee, Need, Offer, OfferedItem
from notifications.typography import PARIS


def offer_of(item: OfferedItem, offer: Offer, left: int) -> engine.Offer:
    """An article as the engine sees it, of which `left` pieces are free."""
    return engine.Offer(
        id=str(item.id),
        quantity=left,
        item=item.item,
        text=item.description,
        place=engine.Place(offer.latitude, offer.longitude),
        condition=item.condition,
        available_from=offer.available_from,
        available_until=offer.available_until,
        delivers_km=float(offer.delivers_km),
        divisible=item.divisible,
        size=item.size,
        offered_at=(offer.confirmed_at or offer.created_at).astimezone(PARIS),
        donor=str(offer.donor_id),
        floor=offer.floor,
        lift=offer.lift,
        said=said_of(item.description, item.item),
    )


def need_of(
    need: Need,
    committee: Committee,
    action: Action | None,
    collector: Committee | None,
    left: int,
    asked: int = 0,
) -> engine.Need:
    """A need as the engine sees it. The committee that collects for an action lends its place and its van."""
    van = collector or committee
    ends = [day for day in (need.needed_by, action.deadline if action else None) if day is not None]
    return engine.Need(
        id=str(need.id),
        quantity=left,
        item=need.item,
        text=need.description,
        place=engine.Place(van.latitude, van.longitude),
        committee=str(committee.id),
        minimum_condition=need.minimum_condition,
        collects_km=float(van.collects_km),
        largest_size=van.largest_size,
        urgency=need.urgency,
        declared_at=need.declared_at.astimezone(PARIS),
        needed_by=min(ends, default=None),
        refuses=tuple(sorted({*committee.refuses, *van.refuses})),
        takes=tuple(sorted(committee.takes)),
        minimum_conditions=_at_least(committee),
        highest_floor=van.highest_floor,
        asked=asked,
    )


def _at_least(committee: Committee) -> tuple[engine.AtLeast, ...]:
    general = [] if committee.minimum_condition is None else [engine.AtLeast(committee.minimum_condition)]
    named = sorted(committee.minimum_conditions.items())
    return (*general, *(engine.AtLeast(engine.Condition(least), item) for item, least in named))
