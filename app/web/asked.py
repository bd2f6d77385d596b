"""What the address of a page asks for. What makes no sense asks for nothing: an address may be typed, cut or made up."""

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import request

from app.places import Place, UnknownPostalCode, reached
from app.web.text import _

Member = TypeVar("Member", bound=StrEnum)
LAST_PAGE = 100_000


def words(name: str = "texte", most: int = 100) -> str:
    """What a search field holds, at most so many characters, without what nobody types."""
    typed = request.args.get(name, "")
    return "".join(sign for sign in typed if sign.isprintable()).strip()[:most]


def number(name: str) -> int | None:
    """A whole number above 0."""
    return whole(request.args.get(name, ""))


def whole(typed: str) -> int | None:
    """The number of a row, as addresses and forms carry it."""
    return int(typed) if re.fullmatch(r"[1-9][0-9]{0,8}", typed) else None


def place(name: str = "code_postal") -> tuple[str, Place | None, str]:
    """What stands in a field for a postal code, its place, and a sentence for one that is none."""
    typed = words(name, 80)
    if not typed:
        return typed, None, ""
    try:
        return typed, reached(typed).places[0], ""
    except UnknownPostalCode as error:
        if error.code == "malformed":
            return typed, None, _("Écrivez un code postal de cinq chiffres. Exemple : 69700")
        return typed, None, _("Nous ne connaissons pas ce code postal. Vérifiez-le.")


def day(name: str) -> date | None:
    """A day as a field for one sends it."""
    try:
        return date.fromisoformat(words(name, 10))
    except ValueError:
        return None


def page() -> int:
    return min(number("page") or 1, LAST_PAGE)


def member(kind: type[Member], name: str, default: str = "") -> Member | None:
    """A value of the domain; None, which asks for all, where the field is left empty."""
    typed = request.args.get(name, default)
    return kind(typed) if typed in set(kind) else None


def back(otherwise: str) -> str:
    """The coordinators' page that a form was sent from and says it returns to (`retour`); `otherwise` where it names none."""
    typed = request.values.get("retour", "")
    ours = (
        typed.startswith("/coordination") and typed.isprintable() and "\\" not in typed and "//" not in typed
    )
    return typed[:1000] if ours else otherwise
