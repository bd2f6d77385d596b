"""The rules that papers name, each with its source and date (`rules.toml`)."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.web.text import language
from notifications.typography import french


@lru_cache
def known() -> dict[str, Any]:
    with Path(__file__).with_name("rules.toml").open("rb") as written:
        return tomllib.load(written)


def rule(code: str) -> str:
    """« L'association déclare… (Code général des impôts, article 222 bis, depuis 2021). »"""
    each = known()["rules"][code]
    words: str = each["said"]
    said, date = french(words), each["date"]
    if language() == "en":
        said, date = each["in_english"], each["date_in_english"]
    return f"{said.rstrip('.')} ({each['source']}, {date})."
