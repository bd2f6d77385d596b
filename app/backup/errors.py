"""What stops a backup or a restoration: one sentence for the administrator."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from app.storage import StorageError

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""The disk, the quota, the limit of a file."""


class BackupError(Exception):
    """Nothing was done, or what was done is undone; the message is a full sentence in French."""


@contextmanager
def explained() -> Iterator[None]:
    """What the system refuses, in a sentence."""
    try:
        yield
    except StorageError as error:
        raise BackupError(f"Les photos ne se lisent ou ne s'écrivent pas : {error}.") from error
    except OSError as error:
        where = f" : {error.filename}" if error.filename else ""
        if error.errno in FULL:
            raise BackupError(
                f"Il n'y a plus de place sur le disque{where}. Faites-en, puis recommencez."
            ) from error
        raise BackupError(
            f"Le système a refusé de lire ou d'écrire{where} ({error.strerror or error})."
        ) from error
