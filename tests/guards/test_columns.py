"""No column is half there: each is written and read somewhere outside the models and the migrations.

By name, not by type: a column that shares its name with another may hide behind it.
"""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata

ROOT = Path(__file__).parents[2]
WRITERS = {mapper.class_.__name__ for mapper in SQLModel._sa_registry.mappers} | {"values"}
"""What takes columns by keyword: the tables' classes and statements."""

FOR_LATER = {
    "invited_by_id", "created_by_id", "declared_by_id", "last_login_at", "plan_run_id", "superseded",
}  # fmt: skip
"""Kept for whoever has to explain afterwards what happened, and shown on no page."""
OF_THE_LIBRARY = {"fs_uniquifier"}


def modules() -> list[tuple[str, ast.Module]]:
    return [
        (path.stem, ast.parse(path.read_text()))
        for folder in ("app", "notifications")
        for path in (ROOT / folder).rglob("*.py")
        if not {"models", "migrations"} & set(path.parts) and path != ROOT / "notifications" / "models.py"
    ]


def usage() -> tuple[set[str], set[str]]:
    """The names that are written (keywords of rows, assigned attributes, keys of rows, marks), and those that are read."""
    written: set[str] = {"state"}
    read: set[str] = set()
    for name, module in modules():
        nodes = list(ast.walk(module))
        # Elsewhere the keys of a dictionary are codes of the engine's, or words for a template.
        makes_rows = any(isinstance(node, ast.Attribute) and node.attr == "values" for node in nodes)
        for node in nodes:
            if isinstance(node, ast.Attribute):
                (written if isinstance(node.ctx, ast.Store) else read).add(node.attr)
            elif isinstance(node, ast.Dict) and makes_rows:
                written |= constants(node.keys)
            elif (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and name in {"service", "drafts"}
            ):
                written.add(node.target.id)  # the draft that a service unpacks into a row
            elif isinstance(node, ast.Call):
                written |= constants(node.args)
                if ast.unparse(node.func).rpartition(".")[2] in WRITERS:
                    written |= {keyword.arg for keyword in node.keywords if keyword.arg}
    for template in (ROOT / "app" / "templates").rglob("*.html"):
        read |= set(re.findall(r"\.(\w+)", template.read_text()))
    return written, read


def constants(nodes: Iterable[ast.expr | None]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_column_is_written_and_read() -> None:
    written, read = usage()
    columns = {
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if not column.primary_key
    }

    assert sorted(column for column in columns if column[1] not in written) == []
    assert sorted(column for column in columns if column[1] not in read | FOR_LATER | OF_THE_LIBRARY) == []
