"""Reads about photos, many articles at once."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from app.models import Consignment, Listing, Photo


def drafts_of_slot(session: Session, submission_key: str, slot: int) -> Sequence[Photo]:
    return session.exec(
        select(Photo)
        .where(
            Photo.submission_key == submission_key,
            Photo.slot == slot,
            col(Photo.offered_item_id).is_(None),
        )
        .order_by(col(Photo.id))
    ).all()


def photo(session: Session, key: str) -> Photo | None:
    return session.exec(select(Photo).where(Photo.key == key)).first()


def of_a_gift(photo: Photo) -> bool:
    """Whether it tells of what somebody gives: those of actions, logos and forms that are not sent do not."""
    return photo.offered_item_id is not None or photo.match_id is not None


def is_draft(session: Session, submission_key: str, key: str) -> bool:
    """Whether this photo of a form that has not been sent is here already."""
    query = select(Photo.id).where(Photo.submission_key == submission_key, Photo.key == key)
    return session.exec(query).first() is not None


def is_inventory(session: Session, submission_key: str) -> bool:
    """Whether this is the key of a company's inventory that has not been sent yet."""
    query = (
        select(Listing.id)
        .join(Consignment, col(Consignment.id) == col(Listing.consignment_id))
        .where(Listing.key == submission_key, col(Consignment.sent_at).is_(None))
    )
    return session.exec(query).first() is not None


def drafts(session: Session, submission_key: str) -> dict[int, list[Photo]]:
    """The photos of a form that has not been sent, by article."""
    rows = session.exec(
        select(Photo)
        .where(Photo.submission_key == submission_key, col(Photo.offered_item_id).is_(None))
        .order_by(col(Photo.id))
    )
    found: dict[int, list[Photo]] = {}
    for photo in rows:
        found.setdefault(photo.slot, []).append(photo)
    return found


def logo_of(session: Session, organisation_id: int) -> Photo | None:
    """The logo of an association, its words in the `caption`."""
    return session.exec(select(Photo).where(Photo.organisation_id == organisation_id)).first()


def logo(session: Session, key: str) -> Photo | None:
    """The logo under this key, as long as it is one."""
    return session.exec(
        select(Photo).where(Photo.key == key, col(Photo.organisation_id).is_not(None))
    ).first()


def of_items(session: Session, offered_item_ids: Collection[int]) -> dict[int, list[Photo]]:
    """The photos of each of these articles; articles without any are absent."""
    rows = session.exec(
        select(Photo)
        .where(col(Photo.offered_item_id).in_(offered_item_ids), col(Photo.match_id).is_(None))
        .order_by(col(Photo.id))
    )
    found: dict[int, list[Photo]] = {}
    for photo in rows:
        if photo.offered_item_id is not None:
            found.setdefault(photo.offered_item_id, []).append(photo)
    return found


def as_received(session: Session, match_ids: Collection[int]) -> dict[int, list[Photo]]:
    """The photos of what came with each of these matches; those of which nobody took any are absent."""
    rows = session.exec(select(Photo).where(col(Photo.match_id).in_(match_ids)).order_by(col(Photo.id)))
    found: dict[int, list[Photo]] = {}
    for photo in rows:
        if photo.match_id is not None:
            found.setdefault(photo.match_id, []).append(photo)
    return found
