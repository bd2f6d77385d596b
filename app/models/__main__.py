"""`python -m app.models` prints the data model as a Mermaid diagram; `make diagram` writes it into docs/."""

import sqlalchemy as sa
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata

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


if __name__ == "__main__":
    print(diagram(), end="")
