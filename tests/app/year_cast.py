"""Who lives through the simulated year: committees, a coordinator, donors; what each gives or asks for, and how each answers.

A `Manner` is how somebody answers letters: after so many days, or never. It is read letter by letter.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Manner:
    """Days until an answer to each kind of letter; a letter that is not named is never answered.

    `says` is what is answered where there is a choice.
    """

    after: dict[str, float] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)


# How committees answer.
PROMPT = Manner(
    {
        "match_approved": 0.2,
        "next_donor": 0.2,
        "other_time_wanted": 0.5,
        "did_it_happen_committee": 0.1,
        "need_still_true": 1,
    }
)
SLOW = Manner(
    {
        "reminder_committee": 0.3,
        "other_time_wanted": 1,
        "did_it_happen_committee": 2,
    },
    {"did_it_happen_committee": "first not yet"},
)
SILENT = Manner()
CHOOSY = Manner(
    {
        "match_approved": 1,
        "next_donor": 1,
        "did_it_happen_committee": 0.2,
        "need_still_true": 3,
    },
    {"match_approved": "second no", "did_it_happen_committee": "no show"},
)
FORGETFUL = Manner({"match_approved": 0.5, "next_donor": 0.5})
"""Accepts, comes, and never says so."""

# How donors answer.
WILLING = Manner({"confirm_address": 0.1, "times_proposed": 0.3, "did_it_happen": 0.2})
AT_A_NUDGE = Manner(
    {
        "confirm_address": 4,
        "reminder_donor": 0.2,
        "reminder_times": 0.3,
        "did_it_happen": 1,
        "offer_ending": 1,
    },
    {"confirm_address": "the second letter", "offer_ending": "extend"},
)
MUTE = Manner({"confirm_address": 0.1})
"""Confirms, and is not heard of any more."""
GHOST = Manner()
REFUSING = Manner(
    {"confirm_address": 0.1, "match_found": 0.5, "offer_ending": 2}, {"offer_ending": "withdraw"}
)
PARTICULAR = Manner(
    {"confirm_address": 0.1, "times_proposed": 0.4, "did_it_happen": 0.2},
    {"times_proposed": "first another time"},
)
FICKLE = Manner({"confirm_address": 0.1, "times_proposed": 0.3, "appointment_tomorrow": 0.2})
"""Fixes a time, and gives up when it is near."""
REVIVING = Manner({"confirm_address": 0.1, "offer_expired": 5, "times_proposed": 0.3, "did_it_happen": 0.2})


@dataclass(frozen=True, slots=True)
class Town:
    postal_code: str
    commune: str
    latitude: float
    longitude: float


GIVORS = Town("69700", "Givors", 45.588, 4.765)
LYON = Town("69001", "Lyon", 45.767, 4.834)
VIENNE = Town("38200", "Vienne", 45.525, 4.875)

COMMITTEES = (
    ("Comité Prompt", GIVORS, PROMPT),
    ("Comité Lent", LYON, SLOW),
    ("Comité Muet", VIENNE, SILENT),
    ("Comité Exigeant", LYON, CHOOSY),
    ("Comité Oublieux", VIENNE, FORGETFUL),
)

NEEDS = (
    # (month, day, committee, item, quantity, needed by (month, day))
    (1, 3, 0, "lave-linge", 2, None),
    (1, 3, 0, "chaise", 6, None),
    (1, 4, 1, "refrigerateur", 1, None),
    (1, 4, 2, "canape", 1, None),
    (1, 5, 2, "armoire", 1, None),
    (1, 5, 3, "ordinateur-portable", 3, None),
    (1, 6, 4, "poussette", 2, None),
    (2, 1, 4, "lit-bebe", 1, (2, 29)),
    (2, 14, 1, "lave-linge", 1, None),
    (3, 1, 0, "bureau", 4, None),
    (3, 2, 3, "velo", 5, None),
    (4, 10, 1, "canape", 1, None),
    (5, 2, 0, "refrigerateur", 1, None),
    (6, 1, 4, "lave-linge", 1, None),
    (7, 1, 3, "commode", 1, None),
    (8, 20, 0, "ordinateur-portable", 2, (9, 15)),
    (9, 4, 1, "chaise", 4, None),
    (9, 5, 2, "lave-linge", 1, None),
    (10, 2, 4, "velo", 2, None),
    (11, 2, 0, "armoire", 1, None),
)

OFFERS = (
    # (month, day, donor, town, item, quantity, manner, days on offer)
    (1, 8, 1, GIVORS, "lave-linge", 1, WILLING, 60),
    (1, 9, 2, LYON, "refrigerateur", 1, AT_A_NUDGE, 60),
    (1, 12, 3, GIVORS, "chaise", 4, PARTICULAR, 60),
    (1, 15, 4, LYON, "ordinateur-portable", 2, WILLING, 60),
    (1, 20, 5, VIENNE, "canape", 1, MUTE, 60),
    (2, 3, 6, LYON, "lave-linge", 1, GHOST, 60),
    (2, 7, 7, VIENNE, "poussette", 1, WILLING, 60),
    (2, 20, 8, VIENNE, "lit-bebe", 1, WILLING, 60),
    (2, 25, 9, GIVORS, "lave-linge", 1, REFUSING, 60),
    (3, 6, 10, GIVORS, "bureau", 4, FICKLE, 60),
    (3, 17, 11, LYON, "velo", 2, WILLING, 60),
    (3, 24, 12, GIVORS, "lave-linge", 1, WILLING, 60),
    (4, 2, 13, GIVORS, "couette", 3, AT_A_NUDGE, 30),
    (4, 12, 14, LYON, "canape", 1, WILLING, 60),
    (4, 14, 15, VIENNE, "fauteuil-roulant", 1, REVIVING, 20),
    (5, 9, 16, GIVORS, "bureau", 2, WILLING, 60),
    (5, 20, 17, GIVORS, "refrigerateur", 1, MUTE, 60),
    (6, 8, 18, VIENNE, "lave-linge", 1, WILLING, 60),
    (6, 20, 19, LYON, "couette", 1, REFUSING, 25),
    (6, 26, 25, LYON, "", 1, WILLING, 30),
    (7, 10, 20, LYON, "commode", 1, WILLING, 60),
    (8, 25, 21, GIVORS, "ordinateur-portable", 1, PARTICULAR, 60),
    (9, 8, 22, LYON, "chaise", 4, AT_A_NUDGE, 60),
    (10, 20, 23, VIENNE, "velo", 1, WILLING, 60),
    (11, 5, 24, GIVORS, "armoire", 1, WILLING, 60),
    (12, 4, 1, GIVORS, "refrigerateur", 1, WILLING, 60),
)
