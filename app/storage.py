"""Where photos are kept: in a folder, or in a bucket of an S3-compatible storage, which several machines share.

A file is never written again under its name. Whatever does not answer in time raises StorageError; nothing of this belongs into a
transaction, which would wait for another machine.
"""

import errno
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from io import BytesIO
from pathlib import Path
from secrets import token_urlsafe
from typing import IO, TYPE_CHECKING, Any, BinaryIO, NamedTuple, Protocol, cast
from urllib.parse import unquote, urlsplit

from app.late import Late
from config import Settings

if TYPE_CHECKING:
    import minio
    import minio.error as minio_errors
    import urllib3
else:
    minio, minio_errors, urllib3 = Late("minio"), Late("minio.error"), Late("urllib3")

NAME = re.compile(r"[A-Za-z0-9_-]{20,64}\.(?:jpg|webp)")
"""Of a photo. Whatever else lies there is somebody else's."""
UNFINISHED = re.compile(r"[A-Za-z0-9_-]{20,64}\.part")
LEAST_FREE = 500 * 1024 * 1024
"""Bytes that photos leave free on the disk: the database may be on the same one, and must go on."""
CONNECT_SECONDS, READ_SECONDS = 3, 10
"""How long another machine is waited for, twice at most."""
PIECE = 64 * 1024


class StorageError(Exception):
    """The storage did not do what it was asked. The message says why, for a log or an administrator: no secret is in it."""


class NoRoomError(StorageError):
    """The disk is to stay free for the database."""


class File(NamedTuple):
    """`modified` in seconds since 1970."""

    name: str
    bytes: int
    modified: float


class Storage(Protocol):
    """Each method raises StorageError; names are those of NAME."""

    def put(self, name: str, content: IO[bytes]) -> None:
        """Keep what stands in `content` from where it is: whole under its name, or not at all."""

    def get(self, name: str, target: IO[bytes]) -> None:
        """Write the file into `target`, piece by piece. Raises FileNotFoundError."""

    def find(self, name: str) -> File | None: ...

    def delete(self, name: str) -> None:
        """What is not there may be deleted."""

    def files(self) -> Iterator[File]:
        """All photos, and what was begun and never finished."""

    def check(self) -> None:
        """Write, and delete again."""


class Folder:
    """Files of a folder, which is made when the first one is put."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, name: str, content: IO[bytes]) -> None:
        with _told():
            self.path.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(self.path).free
            if free < LEAST_FREE:
                raise NoRoomError(f"{free} bytes are free, {LEAST_FREE} are to stay so")
            passing = self.path / f"{token_urlsafe(24)}.part"  # the same photo may be sent twice at once
            with passing.open("wb") as file:
                shutil.copyfileobj(content, file, PIECE)
            passing.replace(self.path / name)

    def get(self, name: str, target: IO[bytes]) -> None:
        with _told(), (self.path / name).open("rb") as file:
            shutil.copyfileobj(file, target, PIECE)

    def find(self, name: str) -> File | None:
        with _told():
            try:
                found = (self.path / name).stat()
            except FileNotFoundError:
                return None
        return File(name, found.st_size, found.st_mtime)

    def delete(self, name: str) -> None:
        with _told():
            (self.path / name).unlink(missing_ok=True)

    def files(self) -> Iterator[File]:
        with _told():
            for path in self.path.iterdir() if self.path.is_dir() else ():
                if NAME.fullmatch(path.name) or UNFINISHED.fullmatch(path.name):
                    found = self.find(path.name)
                    if found is not None:
                        yield found

    def check(self) -> None:
        """The disk of the data is looked at already."""


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise NoRoomError(str(error)) from error
        raise StorageError(str(error)) from error


class Bucket:
    """Objects of a bucket, by the address that `PORTAIL_PHOTOS_URL` gives."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.name = urlsplit(address).path.strip("/")

    @cached_property
    def _client(self) -> "minio.Minio":
        """Made when it is first needed: connections do not outlive the fork of a worker."""
        parts = urlsplit(self._address)
        region = dict(each.split("=", 1) for each in parts.query.split("&") if each).get("region")
        return minio.Minio(
            endpoint=parts.netloc.rpartition("@")[2],
            access_key=unquote(parts.username or ""),
            secret_key=unquote(parts.password or ""),
            secure=parts.scheme == "https",
            region=region
            or "us-east-1",  # asking where a bucket is costs a call, and means nothing to most servers
            http_client=urllib3.PoolManager(
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
                retries=urllib3.Retry(1, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504)),
                maxsize=8,
            ),
        )

    def put(self, name: str, content: IO[bytes]) -> None:
        start = content.tell()
        length = content.seek(0, 2) - start
        content.seek(start)
        kind = "image/webp" if name.endswith(".webp") else "image/jpeg"
        with self._told():
            self._client.put_object(
                bucket_name=self.name,
                object_name=name,
                data=cast(BinaryIO, content),
                length=length,
                content_type=kind,
            )

    def get(self, name: str, target: IO[bytes]) -> None:
        with self._told():
            answer = self._client.get_object(bucket_name=self.name, object_name=name)
            try:
                for piece in answer.stream(PIECE):
                    target.write(piece)
            finally:
                answer.close()
                answer.release_conn()

    def find(self, name: str) -> File | None:
        try:
            with self._told():
                return _file(self._client.stat_object(bucket_name=self.name, object_name=name))
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        with self._told():
            self._client.remove_object(bucket_name=self.name, object_name=name)

    def files(self) -> Iterator[File]:
        with self._told():
            for each in self._client.list_objects(bucket_name=self.name):
                if NAME.fullmatch(each.object_name or ""):
                    yield _file(each)

    def check(self) -> None:
        """Raises StorageError also where the bucket is not there."""
        with self._told():
            self.put("verification", BytesIO(b"verification"))
            self.delete("verification")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The client's own words name the address, never the key's secret; a time limit reads the same from all servers."""
        try:
            yield
        except minio_errors.S3Error as error:
            if error.code in {"NoSuchKey", "NoSuchObject"}:
                raise FileNotFoundError(self.name) from None
            raise StorageError(SAID.get(error.code or "", f"le stockage répond {error.code}")) from error
        except (minio_errors.MinioException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise StorageError(f"le stockage ne répond pas : {_why(error)}") from error


def _why(error: Exception) -> str:
    """In words for an administrator; what the client tried again in vain says what happened the last time."""
    cause = getattr(error, "reason", None) or error
    for kind, words in (
        (urllib3.exceptions.NameResolutionError, "son nom n'est pas connu"),
        (urllib3.exceptions.NewConnectionError, "la connexion est refusée"),
        (urllib3.exceptions.SSLError, "son certificat n'est pas le bon"),
        (urllib3.exceptions.TimeoutError, "il est trop lent"),
    ):
        if isinstance(cause, kind):
            return words
    return "la connexion s'est rompue"


SAID = {
    "NoSuchBucket": "le compartiment n'existe pas",
    "AccessDenied": "le stockage refuse l'accès",
    "InvalidAccessKeyId": "le stockage ne connaît pas cette clé",
    "SignatureDoesNotMatch": "le secret de la clé n'est pas le bon",
}
"""What servers answer most often when a setting is wrong, by their codes."""


def _file(found: Any) -> File:
    modified: datetime = found.last_modified or datetime.now(UTC)
    return File(str(found.object_name), int(found.size or 0), modified.timestamp())


def storage_of(settings: Settings) -> Storage:
    return Bucket(settings.photos_url) if settings.photos_url else Folder(settings.photos_dir)
