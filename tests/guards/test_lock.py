"""The lock: every dependency pinned with hashes, no address of any registry."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "tests/benchmarks/getusppe/requirements.txt"]
)
def test_lock_pins_with_hashes_and_names_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert pinned
    assert all("==" in line for line in pinned)
    assert text.count("--hash=sha256:") >= len(pinned)
    assert "://" not in text
