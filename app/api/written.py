"""Rows as the interface writes them."""

from typing import Any

from flask import url_for

from app.actions.queries import ActionCard, Campaign
from app.api.shapes import (
    ApiAction,
    ApiAssociation,
    ApiCommittee,
    ApiItem,
    ApiItemNamed,
    ApiNamed,
    ApiNeed,
    ApiSeat,
)
from app.models import Committee, Organisation
from matching.items import Item, load


def item_named(slug: str) -> ApiItemNamed:
    """Of an item that has left the catalogue, its slug is all that is known."""
    known = load().get(slug)
    return ApiItemNamed(slug=slug, fr=known.fr if known else slug, en=known.en if known else slug)


def item(row: Item) -> ApiItem:
    return ApiItem(
        slug=row.slug,
        fr=row.fr,
        en=row.en,
        parent=row.parent,
        size=row.size,
        kg=row.kg,
        handled=row.handled,
        aliases=list(row.aliases),
        aliases_en=list(row.aliases_en),
    )


def need(row: Any, base: str) -> ApiNeed:
    """A row of `queries.needs`; `base` is the portal's address."""
    return ApiNeed(
        id=row.id,
        item=item_named(row.item),
        quantity=row.remaining,
        minimum_condition=row.minimum_condition,
        urgency=row.urgency,
        needed_by=row.needed_by,
        reason=row.reason,
        declared_at=row.declared_at,
        committee=ApiSeat(
            slug=row.committee,
            name=row.committee_name,
            association=ApiNamed(slug=row.association, name=row.association_name),
            commune=row.commune,
            postal_code=row.postal_code,
            country=row.country,
            latitude=row.latitude,
            longitude=row.longitude,
        ),
        action=ApiNamed(slug=row.action, name=row.action_title) if row.action else None,
        url=base + url_for("offers.new", article=row.item, comite=row.committee),
    )


def committee(row: Committee, organisation: Organisation, base: str) -> ApiCommittee:
    return ApiCommittee(
        slug=row.slug,
        name=row.name,
        association=ApiNamed(slug=organisation.slug, name=organisation.name),
        presentation=row.presentation,
        street=row.street,
        commune=row.commune,
        postal_code=row.postal_code,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        zone=row.zone,
        opening_hours=row.opening_hours,
        closures=[(first, last) for first, last in row.closures],
        collects_km=row.collects_km,
        largest_size=row.largest_size,
        takes=row.takes,
        refuses=row.refuses,
        minimum_condition=row.minimum_condition,
        url=base + url_for("committees.page", slug=row.slug),
    )


def association(row: Any, base: str) -> ApiAssociation:
    return ApiAssociation(
        slug=row.slug,
        name=row.name,
        description=row.description,
        website=row.website,
        committees=row.committees,
        url=base + url_for("directory.association", slug=row.slug),
    )


def action(row: ActionCard | Campaign, base: str) -> ApiAction:
    told, progress = row.action, row.progress
    return ApiAction(
        slug=told.slug,
        title=told.title,
        story=told.story,
        destination=told.destination,
        country=told.country,
        deadline=told.deadline,
        committee=ApiNamed(slug=row.committee.slug, name=row.committee.name),
        asked=progress.asked,
        promised=progress.promised,
        received=progress.received,
        url=base + url_for("actions.page", slug=told.slug),
    )
