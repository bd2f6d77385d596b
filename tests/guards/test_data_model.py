"""The written data model is what the models say; `make diagram` writes it anew."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata

WRITTEN = Path(__file__).parents[2] / "docs" / "data-model.md"

HEAD = """# The data model

Made from `app/models` and `notifications/models.py` by `make diagram`; a guard fails when it is behind.

```mermaid
erDiagram"""


WORDS = {"AutoString": "text", "UTCDateTime": "moment"}


def _kind(column: sa.Column[object]) -> str:
    """The column's type in one word: `integer`, `moment`, or the enumeration's name."""
    if isinstance(column.type, sa.Enum):
        return str(column.type.name)
    name = type(column.type).__name__
    return WORDS.get(name, name.lower())


def _line(column: sa.Column[object]) -> str:
    keys = [name for name, has in (("PK", column.primary_key), ("FK", bool(column.foreign_keys))) if has]
    optional = ' "may be empty"' if column.nullable else ""
    return f"        {_kind(column)} {column.name}{' ' if keys else ''}{', '.join(keys)}{optional}"


def diagram() -> str:
    """All tables with their columns, and what refers to what."""
    lines = [HEAD]
    for table in sorted(SQLModel.metadata.tables.values(), key=lambda table: table.name):
        lines += [f"    {table.name} {{", *map(_line, table.columns), "    }"]
        for column in table.columns:
            for reference in column.foreign_keys:
                one = "|o" if column.nullable else "||"
                many = "o|" if column.unique else "o{"
                lines.append(f"    {reference.column.table.name} {one}--{many} {table.name} : {column.name}")
    return "\n".join([*lines, "```", ""])


def test_the_diagram_is_up_to_date(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite-expected"):
        WRITTEN.write_text(diagram())

    assert WRITTEN.read_text() == diagram(), "run `make diagram`"
