"""Whose data are meant, when somebody asks for theirs: what is shown to them, handed out and erased is of these rows and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.models import Donor, Offer


@dataclass(frozen=True, slots=True)
class DataSubject:
    """Somebody who gave: `donors` are their rows, `offers` the ids of what they gave.

    `stood_in_for` is the one offer of somebody for whom an address that is not theirs stands in: then no row of a donor is theirs, and
    `donor` is whose address that is.
    """

    donor: Donor
    donors: Sequence[Donor]
    offers: Sequence[int]
    stood_in_for: Offer | None = None

    @property
    def keys(self) -> list[int]:
        return [each.id for each in self.donors]

    @property
    def emails(self) -> list[str]:
        return [each.email.lower() for each in self.donors]

    @property
    def name(self) -> str:
        offer = self.stood_in_for
        return self.donor.name if offer is None else offer.contact_name or self.donor.name


def root(session: Session, donor: Donor) -> Donor:
    """Whom it was merged into, or itself: the address to which letters go."""
    return donor if donor.merged_into_id is None else session.get_one(Donor, donor.merged_into_id)


def people(session: Session, donor: Donor) -> Sequence[DataSubject]:
    """Who gave by this donor's address, and by those that are one with it: one person, or, as soon as it stands in for anybody, one for
    each offer that is remembered; then nobody is asked about all of them at once."""
    first = root(session, donor)
    parts = select(Donor).where(Donor.merged_into_id == first.id).order_by(col(Donor.id))
    rows = [first, *session.exec(parts)]
    given = select(Offer).where(col(Offer.donor_id).in_([each.id for each in rows])).order_by(col(Offer.id))
    offers = session.exec(given).all()
    if not any(offer.on_behalf_of for offer in offers):
        return [DataSubject(first, rows, [offer.id for offer in offers])]
    remembered = [offer for offer in offers if offer.anonymised_at is None]
    return [DataSubject(first, [], [offer.id], offer) for offer in remembered]


def person(session: Session, donor: Donor, offer_id: int | None = None) -> DataSubject | None:
    """The one of `people` that is meant: everything of the address, or the offer of one for whom it stands in; None where that is none of them."""
    for each in people(session, donor):
        if offer_id == (each.stood_in_for.id if each.stood_in_for else None):
            return each
    return None
