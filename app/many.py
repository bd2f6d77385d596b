"""One act for many rows at once: each that can be is done, the others are left as they are, and it is told why."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, select

from app.db import among
from app.models import Decision
from app.refusing import RefusedError


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Numbers of rows: `done`, `idle` where there was nothing to do, `late` where somebody decided meanwhile; and why not."""

    done: list[int] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    refused: dict[int, RefusedError[Any]] = field(default_factory=dict)


def for_each(
    session: Session, numbers: Iterable[int], late: Collection[int], act: Callable[[int], object]
) -> Outcomes:
    """Do it to each, wholly or not at all, but for those that are `late`. `act` gives False where there is nothing to do.

    The rows are locked already: one by one they would be in no order that others keep.
    """
    outcomes = Outcomes()
    for number in numbers:
        if number in late:
            outcomes.late.append(number)
            continue
        try:
            with session.begin_nested():
                changed = act(number) is not False
        except RefusedError as error:
            outcomes.refused[number] = error
        else:
            (outcomes.done if changed else outcomes.idle).append(number)
    return outcomes


def decided_since(session: Session, about: Any, numbers: Collection[int], since: int | None) -> set[int]:
    """Of these subjects (`about` is the column of decisions that names them), those about which something was decided after
    the decision numbered `since`; none where None."""
    if since is None:
        return set()
    query = select(about).where(among(about, numbers), col(Decision.id) > since)
    return {number or 0 for number in session.exec(query)}
