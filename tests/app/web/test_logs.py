"""Nobody writes a line of the log but the portal."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.web import logs

FORGED = "x\n2026-11-30 [info] signed_in account=1\r\x1b[2J\u2028"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers, root.level = before, level
    structlog.reset_defaults()


@pytest.mark.parametrize("as_json", [True, False])
def test_what_was_typed_begins_no_line(capfd: pytest.CaptureFixture[str], as_json: bool) -> None:
    logs.init(json=as_json)
    structlog.get_logger("portail").info("request", typed=FORGED)
    logging.getLogger("other").warning("said %s", FORGED)

    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 2
    assert all("signed_in" in line and "\x1b[2J" not in line for line in lines)
    if as_json:
        assert all(isinstance(json.loads(line), dict) for line in lines)
