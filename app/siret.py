"""The number of a French establishment: fourteen digits, the last of them a key.

The key is Luhn's, as Insee defines it; the establishments of La Poste (SIREN 356 000 000), too many for it, have digits that add up to a
multiple of five instead.
"""

import re
from enum import StrEnum

LA_POSTE = "356000000"
SIREN, SIRET = 9, 14


class SiretTrouble(StrEnum):
    """Why it is no SIRET."""

    FORM = "form"
    ONLY_SIREN = "only_siren"
    KEY = "key"


class SiretError(ValueError):
    """It is none; `code` says why."""

    def __init__(self, code: SiretTrouble) -> None:
        super().__init__(code)
        self.code = code


def tidy(typed: str) -> str:
    """The fourteen digits, without what people part them with. Raises SiretError."""
    digits = re.sub(r"[\s.\-\u00a0\u202f]", "", typed)
    if not re.fullmatch(r"[0-9]+", digits) or len(digits) not in {SIREN, SIRET}:
        raise SiretError(SiretTrouble.FORM)
    if len(digits) == SIREN:
        raise SiretError(SiretTrouble.ONLY_SIREN)
    if not _keyed(digits):
        raise SiretError(SiretTrouble.KEY)
    return digits


def _keyed(digits: str) -> bool:
    if digits == "0" * SIRET:
        return False
    of_la_poste = digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0
    return of_la_poste or (luhn(digits) and luhn(digits[:SIREN]))


def luhn(digits: str) -> bool:
    """Whether the last digit is the key of the others."""
    doubled = (int(each) * (1 + at % 2) for at, each in enumerate(reversed(digits)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
