"""A photo as it is kept, and why a file did not become one. Reading files (`images`) needs far more."""

from dataclasses import dataclass
from enum import StrEnum


class PhotoProblem(StrEnum):
    """Why a file did not become a photo."""

    TOO_HEAVY = "too_heavy"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    NOT_AN_IMAGE = "not_an_image"
    ANIMATED = "animated"
    DAMAGED = "damaged"
    TOO_MANY = "too_many"
    ALREADY_SENT = "already_sent"
    NO_ROOM = "no_room"
    AWAY = "away"


class PhotoError(ValueError):
    def __init__(self, problem: PhotoProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept: JPEG, `width` × `height` pixels, upright; under this `key`, once it has been put there."""

    content: bytes
    width: int
    height: int
    key: str = ""
