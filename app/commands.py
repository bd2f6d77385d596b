"""The commands of `flask --app wsgi …`, loaded when one is asked for: they bring along all that the web never needs."""

from importlib import import_module

import click
from flask.cli import AppGroup


class Commands(AppGroup):
    """Those that rooms have registered, and those of `app.cli`."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _late().get(cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_late()})


def _late() -> dict[str, click.Command]:
    found: dict[str, click.Command] = import_module("app.cli").COMMANDS
    return found
