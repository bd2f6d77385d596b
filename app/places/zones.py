"""Which clock a place goes by. The table beside this file is derived by `app.places.derive_zones`; nothing is asked of any network."""

from functools import cache, lru_cache
from pathlib import Path

from app.places.lookup import distance_km
from app.places.names import department_of

TABLE = Path(__file__).with_name("zones.csv")
HEADER = "country,zone,latitude,longitude"
PARIS = "Europe/Paris"
FRANCE = "FR"

OVERSEAS = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT",
    "977": "BL", "978": "MF", "984": "TF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
"""The country, as the tz database counts, of the first three digits of a French postal code."""


@lru_cache(maxsize=10_000)
def zone_at(country: str, postal_code: str, latitude: float, longitude: float) -> str:
    """The zone of the tz database whose clock a place goes by: of France by the postal code where there is one, of a country of
    one zone that one, else that of the nearest town.
    """
    if country == FRANCE and postal_code.strip():
        country = OVERSEAS.get(department_of(postal_code.strip()), "")
        if not country:
            return PARIS
    # What the table does not list, a few islands, lies nearest to some town of another country.
    towns = _towns().get(country) or _everywhere()
    if len(towns) == 1:
        return towns[0][0]
    return min(towns, key=lambda town: distance_km(latitude, longitude, town[1], town[2]))[0]


@cache
def _everywhere() -> tuple[tuple[str, float, float], ...]:
    return tuple(town for towns in _towns().values() for town in towns)


@cache
def _towns() -> dict[str, tuple[tuple[str, float, float], ...]]:
    """Country → (zone, latitude, longitude) of the towns that tell."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        country, zone, latitude, longitude = line.split(",")
        found.setdefault(country, []).append((zone, float(latitude), float(longitude)))
    return {country: tuple(towns) for country, towns in found.items()}
