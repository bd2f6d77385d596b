"""What a migration says of an enumeration."""

from collections.abc import Iterable

from alembic import op


def allow(table: str, enumeration: str, column: str, values: Iterable[str]) -> None:
    """Let a column hold these values and nothing else. `enumeration` is the name of its type, as in `ck_account_role`."""
    name = op.f(f"ck_{table}_{enumeration}")
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, f"{column} IN ({', '.join(map(repr, values))})")
