"""What other weights would cost, in the sentences that a coordinator reads."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

import matching
from app import create_app
from app.matches.queries.engine import Board
from app.matches.queries.rows import MissSide
from app.solving.solver import PlannedPair
from app.web.text import speaking
from app.weights import wording
from app.weights.comparing import Comparison, Overdue, PlanFigures, Share, compare
from config import Settings
from tests.reading import plain

FIGURES = PlanFigures(units=10, needs=5, whole=5, handovers=5, kilometres=100.2, gap=0.1)
SHARES = (Share("Comité de Givors", 10, 0, 5, 4), Share("Comité de Lyon", 10, 0, 2, 3))
CHANGED = Comparison(FIGURES, FIGURES, (), (), 1, SHARES)


@pytest.fixture(autouse=True, scope="module")
def french(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Words need an application, and no database."""
    app = create_app(Settings.from_environ({"DATA_DIR": str(tmp_path_factory.mktemp("costs"))}))
    with app.app_context(), speaking("fr"):
        yield


def told(found: Comparison) -> list[str]:
    return [plain(each) for each in wording.costs(found)]


def test_who_gains_and_who_loses_are_named_with_how_much() -> None:
    assert told(CHANGED) == [
        "Autant de pièces seraient placées.",
        "Autant de route.",
        "Plus de pièces pour le Comité de Lyon (+1).",
        "Moins de pièces pour le Comité de Givors (−1).",
        "Le comité le moins bien servi aurait 30 % de ce qu'il demande, au lieu de 20 %.",
    ]


@pytest.mark.parametrize(
    ("units", "kilometres", "pieces", "road"),
    [
        (11, 1_350.4, "1 pièce de plus serait placée.", "1 250 km de route en plus."),
        (8, 99.0, "2 pièces de moins seraient placées.", "1 km de route en moins."),
        (10, 100.4, "Autant de pièces seraient placées.", "Autant de route."),
    ],
)
def test_pieces_and_kilometres_are_told_with_their_sign(
    units: int, kilometres: float, pieces: str, road: str
) -> None:
    then = replace(FIGURES, units=units, kilometres=kilometres)

    assert told(replace(CHANGED, then=then))[:2] == [pieces, road]


def test_of_many_three_are_named_those_who_gain_most() -> None:
    shares = [
        Share(f"Comité {letter}", 20, 1, 0, more)
        for letter, more in zip("ABCDE", (1, 5, 3, 1, 4), strict=True)
    ]

    assert "Plus de pièces pour le Comité B (+5), le Comité E (+4), le Comité C (+3) et 2 autres." in told(
        replace(CHANGED, shares=tuple(shares))
    )


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ((0, 3), (1, 2), "Plus aucun comité ne serait sans rien."),
        ((0, 3), (0, 4), "Il resterait 1 comité sans rien, comme aujourd'hui."),
        ((0, 3), (3, 0), "Il resterait 1 comité sans rien, comme aujourd'hui."),
        ((1, 2), (3, 0), "1 comité n'aurait rien, au lieu de 0."),
        ((1, 2), (1, 3), "Le comité le moins bien servi en resterait à 10 % de ce qu'il demande."),
    ],
)
def test_who_would_have_nothing_is_counted(
    before: tuple[int, int], after: tuple[int, int], sentence: str
) -> None:
    shares = [
        Share(f"Comité {at}", 10, 0, now, then)
        for at, (now, then) in enumerate(zip(before, after, strict=True))
    ]

    assert told(replace(CHANGED, shares=tuple(shares)))[-1] == sentence


def test_where_nothing_changes_there_is_nothing_to_tell() -> None:
    assert told(replace(CHANGED, moved=0)) == []


def test_pieces_that_only_come_from_elsewhere_are_no_gain() -> None:
    alike = tuple(replace(each, then=each.now) for each in SHARES)

    assert "Chaque comité recevrait autant de pièces en tout." in told(replace(CHANGED, shares=alike))


def test_who_went_without_is_told_what_the_plan_would_bring() -> None:
    overdue = (Overdue("Comité de Roanne", 1, 0), Overdue("Comité de Lyon", 7, 2))

    assert [plain(each) for each in wording.without(replace(CHANGED, overdue=overdue))] == [
        "Le Comité de Lyon n'a rien reçu depuis 7 semaines : le plan lui apporterait 2 pièces.",
        "Le Comité de Roanne n'a rien reçu depuis 1 semaine : ce plan ne lui apporterait rien non plus.",
    ]


def test_only_those_are_overdue_whom_the_weights_that_are_looked_at_say_are() -> None:
    need = matching.Need("1", 2, item="chaise", place=matching.Place(45.6, 4.8), committee="7")
    board = Board(
        now=datetime(2026, 11, 23, 9, tzinfo=UTC),
        weights=matching.Weights(),
        needs=(need,),
        since={"7": date(2026, 10, 1)},
        wanted={1: MissSide({"committee": "Comité de Lyon", "item": "chaise"}, [], 2)},
    )
    pairs = [PlannedPair("o", "1", 1, 3.0)]

    assert compare(board, [], pairs).overdue == ()
    assert compare(board, [], pairs, matching.Weights(longest_weeks=8)).overdue == ()
    assert compare(board, [], pairs, matching.Weights(longest_weeks=6)).overdue == (
        Overdue("Comité de Lyon", 7, 1),
    )
