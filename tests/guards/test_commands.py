"""Our commands speak French, also when they fail: click's own exception begins with « Error: »."""

import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"


def test_no_command_fails_in_english() -> None:
    english = re.compile(r"raise click\.\w*(?:Exception|Error)")
    raised = [path for path in APP.rglob("*.py") if english.search(path.read_text("utf-8"))]

    assert raised == []
