"""Migrations are one chain, each number once and each after the one before, and lead to what the models say."""

import re
from pathlib import Path

import sqlalchemy as sa

from app import migrate

VERSIONS = Path(__file__).parents[2] / "app" / "migrations" / "versions"


def test_migrations_are_one_chain() -> None:
    found = [
        re.findall(r'^(?:down_)?revision = (?:"(\d{4})"|None)$', path.read_text(), re.MULTILINE)
        for path in sorted(VERSIONS.glob("[0-9]*.py"))
    ]
    numbers = [f"{number:04d}" for number in range(1, len(found) + 1)]

    assert found == [[number, before] for number, before in zip(numbers, ["", *numbers], strict=False)]


def test_they_lead_to_what_the_models_say() -> None:
    """Here for one database in memory, so that a member without its migration is seen at once; tests/app has both."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    migrate.upgrade(engine)

    assert migrate.differences(engine) == []
