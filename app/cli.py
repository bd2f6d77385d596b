"""Commands: `flask --app wsgi …`. Each parses, calls one function and says what happened."""

import gc
import os
import re
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import click
import structlog
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_security import hash_password
from sqlmodel import Session, col, select

from app import jobs, migrate, sample
from app.backup.commands import backup, backup_key, restore
from app.catalogue.queries import to_export
from app.db import db, session, transaction
from app.finding.service import rebuild
from app.health import results, starting
from app.health.commands import doctor
from app.health.measuring import folder as folder_of_counts
from app.matches import pairs, wording
from app.matches.planning import plan_now
from app.models import Account, Match
from app.moving.commands import move_database, move_photos
from app.reuse.commands import import_places
from app.revision import found, head
from app.serve import NoSocketError, Served, ask_for_time, become_supervisor, folder, listen
from app.web.clock import Clock, utc_now
from app.web.command import CommandFailed, DatabaseCommand
from config import Settings
from matching.types import PlanError
from notifications import scheduler
from notifications.leader import leader_for
from notifications.runs import Recorder

log = structlog.get_logger("portail")
database = AppGroup("db", help="The database's schema.")


@database.command("upgrade", cls=DatabaseCommand)
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the schema up to REVISION."""
    migrate.upgrade(db.engine, revision)
    with db.engine.connect() as connection:
        there = found(connection)
    if there > head() and revision == "head":
        click.echo(f"Schéma : {there}, plus récent que ce code ({head()}), qui sait travailler avec.")
        return
    click.echo(f"Schéma : {revision}.")


@database.command("downgrade", cls=DatabaseCommand)
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema back to REVISION ("base" for nothing at all: it drops everything)."""
    migrate.downgrade(db.engine, revision)
    click.echo(f"Schéma : {revision}.")


@database.command("revision", cls=DatabaseCommand)
@click.argument("message")
def write_revision(message: str) -> None:
    """Write a migration with what the models have and the database lacks."""
    migrate.revision(db.engine, message)


@database.command("check", cls=DatabaseCommand)
def check() -> None:
    """Say what differs between the models and the migrated database; exit 1 if anything does."""
    found = migrate.differences(db.engine)
    for difference in found:
        click.echo(difference)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("La base migrée est conforme aux modèles.")


@click.command("sample-data", cls=DatabaseCommand)
@with_appcontext
def sample_data() -> None:
    """Fill an empty database with sample data (development only)."""
    settings: Settings = current_app.extensions["settings"]
    if settings.is_production:
        raise CommandFailed("Les données d'exemple ne se chargent jamais en production.")
    try:
        with transaction() as session:
            click.echo(_load(session))
    except sample.NotEmptyError:
        raise CommandFailed(
            "La base contient déjà quelque chose : les données d'exemple ne s'y ajoutent pas."
        ) from None


@click.command("scheduler", cls=DatabaseCommand)
@with_appcontext
def run_scheduler() -> None:
    """Run the jobs: send mail, plan, remind. One of several leads; the others wait; one that hangs ends with an error."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    settings: Settings = app.extensions["settings"]
    clock: Clock = app.extensions["clock"]
    # What is loaded now stays: looking through it for garbage again and again slows the sending of mail.
    gc.collect()
    gc.freeze()
    worker, stop = f"{socket.gethostname()}:{os.getpid()}", threading.Event()
    try:
        scheduler.run(
            jobs.table(app, settings, clock, worker, stop),
            leader_for(settings.database_url),
            Recorder(jobs.sessions_of(db.engine), clock),
            stop=stop,
            alive=scheduler.watchdog,
        )
    except scheduler.StuckError as error:
        raise CommandFailed(f"L'horloge s'arrête, pour que le service la relance : {error}") from None


@click.command("serve", cls=DatabaseCommand)
@with_appcontext
def serve_all() -> None:
    """Migrate, fill an empty development database with sample data, serve the portal and run the scheduler."""
    settings: Settings = current_app.extensions["settings"]
    for words in starting.at_start(settings, os.environ):
        if settings.log_json:
            log.warning("start", words=words)
        else:
            click.echo(f"Attention : {words}", err=True)
    try:
        # Who asks from now on waits until there is an answer.
        asked_on = listen(settings.port)
    except NoSocketError as error:
        raise CommandFailed(str(error)) from None
    if settings.metrics_token:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(
            folder_of_counts(settings.port, os.getuid(), settings.data_dir)
        )
    ask_for_time()
    migrate.upgrade(db.engine)
    lines = [f"{settings.portal_name} : {settings.base_url}"]
    if not settings.is_production:
        lines.extend(_fill())
        lines.extend(_accounts())
    db.engine.dispose()
    host = urlsplit(settings.base_url).hostname or "127.0.0.1"
    become_supervisor(Served(settings.port, host, settings.web_workers, "\n".join(lines), asked_on, folder()))


def _fill() -> Iterator[str]:
    """Sample data for an empty database, and a first plan, so that the board has something to show."""
    with transaction() as session:
        if not sample.is_empty(session):
            return
        yield _load(session)
    yield results.plan_sentence(plan_now(utc_now()))


def _load(session: Session) -> str:
    past = sample.SixMonths(current_app.extensions["desk"])
    return sample.load(session, utc_now(), hash_password(sample.SAMPLE_PASSWORD), past)


def _accounts() -> Iterator[str]:
    """The sample accounts, if this database holds them."""
    names = {account["email"]: account["name"] for account in sample.read()["account"]}
    with transaction() as session:
        known = set(session.exec(select(Account.email).where(col(Account.email).in_(names))))
    if known:
        yield f"Comptes d'exemple, mot de passe « {sample.SAMPLE_PASSWORD} » :"
        yield from (f"  {email} — {name}" for email, name in names.items() if email in known)
    yield "Les e-mails se lisent sur /courriels. Ctrl-C arrête tout."


@click.command("plan", cls=DatabaseCommand)
@with_appcontext
def plan() -> None:
    """Propose who should receive what, and say what changed on the board."""
    try:
        click.echo(results.plan_sentence(plan_now(utc_now())))
    except PlanError as error:
        raise CommandFailed(f"Le plan ne tient pas ses promesses, rien n'est écrit : {error}") from None


@click.command("replay", cls=DatabaseCommand, context_settings={"ignore_unknown_options": True})
@click.argument("match", default="")
@with_appcontext
def replay(match: str) -> None:
    """Score MATCH again from what was stored with it; exit 1 unless the figures are the same."""
    row = session().get(Match, int(match)) if re.fullmatch(r"[1-9][0-9]{0,8}", match) else None
    if row is None:
        raise CommandFailed(
            f"Aucun rapprochement ne porte le numéro « {match[:40]} ». Les numéros se lisent dans l'historique."
        )
    try:
        found = pairs.replayed(row)
    except pairs.NothingStoredError:
        raise CommandFailed(
            f"Le rapprochement n° {match} ne garde pas de quoi être recalculé : il a été fait sans plan."
        ) from None
    click.echo("\n".join(wording.replay_lines(row, found)))
    if not found.same:
        raise click.exceptions.Exit(1)


@click.command("export-aliases", cls=DatabaseCommand)
@with_appcontext
def export_aliases() -> None:
    """Print the words that coordinators taught, as lines to put into matching/catalogue.toml."""
    click.echo(to_export(session()) or "# Aucun mot nouveau.")


@click.command("reindex", cls=DatabaseCommand)
@with_appcontext
def reindex() -> None:
    """Write anew the words by which a search finds donors, offers, needs and committees."""
    with transaction() as session:
        click.echo(
            f"La recherche connaît {rebuild(session.connection())} donateurs, offres, besoins et comités."
        )


COMMANDS: dict[str | None, click.Command] = {
    command.name: command
    for command in (
        backup, backup_key, database, doctor, export_aliases, import_places, move_database, move_photos, plan, reindex, replay, restore, run_scheduler, sample_data, serve_all
    )
}  # fmt: skip
