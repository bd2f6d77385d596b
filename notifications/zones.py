"""The clock of a place, and how it is named to a reader who lives by another. Zones are those of the tz database, by their names."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from notifications import grammar

HOME = "Europe/Paris"
"""The zone of whoever has no place."""


def local(moment: datetime, zone: str) -> datetime:
    """The same moment as a clock there shows it."""
    return moment.astimezone(ZoneInfo(zone))


def differ(zone: str, other: str, moment: datetime) -> bool:
    """Whether the two clocks show different hours at that moment."""
    return local(moment, zone).utcoffset() != local(moment, other).utcoffset()


@lru_cache(maxsize=1000)
def named(zone: str, language: str) -> str:
    """« heure de La Réunion », « heure du Caire »; "Réunion time" in English."""
    city = get_timezone_location(zone, locale=language, return_city=True).rpartition("/")[2]
    return f"{city} time" if language == "en" else f"heure {grammar.of(city)}"
