"""Verbs that are not carried out: one base for the errors by which services say so. Words for the codes are the pages'."""

from enum import StrEnum
from typing import Generic, TypeVar

Code = TypeVar("Code", bound=StrEnum)


class RefusedError(Exception, Generic[Code]):
    """The rows as they are now do not allow it; nothing was changed. `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code
