"""The web application: `create_app` wires the rooms together and does nothing else."""

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from flask import Flask
from flask_security.recoverable import generate_reset_password_token
from sqlmodel import Session

from app import apart, db, standing
from app.accounts import security
from app.commands import Commands
from app.health import measuring, sources, writing
from app.late import Late
from app.post.desk import Desk
from app.storage import storage_of
from app.visits import counting
from app.web import (
    access,
    assets,
    clock,
    errors,
    guard,
    hints,
    languages,
    limits,
    lookups,
    moved,
    navigation,
    once_more,
    remembered,
    searched,
    seen,
    text,
    words,
)
from app.web.links import Links
from config import Settings
from notifications import rendered

if TYPE_CHECKING:
    from app import letters
    from app.api import hooks
else:
    letters, hooks = Late("app.letters"), Late("app.api.hooks")

PAGES = (
    "public.routes",
    "privacy.routes",
    "catalogue.routes",
    "offers.routes",
    "offers.listed",
    "offers.on_behalf",
    "offers.following",
    "offers.reaching",
    "offers.keeping",
    "offers.coordination",
    "offers.corrections",
    "offers.changing",
    "offers.many",
    "offers.companies.routes",
    "offers.companies.following",
    "donors.routes",
    "photos.routes",
    "needs.routes",
    "needs.many",
    "needs.ours",
    "needs.standing",
    "needs.coordination",
    "listing.routes",
    "committees.routes",
    "committees.coordination",
    "committees.calendar",
    "committees.stopping",
    "committees.associations",
    "around.routes",
    "actions.routes",
    "actions.packing",
    "actions.closing",
    "actions.news",
    "directory.routes",
    "reuse.routes",
    "reuse.coordination",
    "figures.routes",
    "impact.routes",
    "visits.routes",
    "doors.routes",
    "rooms.routes",
    "finding.routes",
    "finding.views",
    "matches.routes",
    "matches.history",
    "matches.many",
    "matches.by_hand",
    "matches.presence",
    "matches.leftovers",
    "lessons.routes",
    "weights.routes",
    "handovers.routes",
    "handovers.agenda",
    "handovers.reports",
    "handovers.served",
    "handovers.slip",
    "handovers.telephone",
    "papers.routes",
    "papers.asking",
    "papers.coordination",
    "handovers.today",
    "handovers.rounds.routes",
    "accounts.routes",
    "accounts.our_members",
    "accounts.session_pages",
    "accounts.shared",
    "accounts.factors.routes",
    "accounts.factors.entering",
    "preferences.routes",
    "notes.routes",
    "messages.routes",
    "todo.routes",
    "ledger.routes",
    "mailbox.routes",
    "mailbox.samples",
    "health.routes",
    "journal.routes",
    "api.reads",
    "api.offering",
    "api.own",
    "api.pages",
    "api.tokens",
    "api.told",
    "api.everywhere",
)
"""The modules below `app` that hold pages: loaded here alone, so that rooms read each other without their pages."""


def equip(app: Flask, settings: Settings, now: clock.Clock) -> None:
    """Hand the application what it looks up when it needs it: nothing else of it remembers where its files lie."""
    app.extensions["settings"] = settings
    app.extensions["photos"] = storage_of(settings)
    app.extensions["clock"] = now
    app.extensions["links"] = links = Links(settings.secret_key, settings.base_url)
    app.extensions["desk"] = desk = Desk(
        links=links,
        portal_name=settings.portal_name,
        sender_email=settings.mail_sender,
        contact_email=settings.contact_email,
        answer_within=settings.answer_within,
        undo_within=settings.undo_within,
        password_token=generate_reset_password_token,
    )
    app.extensions["before_commit"] = partial(_end, desk)
    rendered.sign_as(settings.portal_name)


def _end(desk: Desk, session: Session) -> None:
    """What a transaction ends with: who acts on a stale page is told so, else programs are told, and letters are written."""
    seen.check(session)
    hooks.tell(session, desk.undo_within)
    letters.tell(session, desk)


def create_app(settings: Settings, now: clock.Clock = clock.utc_now) -> Flask:
    """The portal for these settings. `now` is the clock that requests read."""
    app = Flask(__name__)
    app.cli = Commands(app.name)
    equip(app, settings, now)
    guard.init_app(app, settings)
    hints.init_app(app)
    db.init_app(app, settings.database_url)
    languages.init_app(app, settings.data_dir)
    apart.init_app(app)
    standing.init_app(app, settings.database_url)
    text.init_app(app)
    searched.init_app(app)
    assets.init_app(app)
    navigation.init_app(app)
    remembered.init_app(app)
    words.init_app(app)
    limits.init_app(app, settings)
    security.init_app(app, settings)
    app.before_request(access.check_entry)
    seen.init_app(app)
    errors.init_app(app)
    once_more.init_app(app)
    moved.init_app(app)
    counting.init_app(app)
    writing.init_app(app)
    measuring.init_app(app, settings)
    sources.init_app(app, now)
    lookups.init_app(app)
    pages = [import_module(f"app.{name}") for name in PAGES]
    for blueprint in dict.fromkeys(page.blueprint for page in pages):
        app.register_blueprint(blueprint)
    return app
