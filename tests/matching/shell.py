"""The shell's door within this process: what it answers to those bytes, without the second that each start of an interpreter takes."""

import io
import subprocess
import sys
from unittest.mock import patch

from matching.__main__ import main


def ask(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """As `python -m matching ARGUMENTS` ends when it is given those bytes."""
    out, told = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    given = io.TextIOWrapper(io.BytesIO(data), "utf-8")
    with patch.multiple(sys, stdin=given, stdout=out, stderr=told):
        status = main(arguments)
    out.flush()
    told.flush()
    return subprocess.CompletedProcess(arguments, status, out.buffer.getvalue(), told.buffer.getvalue())
