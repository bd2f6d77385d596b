"""What docs/installation.md tells an administrator to write down is what the programs it is for can read."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "installation.md"


def written(name: str) -> str:
    """The file that the page says to write under this name."""
    found = re.search(rf"`\S*/{re.escape(name)}`.*?```\w+\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found, f"{PAGE.name} says nothing of {name}"
    return found[1]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_reads_the_units_without_a_word(tmp_path: Path) -> None:
    units = []
    for name in ("portail.socket", "portail.service", "portail-lieux.service", "portail-lieux.timer"):
        text = written(name).replace("/srv/portail/app/.venv/bin/python", sys.executable)
        text = text.replace("/usr/local/bin/portail ", f"{sys.executable} ").replace(
            "/usr/bin/curl", sys.executable
        )
        units.append(tmp_path / name)
        units[-1].write_text(text)

    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )

    ours = [line for line in ended.stderr.splitlines() if "portail" in line]
    assert (ended.returncode, ours) == (0, [])


def test_the_page_shown_while_the_portal_is_away_asks_nobody_and_wears_its_colours() -> None:
    page = (PAGE.parent / "entretien.html").read_text()
    sheet = (PAGE.parents[1] / "app" / "static" / "portail.css").read_text()

    assert not re.search(
        r"""(?:src|href)=["'](?!["'])|url\(|@import|<script|https?:(?!//www\.w3\.org)""", page
    )
    assert set(re.findall(r"--[a-z-]+: #\w+;", page)) <= set(re.findall(r"--[a-z-]+: #\w+;", sheet))
    assert f"location = /{PAGE.with_name('entretien.html').name}" in PAGE.read_text()


def test_whoever_stops_the_portal_stops_what_would_start_it_again() -> None:
    """The socket starts the service for the next visitor."""
    stopped = re.findall(
        r"systemctl stop [^`)\n]*", "\n".join(page.read_text() for page in PAGE.parent.glob("*.md"))
    )

    assert stopped
    assert [each for each in stopped if "portail" in each and "portail.socket" not in each] == []
