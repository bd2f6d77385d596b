"""Where things are: French postal codes, communes and coordinates. Pure Python, no Flask, no network."""

from app.places.line import Located, located
from app.places.lookup import (
    BadCoordinates,
    Place,
    UnknownCommune,
    UnknownPostalCode,
    alike,
    called,
    coordinates,
    distance_km,
    place,
    places,
    suggest,
)
from app.places.typed import Reached, code_in, reached
