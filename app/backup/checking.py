"""Whether a backup that was just written would come back: it is read to its end and its database restored, beside the portal that runs.

Photos are compared with the archive's list and written nowhere, so that a trial takes the place of one database and no more.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.backup import embedded, postgresql
from app.backup.archive import Content, unpack
from app.backup.errors import BackupError
from app.backup.sealing import KeyPair
from config import Settings


class Trial(StrEnum):
    """`restored`: into a database of its own, which was then deleted. `read`: to the end and whole, for want of the right to make one."""

    RESTORED = "restored"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a trial found, and how far it went."""

    content: Content
    trial: Trial


def tried(settings: Settings, path: Path, folder: Path, pair: KeyPair | None) -> Tried:
    """Try the backup at `path` in `folder`, which is empty; `pair` opens one that is encrypted. Raises BackupError, OSError."""
    content = unpack(path, folder, pair, photos=False)
    file = folder / content.database
    if settings.is_sqlite:
        embedded.examine(file, content.revision)
        return Tried(content, Trial.RESTORED)
    postgresql.examine(file)
    found = postgresql.rehearse(settings.database_url, file)
    if found is None:
        return Tried(content, Trial.READ)
    if found != content.revision:
        raise BackupError(
            f"La base restaurée à l'essai est au schéma {found[:40]}, la sauvegarde dit {content.revision[:40]}."
        )
    return Tried(content, Trial.RESTORED)
