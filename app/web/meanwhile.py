"""What is kept by now of a field whose form is shown once more: somebody was quicker, and what was typed stands beside it."""

from datetime import date
from typing import Any

from flask import g
from wtforms import Field, SelectFieldBase

from app.web.text import _, full_date


def kept_meanwhile(field: Field) -> str:
    """The kept value in words, if it is not what was typed; empty on every other page, and of what is `unshown` on purpose."""
    if "late" not in g or field.flags.unshown or isinstance(field.object_data, list | tuple | dict | set):
        return ""
    kept, typed = (_plain(value) for value in (field.object_data, field.data))
    if kept == typed:
        return ""
    if isinstance(field, SelectFieldBase):
        named = [option.label.text for option in field if _plain(option.data) == kept]
        return str(named[0]) if named and kept else _("rien")
    if isinstance(field.object_data, date):
        return full_date(field.object_data)
    return kept or _("rien")


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
