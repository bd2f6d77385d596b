"""What a page is about in schema.org's words, for search engines: a block of data, which no content policy takes for a script."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.db import session
from app.models import Action, Committee, ComputerRoom, Organisation
from app.models.states import RoomAccess, RoomHelp, RoomUse
from app.photos.queries import logo_of
from app.web.navigation import shown_name
from app.web.text import _, language
from app.web.words import word

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SCHEMA = "https://schema.org"


def _block(said: dict[str, Any]) -> Markup:
    # Whatever a person typed, the block ends where it says: `<` and `&` are written as escapes.
    data = htmlsafe_json_dumps({"@context": SCHEMA, **said}, ensure_ascii=False)
    return Markup('<script type="application/ld+json">{}</script>').format(data)


def _base() -> str:
    base: str = current_app.extensions["settings"].base_url
    return base


def _association(organisation: Organisation) -> dict[str, Any]:
    said = {"@type": "NGO", "name": organisation.name, "url": f"{_base()}/associations/{organisation.slug}"}
    logo = logo_of(session(), organisation.id)
    return (
        said
        | ({"sameAs": organisation.website} if organisation.website else {})
        | ({"logo": f"{_base()}/logos/{logo.key}"} if logo else {})
    )


def of_association(organisation: Organisation) -> Markup:
    return _block(
        _association(organisation)
        | ({"description": organisation.description} if organisation.description else {})
    )


def _hours(opening_hours: Mapping[str, Any]) -> dict[str, Any]:
    said = [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": f"{SCHEMA}/{DAYS[int(day) - 1]}",
            "opens": begins,
            "closes": ends,
        }
        for day, spans in sorted(opening_hours.items())
        for begins, ends in spans
    ]
    return {"openingHoursSpecification": said} if said else {}


def _address(committee: Committee, street: str) -> dict[str, Any]:
    said = {
        "@type": "PostalAddress",
        "streetAddress": street,
        "postalCode": committee.postal_code,
        "addressLocality": committee.commune,
        "addressCountry": committee.country,
    }
    return {name: value for name, value in said.items() if value}


def of_room(room: ComputerRoom, committee: Committee) -> Markup:
    """Where it is, when it is open, what can be done there, whose it is."""
    amenities = [
        {"@type": "LocationFeatureSpecification", "name": word(each), "value": True}
        for members, kept in ((RoomUse, room.uses), (RoomHelp, room.helps), (RoomAccess, room.access))
        for each in members
        if each in kept
    ]
    name = _("Espace numérique : %(name)s", name=committee.name)
    return _block(
        {
            "@type": "CivicStructure",
            "name": name,
            "url": f"{_base()}/comites/{committee.slug}/espace-numerique",
            "address": _address(committee, room.place or committee.street),
            "publicAccess": True,
            "containedInPlace": {
                "@type": "Place",
                "name": committee.name,
                "url": f"{_base()}/comites/{committee.slug}",
            },
        }
        | ({"description": room.words} if room.words else {})
        | ({"telephone": room.phone} if room.phone else {})
        | ({"amenityFeature": amenities} if amenities else {})
        | _hours(room.opening_hours or committee.opening_hours)
    )


def of_portal() -> Markup:
    """The whole site, how to search it, and who keeps it."""
    base, name = _base(), current_app.extensions["settings"].portal_name
    return _block(
        {
            "@type": "WebSite",
            "name": name,
            "url": base,
            "inLanguage": language(),
            "publisher": {
                "@type": "Organization",
                "name": name,
                "url": base,
                "logo": f"{base}/static/icon.svg",
            },
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": f"{base}/chercher?q={{search_term_string}}"},
                "query-input": "required name=search_term_string",
            },
        }
    )


def of_needs(rows: Iterable[Any], first: int) -> Markup:
    """A page of what is lacking; `first` is the place of its first row in the whole list."""
    base = _base()
    asked = [_demand(row) | {"url": f"{base}/comites/{row.slug}", "areaServed": row.commune} for row in rows]
    return _block(
        {
            "@type": "ItemList",
            "itemListElement": [
                {"@type": "ListItem", "position": place, "item": demand}
                for place, demand in enumerate(asked, first)
            ],
        }
    )


def of_action(action: Action, committee: Committee, wanted: Sequence[Any]) -> Markup:
    """What it is for, where to, from when to when, who collects, and what it still seeks."""
    base, over = _base(), action.closed_at or action.deadline
    return _block(
        {
            "@type": "Project",
            "name": action.title,
            "description": action.story,
            "url": f"{base}/actions/{action.slug}",
            "location": {"@type": "Place", "name": action.destination},
            "foundingDate": action.created_at.date().isoformat(),
            "parentOrganization": {
                "@type": "NGO",
                "name": committee.name,
                "url": f"{base}/comites/{committee.slug}",
            },
        }
        | ({"dissolutionDate": over.isoformat()[:10]} if over else {})
        | ({"seeks": [_demand(one) for one in wanted]} if wanted else {})
    )


def _demand(one: Any) -> dict[str, Any]:
    return {
        "@type": "Demand",
        "itemOffered": {"@type": "Product", "name": str(shown_name(one.item))},
        "eligibleQuantity": {"@type": "QuantitativeValue", "value": one.remaining},
    }


def of_committee(committee: Committee, organisation: Organisation, wanted: Sequence[Any]) -> Markup:
    """Who it is, where, when it is open and what it seeks."""
    seeks = [_demand(one) for one in wanted]
    return _block(
        {
            "@type": "NGO",
            "name": committee.name,
            "url": f"{_base()}/comites/{committee.slug}",
            # Of a place: an organisation has no hours in the vocabulary.
            "location": {"@type": "Place", "address": _address(committee, committee.street)}
            | _hours(committee.opening_hours),
            "parentOrganization": _association(organisation),
        }
        | ({"description": committee.presentation} if committee.presentation else {})
        | ({"seeks": seeks} if seeks else {})
    )
