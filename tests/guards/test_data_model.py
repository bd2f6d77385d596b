"""The written data model is what the models say."""

from pathlib import Path

from app.models.__main__ import diagram


def test_the_diagram_is_up_to_date() -> None:
    written = Path(__file__).parents[2] / "docs" / "data-model.md"

    assert written.read_text() == diagram(), "run `make diagram`"
