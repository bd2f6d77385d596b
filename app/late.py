"""Modules that a web worker may never need: loaded when something of theirs is first asked for.

Together they are half of what loading everything costs, in time and in memory. For mypy the module is the module:

    if TYPE_CHECKING:
        import segno
    else:
        segno = Late("segno")
"""

from importlib import import_module
from typing import Any


class Late:
    """Stands for the module `name` until it is needed, and then passes everything on to it. Safe from any thread."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
