"""Alembic without its ini file: where the scripts are, and what may be asked of them."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    with engine.connect() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: sa.Engine, revision: str) -> None:
    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def revision(engine: sa.Engine, message: str) -> None:
    """Write a new script with what the models have and the migrated database lacks."""
    with engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def heads() -> list[str]:
    return list(_scripts().get_heads())


def revisions() -> frozenset[str]:
    """Every revision that this code knows."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has had every migration."""
    with engine.connect() as connection:
        return list(MigrationContext.configure(connection).get_current_heads()) == heads()


def differences(engine: sa.Engine) -> list[str]:
    """What the models say and the migrated database does not, or the other way round."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return [str(difference) for difference in compare_metadata(context, SQLModel.metadata)]
