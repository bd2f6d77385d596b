"""Photos from upload to offer: drafts that belong to a form, then to an article; forgotten ones go after a day."""

import re
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

import structlog
from sqlalchemy import event
from sqlmodel import Session, col, select
from werkzeug.datastructures import FileStorage

from app.db import inserted
from app.late import Late
from app.models import Consignment, KeptForm, Listing, Match, Offer, Photo
from app.photos.picture import PhotoError, PhotoProblem, Picture
from app.photos.queries import drafts, drafts_of_slot, logo_of, of_items
from app.storage import NAME, File, NoRoomError, Storage, StorageError

if TYPE_CHECKING:
    from app.photos import images
else:
    images = Late("app.photos.images")

MOST_PHOTOS = 6
"""For one article."""
MOST_SLOTS = 20
"""Articles that one form may hold photos for."""
MOST_LINES = 60_000
"""Numbers of lines of a company's inventory, each with photos of its own."""
DRAFT_LIFETIME = timedelta(days=7)
"""As long as the donor's browser keeps what was typed beside them."""
SMALL = 640
"""Pixels of the longest side of a photo in a list: a card's width on a telephone, twice."""
LEFT_BEHIND = timedelta(days=1)
"""After which a file that no row names is nobody's: its row may be about to be written."""
FORGOTTEN = "photos_forgotten"
"""Under which a session remembers what goes once it has committed: where each is kept, and its key."""
KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
log = structlog.get_logger("portail")


class NotKept(NamedTuple):
    """A file that did not become a photo: the name that it had, and why."""

    name: str
    problem: PhotoProblem


@dataclass(frozen=True, slots=True)
class Upload:
    """Pictures read from a request, with the names their files had, and the files that are none."""

    pictures: tuple[tuple[str, Picture], ...]
    problems: tuple[NotKept, ...]


def new_key() -> str:
    """A name that nobody guesses; who holds it may see the photo, or the drafts of a form."""
    return secrets.token_urlsafe(24)


def find(storage: Storage, key: str) -> File | None:
    """The photo `key`, if it is kept; None also for what is no key. Raises StorageError."""
    if not KEY.fullmatch(key):
        return None
    return storage.find(f"{key}.jpg") or storage.find(f"{key}.webp")  # what earlier versions kept


def content(storage: Storage, name: str) -> bytes:
    """Raises FileNotFoundError, StorageError."""
    target = BytesIO()
    storage.get(name, target)
    return target.getvalue()


@lru_cache(64)
def small(storage: Storage, name: str, _modified: float) -> bytes:
    """A photo as it is kept, made small for a list of them (JPEG). Raises FileNotFoundError, StorageError."""
    return images.read_picture(BytesIO(content(storage, name)), SMALL).content


def put(storage: Storage, picture: Picture, key: str = "") -> Picture:
    """Keep the picture under `key`, or a new one: before the transaction that writes its row. Raises PhotoError.

    Whatever no row names in the end goes with a later tidying.
    """
    known = replace(picture, key=key or new_key())
    try:
        storage.put(f"{known.key}.jpg", BytesIO(picture.content))
    except StorageError as error:
        problem = PhotoProblem.NO_ROOM if isinstance(error, NoRoomError) else PhotoProblem.AWAY
        log.error("photos.not_kept", problem=problem, why=str(error))
        raise PhotoError(problem) from error
    return known


def read_uploads(files: Iterable[FileStorage], storage: Storage, key: str = "", **made: int) -> Upload:
    """Read each file, as `images.read_picture` is told to make it, and keep it, the first under `key`. Slow: to be called before the
    transaction, which would hold up everybody else's writes.

    What is more than an article may have is not even opened: two thousand small files can take minutes to read.
    """
    pictures: list[tuple[str, Picture]] = []
    problems: list[NotKept] = []
    away = False
    for file in files:
        if not file.filename and not file.stream.read(1):
            continue  # what browsers send for a field left empty
        name = file.filename or ""
        if len(pictures) >= MOST_PHOTOS or len(pictures) + len(problems) >= 2 * MOST_PHOTOS:
            problems.append(NotKept(name, PhotoProblem.TOO_MANY))
            continue
        if away:  # each would be waited for as long as the first one was
            problems.append(NotKept(name, PhotoProblem.AWAY))
            continue
        try:
            picture = images.read_picture(file.stream, **made)  # type: ignore[arg-type]
            pictures.append((name, put(storage, picture, "" if pictures else key)))
        except PhotoError as error:
            away = error.problem is PhotoProblem.AWAY
            problems.append(NotKept(name, error.problem))
    return Upload(tuple(pictures), tuple(problems))


def keep_uploads(
    session: Session, submission_key: str, slot: int, upload: Upload, now: datetime, slots: int = MOST_SLOTS
) -> list[NotKept]:
    """Keep the pictures as drafts; all that the person has to be told of."""
    problems = list(upload.problems)
    for name, picture in upload.pictures:
        try:
            keep_draft(session, submission_key, slot, picture, now, slots)
        except PhotoError as error:
            problems.append(NotKept(name, error.problem))
    return problems


def keep_draft(
    session: Session, submission_key: str, slot: int, picture: Picture, now: datetime, slots: int = MOST_SLOTS
) -> Photo:
    """Keep a picture that has been put, for the article `slot`, one of `slots`, of a form that has not been sent yet. The one under its
    key where another request was faster. Raises PhotoError."""
    same = session.exec(select(Photo).where(Photo.key == picture.key)).first()
    if same is not None and same.submission_key == submission_key:
        return same  # the same photo, sent again while the first one was read
    if session.exec(select(Offer.id).where(Offer.submission_key == submission_key)).first():
        raise PhotoError(PhotoProblem.ALREADY_SENT)
    if not 0 <= slot < slots or len(drafts_of_slot(session, submission_key, slot)) >= MOST_PHOTOS:
        raise PhotoError(PhotoProblem.TOO_MANY)
    photo = Photo(
        key=picture.key,
        submission_key=submission_key,
        slot=slot,
        width=picture.width,
        height=picture.height,
        bytes=len(picture.content),
        created_at=now,
    )
    if not inserted(session, photo):
        return session.exec(select(Photo).where(Photo.key == picture.key)).one()
    return photo


def keep_received(session: Session, match: Match, upload: Upload, now: datetime) -> list[NotKept]:
    """Keep the pictures of an article as it was received; all that the person has to be told of."""
    key = f"match:{match.id}"
    problems = keep_uploads(session, key, 0, upload, now)
    for photo in drafts_of_slot(session, key, 0):
        photo.offered_item_id, photo.match_id = match.offered_item_id, match.id
    return problems


def keep_logo(
    session: Session, organisation_id: int, upload: Upload, caption: str, now: datetime
) -> list[NotKept]:
    """Put the picture in the place of the association's logo, which stays where there is none, or none that can be kept; all that the person has to be told of."""
    key = f"organisation:{organisation_id}"
    former = logo_of(session, organisation_id)
    problems = keep_uploads(session, key, 0, upload, now)
    new = [photo for photo in drafts_of_slot(session, key, 0) if photo.organisation_id is None]
    for photo in new:
        photo.organisation_id = organisation_id
    if new and former is not None:
        session.delete(former)  # its file goes with the next tidying
    for photo in new or ([former] if former else []):
        photo.caption = caption
    return problems


def forget_logo(session: Session, organisation_id: int) -> None:
    """Take the association's logo away. Its file goes with the next tidying."""
    if (photo := logo_of(session, organisation_id)) is not None:
        session.delete(photo)


def forget_draft(session: Session, submission_key: str, key: str, storage: Storage) -> None:
    """Take one photo back, as long as the form has not been sent; anything else is left alone."""
    if not KEY.fullmatch(key):
        return
    _forget(
        session,
        session.exec(
            select(Photo).where(
                Photo.submission_key == submission_key,
                Photo.key == key,
                col(Photo.offered_item_id).is_(None),
            )
        ).all(),
        storage,
    )


def forget_beyond(
    session: Session, submission_key: str, slot: int, kept: int, storage: Storage
) -> list[NotKept]:
    """Take back the photos that an article which has `kept` already has no room for; all that the person has to be told of."""
    over = drafts_of_slot(session, submission_key, slot)[max(0, MOST_PHOTOS - kept) :]
    _forget(session, over, storage)
    return [NotKept("", PhotoProblem.TOO_MANY) for _each in over]


def forget_slot(session: Session, submission_key: str, slot: int, storage: Storage) -> None:
    """Take back the photos of an article that was removed from the form."""
    _forget(session, drafts_of_slot(session, submission_key, slot), storage)


def forget_form(session: Session, submission_key: str, storage: Storage) -> None:
    """Take back the photos of a form that is given up."""
    for photos in drafts(session, submission_key).values():
        _forget(session, photos, storage)


def _forget(session: Session, photos: Sequence[Photo], storage: Storage) -> None:
    """Their files go once this is committed; where that fails, with a later tidying."""
    for photo in photos:
        session.delete(photo)
        session.info.setdefault(FORGOTTEN, []).append((storage, photo.key))


@event.listens_for(Session, "after_commit")
def _delete_forgotten(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for storage, key in session.info.pop(FORGOTTEN, ()):
        try:
            for ending in ("jpg", "webp"):
                storage.delete(f"{key}.{ending}")
        except StorageError as error:
            log.warning("photos.left_behind", why=str(error))
            return


@event.listens_for(Session, "after_rollback")
def _keep_forgotten(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(FORGOTTEN, None)


def attach(session: Session, submission_key: str, slot: int, offered_item_id: int) -> int:
    """Give the form's photos of `slot` to the article that was recorded from it, as many as it has room for; how many."""
    kept = of_items(session, [offered_item_id]).get(offered_item_id, [])
    photos = drafts_of_slot(session, submission_key, slot)[: max(0, MOST_PHOTOS - len(kept))]
    for photo in photos:
        photo.offered_item_id = offered_item_id
    return len(photos)


def forget_of_item(session: Session, offered_item_id: int, keys: Collection[str]) -> int:
    """Take photos off an article; how many. Their files go with the next tidying."""
    query = select(Photo).where(Photo.offered_item_id == offered_item_id, col(Photo.key).in_(keys))
    photos = session.exec(query).all() if keys else []
    for photo in photos:
        session.delete(photo)
    return len(photos)


def forget_unsent(session: Session, storage: Storage, now: datetime) -> int:
    """Forget drafts whose form was neither sent within DRAFT_LIFETIME nor kept for its donor, nor is a company's still; how many."""
    limit = now - DRAFT_LIFETIME
    begun = (
        select(Listing.key)
        .join(Consignment, col(Consignment.id) == col(Listing.consignment_id))
        .where(col(Consignment.sent_at).is_(None))
    )
    forgotten = session.exec(
        select(Photo).where(
            col(Photo.offered_item_id).is_(None),
            col(Photo.action_id).is_(None),
            col(Photo.organisation_id).is_(None),
            col(Photo.created_at) < limit,
            col(Photo.submission_key).not_in(select(KeptForm.submission_key)),
            col(Photo.submission_key).not_in(begun),
        )
    ).all()
    _forget(session, forgotten, storage)
    return len(forgotten)


def sweep(session: Session, storage: Storage, now: datetime) -> int:
    """Delete the files that no row names and none is about to; how many. Reads only: no transaction waits for the storage. Raises
    StorageError."""
    old = {each.name for each in storage.files() if each.modified < (now - LEFT_BEHIND).timestamp()}
    known = set(session.exec(select(Photo.key)))
    session.rollback()
    strays = [name for name in old if not (NAME.fullmatch(name) and name.partition(".")[0] in known)]
    for name in strays:
        storage.delete(name)
    return len(strays)
