"""Texts that name several things, say something of their state, ask for them or tell that they are gone.

One text a line (`\\n` in it is a line break), then the things in their order, each `item*quantity[said,said]`, several separated by
`; `, equally right ones by `/`, `?` for whatever it is; then `wish` or `gone`, or nothing. A line of which no thing is told (`-`)
names none; `?` alone leaves them open.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from matching.recognition import Recognition, ThingNamed

WORK, MEASURE = (Path(__file__).with_name(f"things_{name}.tsv") for name in ("work", "measure"))
_THING = re.compile(r"([a-z0-9?-]+)(?:\*([0-9]+))?(?:\[([a-z_,]*)\])?")


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing: its item (`?` for any), how many (None: one, or not said), and what is said of it."""

    item: str
    quantity: int | None
    said: frozenset[str]

    def holds(self, thing: ThingNamed) -> bool:
        counted = thing.quantity == self.quantity or (thing.quantity or 1) == (self.quantity or 1)
        return self.item in ("?", thing.item) and counted and self.said == frozenset(thing.said)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text, the things that it names with what is equally right (None: whatever they are), and its flag."""

    text: str
    things: tuple[tuple[Expected, ...], ...] | None
    flag: str

    def holds(self, found: Recognition) -> bool:
        if (found.wish, found.gone) != (self.flag == "wish", self.flag == "gone"):
            return False
        if self.things is None:
            return True
        return len(found.things) == len(self.things) and all(
            any(each.holds(thing) for each in equal)
            for thing, equal in zip(found.things, self.things, strict=True)
        )


def _expected(written: str) -> tuple[Expected, ...]:
    found = [_THING.fullmatch(each.strip()) for each in written.split("/")]
    parts = [each.groups() for each in found if each is not None]
    if len(parts) != len(found):
        raise ValueError(written)
    return tuple(
        Expected(item, int(count) if count else None, frozenset(filter(None, (said or "").split(","))))
        for item, count, said in parts
    )


def read(path: Path) -> list[Labelled]:
    """The labelled texts. ValueError shows what is not one."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        text, things, flag = line.split("\t")
        named = None if things == "?" else tuple(map(_expected, filter("-".__ne__, things.split("; "))))
        rows.append(Labelled(text.replace("\\n", "\n"), named, flag))
    return rows
