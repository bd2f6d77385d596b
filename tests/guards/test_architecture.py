"""What the written architecture points at is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_path_that_it_names_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`((?:app|matching|notifications|tests)/[\w./-]+)`", text))

    assert len(named) > 40
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
