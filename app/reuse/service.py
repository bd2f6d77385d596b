"""What coordinators do to places by hand: imports leave it alone. None commits."""

from dataclasses import asdict, dataclass

from sqlmodel import Session, col, select

from app.models import ReusePlace
from app.models.reuse import band_of
from app.models.states import PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A place as a person describes it; the masks as in `ReusePlace`."""

    name: str
    kind: PlaceKind
    street: str
    postal_code: str
    commune: str
    latitude: float
    longitude: float
    phone: str
    website: str
    hours: str
    gives: int
    repairs: int
    sorts: int


def add(session: Session, said: Described) -> ReusePlace:
    """Said twice, it is there once."""
    same = (
        col(ReusePlace.by_hand),
        col(ReusePlace.identifier).is_(None),
        ReusePlace.name == said.name,
        ReusePlace.street == said.street,
        ReusePlace.postal_code == said.postal_code,
    )
    place = session.exec(select(ReusePlace).where(*same)).first() or ReusePlace(
        latitude=said.latitude, longitude=said.longitude, band=0
    )
    return _describe(session, place, said)


def correct(session: Session, place: ReusePlace, said: Described) -> ReusePlace:
    return _describe(session, place, said)


def _describe(session: Session, place: ReusePlace, said: Described) -> ReusePlace:
    for name, value in asdict(said).items():
        setattr(place, name, value)
    place.band, place.by_hand, place.removed = band_of(said.latitude), True, False
    session.add(place)
    return place


def held(session: Session, place_id: int) -> ReusePlace | None:
    """The place, until the transaction ends; None where it is gone."""
    return session.exec(select(ReusePlace).where(ReusePlace.id == place_id).with_for_update()).first()


def remove(session: Session, place: ReusePlace) -> None:
    """Nobody is sent there any more. What the data has, is remembered: it would come back."""
    if place.identifier is None:
        session.delete(place)
    else:
        place.by_hand, place.removed = True, True


def hand_back(place: ReusePlace) -> None:
    """From the next import on it is what the data says again; until then what it is now."""
    place.by_hand, place.removed = False, False
