"""What a page is about in schema.org's words, for search engines: a block of data, which no content policy takes for a script."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.models import Committee, Organisation
from app.web.navigation import shown_name

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


def of_committee(committee: Committee, organisation: Organisation, wanted: Sequence[Any]) -> Markup:
    """Who it is, where, when it is open and what it seeks."""
    hours = [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": f"{SCHEMA}/{DAYS[int(day) - 1]}",
            "opens": begins,
            "closes": ends,
        }
        for day, spans in sorted(committee.opening_hours.items())
        for begins, ends in spans
    ]
    seeks = [
        {
            "@type": "Demand",
            "itemOffered": {"@type": "Product", "name": str(shown_name(one.item))},
            "eligibleQuantity": {"@type": "QuantitativeValue", "value": one.remaining},
        }
        for one in wanted
    ]
    address = {
        "@type": "PostalAddress",
        "streetAddress": committee.street,
        "postalCode": committee.postal_code,
        "addressLocality": committee.commune,
        "addressCountry": committee.country,
    }
    return _block(
        {
            "@type": "NGO",
            "name": committee.name,
            "url": f"{_base()}/comites/{committee.slug}",
            "address": {name: value for name, value in address.items() if value},
            "parentOrganization": _association(organisation),
        }
        | ({"description": committee.presentation} if committee.presentation else {})
        | ({"openingHoursSpecification": hours} if hours else {})
        | ({"seeks": seeks} if seeks else {})
    )
