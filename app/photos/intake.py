"""From files in a request to drafts and French sentences; shared by the form and by the upload beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session
from werkzeug.datastructures import FileStorage

from app.late import Late
from app.photos.picture import PhotoError, PhotoProblem, Picture
from app.photos.service import MOST_PHOTOS, keep_draft
from app.web.text import _, lazy

if TYPE_CHECKING:
    from app.photos import images
else:
    images = Late("app.photos.images")

SENTENCES = {
    PhotoProblem.TOO_HEAVY: lazy(
        "« %(name)s » dépasse 25 Mo. Choisissez une photo plus légère, ou envoyez-la en qualité moyenne."
    ),
    PhotoProblem.TOO_LARGE: lazy(
        "« %(name)s » a trop de pixels. Choisissez une photo plus petite, ou une capture d'écran de cette photo."
    ),
    PhotoProblem.EMPTY: lazy("« %(name)s » est un fichier vide. Choisissez une autre photo."),
    PhotoProblem.NOT_AN_IMAGE: lazy(
        "« %(name)s » n'est pas une photo que nous savons lire. Choisissez une photo JPEG, PNG, WebP ou HEIC."
    ),
    PhotoProblem.ANIMATED: lazy("« %(name)s » est une image animée. Choisissez une photo fixe."),
    PhotoProblem.DAMAGED: lazy(
        "« %(name)s » est abîmée : elle ne s'ouvre pas jusqu'au bout. Choisissez une autre photo."
    ),
    PhotoProblem.TOO_MANY: lazy(
        "« %(name)s » n'a pas été gardée : un article peut avoir %(most)s photos au plus."
    ),
    PhotoProblem.NO_ROOM: lazy(
        "« %(name)s » n'a pas été gardée : il n'y a plus de place pour les photos aujourd'hui. Envoyez votre don sans elle."
    ),
    PhotoProblem.ALREADY_SENT: lazy("Ce don est déjà envoyé : on ne peut plus y ajouter de photo."),
}


def sentence(error: PhotoError, filename: str) -> str:
    """What the person is told; the file's own name says which photo is meant."""
    shown = "".join(character for character in filename if character.isprintable())[-60:]
    return str(SENTENCES[error.problem]) % {"name": shown or _("Ce fichier"), "most": MOST_PHOTOS}


@dataclass(frozen=True, slots=True)
class Upload:
    """Pictures read from a request, with the names their files had, and sentences about those that are none."""

    pictures: tuple[tuple[str, Picture], ...]
    problems: tuple[str, ...]


def read_uploads(files: Iterable[FileStorage]) -> Upload:
    """Read each file. Slow: to be called before the transaction, which would hold up everybody else's writes.

    What is more than an article may have is not even opened: two thousand small files can take minutes to read.
    """
    pictures: list[tuple[str, Picture]] = []
    problems: list[str] = []
    for file in files:
        if not file.filename and not file.stream.read(1):
            continue  # what browsers send for a field left empty
        name = file.filename or ""
        if len(pictures) >= MOST_PHOTOS or len(pictures) + len(problems) >= 2 * MOST_PHOTOS:
            problems.append(sentence(PhotoError(PhotoProblem.TOO_MANY), name))
            continue
        try:
            pictures.append((name, images.read_picture(file.stream)))  # type: ignore[arg-type]
        except PhotoError as error:
            problems.append(sentence(error, name))
    return Upload(tuple(pictures), tuple(problems))


def keep_uploads(
    session: Session, submission_key: str, slot: int, upload: Upload, folder: Path, now: datetime
) -> list[str]:
    """Keep the pictures as drafts; all the sentences that the person has to read."""
    problems = list(upload.problems)
    for name, picture in upload.pictures:
        try:
            keep_draft(session, submission_key, slot, picture, folder, now)
        except PhotoError as error:
            problems.append(sentence(error, name))
    return problems
