"""What a page is about in schema.org's words, for search engines: a block of data, which no content policy takes for a script."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.models import Committee, ComputerRoom, Organisation
from app.models.states import RoomAccess, RoomHelp, RoomUse
from app.web.navigation import shown_name
from app.web.text import _
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
    return said | ({"sameAs": organisation.website} if organisation.website else {})


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


def of_committee(committee: Committee, organisation: Organisation, wanted: Sequence[Any]) -> Markup:
    """Who it is, where, when it is open and what it seeks."""
    seeks = [
        {
            "@type": "Demand",
            "itemOffered": {"@type": "Product", "name": str(shown_name(one.item))},
            "eligibleQuantity": {"@type": "QuantitativeValue", "value": one.remaining},
        }
        for one in wanted
    ]
    return _block(
        {
            "@type": "NGO",
            "name": committee.name,
            "url": f"{_base()}/comites/{committee.slug}",
            "address": _address(committee, committee.street),
            "parentOrganization": _association(organisation),
        }
        | ({"description": committee.presentation} if committee.presentation else {})
        | _hours(committee.opening_hours)
        | ({"seeks": seeks} if seeks else {})
    )
