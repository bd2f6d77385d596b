"""Migrations are one chain: each number once, each after the one before."""

import re
from pathlib import Path

VERSIONS = Path(__file__).parents[2] / "app" / "migrations" / "versions"


def test_migrations_are_one_chain() -> None:
    found = [
        re.findall(r'^(?:down_)?revision = (?:"(\d{4})"|None)$', path.read_text(), re.MULTILINE)
        for path in sorted(VERSIONS.glob("[0-9]*.py"))
    ]
    numbers = [f"{number:04d}" for number in range(1, len(found) + 1)]

    assert found == [[number, before] for number, before in zip(numbers, ["", *numbers], strict=False)]
