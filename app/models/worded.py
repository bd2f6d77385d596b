"""Enumerations that say what they are called on the screen."""

from enum import StrEnum


def french(words: str) -> str:
    """Marks words for translation, and leaves them as they are."""
    return words


class Worded(StrEnum):
    """An enumeration whose members say what they are called on the screen, in French."""

    french: str

    def __new__(cls, value: str, words: str = "") -> "Worded":
        member = str.__new__(cls, value)
        member._value_, member.french = value, words
        return member
