"""What a text says of a thing's state, as a closed list of codes."""

from enum import StrEnum


class Said(StrEnum):
    """What somebody says of the state of a thing, worst first. A text may say several; it is a closed list.

    `insulting`: it offends somebody. `recalled`: its maker called it back. `after_accident`: it went through a crash or a blow.
    `dangerous`: it may burn, shock or explode. `expired`: its date is over. `infested`: with vermin or mould. `broken`: it does not work, or is in pieces. `for_parts`: good for its parts alone.
    `to_repair`: somebody has to mend it first. `incomplete`: a part of it is missing. `damaged`: torn, cracked, full of
    holes, yet in one piece. `worn`: scratched, stained, faded. `new`: never used. `sealed`: new, and never opened.

    Denials say nothing (*aucune panne*, *jamais accidenté*), nor does praise (*fonctionne*, *comme neuf*).
    """

    INSULTING = "insulting"
    RECALLED = "recalled"
    AFTER_ACCIDENT = "after_accident"
    DANGEROUS = "dangerous"
    EXPIRED = "expired"
    INFESTED = "infested"
    BROKEN = "broken"
    FOR_PARTS = "for_parts"
    TO_REPAIR = "to_repair"
    INCOMPLETE = "incomplete"
    DAMAGED = "damaged"
    WORN = "worn"
    NEW = "new"
    SEALED = "sealed"
