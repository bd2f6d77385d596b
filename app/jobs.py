"""The table of jobs: what the clock runs, how often, what each claims and what it costs.

Every job is short, asks what is due, and claims what it works on, so that two schedulers do no harm. What a run did is
recorded as figures by name; `app.health.results` says them in the reader's language.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, current_app
from sqlmodel import Session, col, delete

from app.accounts import service as accounts
from app.accounts import sessions, unused
from app.actions import following
from app.api import hooks
from app.api import service as programs
from app.api.publishing import publish_now
from app.api.trying import try_now
from app.backup import service as backups
from app.backup.copying import copy
from app.backup.errors import BackupError
from app.backup.standing import standing
from app.days import day_of
from app.db import WRITES, db, in_doubt, session, transaction
from app.digests.daily import send_daily
from app.digests.weekly import send_weekly
from app.forgetting import forget_old
from app.handovers import waiting as handovers
from app.health import looking, telling
from app.health.measuring import measured
from app.ledger.letters import undeliverable
from app.listing import service as listing
from app.listing.waiting import work_now
from app.matches import planning, waiting
from app.models import DigestTurn, RateCounter
from app.needs import forgetting as reasons
from app.needs import waiting as needs
from app.offers import kept
from app.offers import waiting as offers
from app.offers.companies import service as companies
from app.offers.companies.waiting import send_now
from app.photos import service as photos
from app.post.desk import Desk
from app.privacy import service as privacy
from app.privacy import watching
from app.storage import storage_of
from app.trouble import again
from app.visits.queries import forget as forget_visits
from app.web.clock import Clock
from app.web.text import lazy
from app.weights.learning import learn_now
from app.work import JobContext, JobRow, Work, trigger
from config import Settings
from notifications.mailer import MailboxMailer, Mailer, MailSettings, MailTransport, Security
from notifications.outbox import SessionFactory
from notifications.runs import Figures
from notifications.scheduler import Job, at, every
from notifications.worker import drain

MOST_LETTERS = 200
"""Of one round: work that ends can be told from work that hangs. The next round is seconds away."""


def transport(settings: Settings) -> MailTransport:
    """How letters leave: over SMTP, or into the development mailbox when there is no server."""
    if not settings.mail_server:
        return MailboxMailer()
    return Mailer(
        MailSettings(
            host=settings.mail_server,
            port=settings.mail_port,
            security=Security(settings.mail_security.value),
            sender_email=settings.mail_sender,
            sender_name=settings.portal_name,
            username=settings.mail_username or None,
            password=settings.mail_password or None,
            hello=urlsplit(settings.base_url).hostname,
            returns=settings.mail_returns,
        )
    )


def sessions_of(engine: sa.Engine) -> SessionFactory:
    """Sessions of their own for the outbox and the record of runs, which commit by themselves."""
    writing = engine.execution_options(**{WRITES: True})

    @contextmanager
    def sessions() -> Iterator[Session]:
        with Session(writing) as session:
            yield session

    return sessions


def send_mail(settings: Settings, clock: Clock, worker: str, stop: Event | None = None) -> Figures:
    """Send what is due, a round of it; the connection is kept for the whole round."""
    undelivered = partial(undeliverable, current_app.extensions["desk"])
    with transport(settings) as carrier:
        done = drain(
            sessions_of(db.engine),
            carrier,
            clock,
            worker,
            limit=MOST_LETTERS,
            stop=stop,
            undelivered=undelivered,
        )
    figures = {
        "letters_sent": done.sent,
        "letters_deferred": done.deferred,
        "letters_refused": done.refused,
        "letters_taken_again": done.swept,
    }
    return figures | {"unreachable": done.unreachable} if done.unreachable else figures


def worked(work: Callable[[Session, datetime], int], now: datetime) -> int:
    """One piece of work of the clock's, in a transaction of its own; how many rows it was about."""

    def once() -> int:
        with transaction() as session:
            return work(session, now)

    return again(once, lambda: not in_doubt(), lambda: None)


Step = Callable[[Session, datetime], int]


@dataclass(frozen=True, slots=True)
class Writing:
    """A step that writes letters, and is given the desk to do so."""

    step: Callable[[Session, Desk, datetime], int]

    def at(self, desk: Desk) -> Step:
        return lambda session, now: self.step(session, desk, now)


def count(**steps: Step | Writing) -> Work:
    """Each step in a transaction of its own: what was done before one that fails stays done."""

    def run(this: JobContext) -> Figures:
        now = this.clock()
        return {
            name: worked(step.at(this.desk) if isinstance(step, Writing) else step, now)
            for name, step in steps.items()
        }

    return run


def forget(this: JobContext) -> Figures:
    """Batch after batch, each in a transaction of its own."""
    after, now = timedelta(days=this.settings.retention_days), this.clock()

    def all_of(forget: Callable[[Session, timedelta, datetime], int]) -> int:
        forgotten = 0
        while some := worked(lambda session, moment: forget(session, after, moment), now):
            forgotten += some
        return forgotten

    idle = timedelta(days=this.settings.account_days)
    return {
        "offers_made_anonymous": all_of(forget_old),
        "needs_made_anonymous": all_of(reasons.forget_old),
        "accounts_warned": worked(lambda session, moment: unused.warn(session, this.desk, idle, moment), now),
        "accounts_made_anonymous": worked(lambda session, moment: unused.forget(session, idle, moment), now),
    }


def tidy(this: JobContext) -> Figures:
    """Forget what nobody will ask for: drafts of photos, lists of a week ago, counters of requests, turns of digests."""
    now, storage = this.clock(), storage_of(this.settings)
    with transaction() as current:
        forms = kept.forget(current, now)
        forgotten = photos.forget_unsent(current, storage, now)
        followers = following.forget(current, now)
        lists = listing.forget(current, now) + companies.forget(current, now)
        programs.forget(current, now)
        hooks.forget(current, now)
        current.execute(delete(DigestTurn).where(col(DigestTurn.at) < now - timedelta(days=60)))
        forget_visits(current, day_of(now))
        watching.forget(current, timedelta(days=this.settings.lookup_days), now)
        sign_ins = sessions.forget(current, now)
        current.execute(delete(RateCounter).where(col(RateCounter.expires_at) < now))
    return {
        "photos_forgotten": forgotten + photos.sweep(session(), storage, now),
        "lists_forgotten": lists,
        "forms_forgotten": forms,
        "followers_forgotten": followers,
        "sign_ins_forgotten": sign_ins,
    }


def back_up(this: JobContext) -> Figures:
    """A backup into the folder of the settings, and the oldest ones that are too many deleted; nothing without a folder."""
    folder, copies = this.settings.backup_dir, this.settings.backup_copies
    if folder is None:
        return {}
    if not folder.is_dir():
        raise BackupError(f"Le dossier {folder} n'existe pas. Créez-le, ou corrigez PORTAIL_BACKUP_DIR.")
    made = backups.back_up(this.settings, folder, replace=False, now=this.clock(), stop=this.stop)
    return {
        "path": str(made.path),
        "bytes": made.bytes,
        "trial": made.trial.value,
        "sealed": int(made.sealed),
        "backups_deleted": backups.keep(folder, copies),
    }


def take_elsewhere(this: JobContext) -> Figures:
    """The last backup, by the administrator's own command; nothing where that has been done, or there is no command."""
    command, minutes = this.settings.backup_copy, this.settings.backup_copy_minutes
    if not command:
        return {}
    stands = standing(session())
    session().rollback()  # nothing is held while another machine is written to
    if stands.path is None or stands.copied is not None:
        return {}
    if not Path(stands.path).is_file():
        raise BackupError(f"La dernière sauvegarde, {stands.path}, n'est plus là : il n'y a rien à copier.")
    return {"path": stands.path, "seconds": round(copy(command, Path(stands.path), minutes, this.stop), 1)}


def watch(this: JobContext) -> Figures:
    """Look at what lies outside, with no transaction open; then write down what is wrong, and tell administrators."""
    looks = looking.look(session(), this.settings, this.clock())
    session().rollback()
    with transaction() as current:
        return {"administrators_written": telling.watch(current, this, TABLE, looks)}


# fmt: off
TABLE = (
    JobRow("courriels", lazy("E-mails"), every(seconds=5),
        lambda this: send_mail(this.settings, this.clock, this.worker, this.stop),
        lazy("Envoie les lettres dues."),
        claims="each letter, under a lease", costs="one SMTP connection a run"),
    JobRow("mots-de-passe", lazy("Mots de passe oubliés"), every(seconds=5),
        count(passwords_asked=accounts.answer_requests),
        lazy("Écrit à qui a oublié son mot de passe, s'il a un compte."),
        claims="the request, locked and deleted", costs="one read while nobody asks"),
    JobRow("donnees", lazy("Données demandées"), every(seconds=5),
        count(data_asked=privacy.answer_requests),
        lazy("Envoie à qui demande ses données le lien pour les voir, si nous en avons."),
        claims="the request, locked and deleted", costs="one read while nobody asks"),
    JobRow("listes", lazy("Listes"), every(seconds=3),
        lambda this: {"lists_worked": work_now(this.clock) + send_now(this.clock)},
        lazy("Lit, enregistre et annule les longues listes."),
        claims="the list, locked: what was done meanwhile is left alone", costs="two reads while no list waits"),
    JobRow("essais", lazy("Essais"), every(seconds=3),
        lambda this: {"plans_tried": try_now(this.clock)},
        lazy("Fait les calculs que des programmes demandent à l'essai."),
        claims="nothing: what is tried twice is the same", costs="one read while nothing is asked"),
    JobRow("avertissements", lazy("Avertissements aux programmes"), every(seconds=5),
        lambda this: {"programs_told": hooks.send_now(this.settings, this.clock)},
        lazy("Prévient les programmes des comités de ce qui leur arrive."),
        claims="each delivery, under a lease", costs="one read while nothing is due, one call of another machine for each that is"),
    JobRow("partage", lazy("Partage avec un autre portail"), every(minutes=15),
        lambda this: {"offers_published": publish_now(this.settings, this.clock)},
        lazy("Propose à un autre portail les dons qui n'ont pas trouvé de place ici, et suit ce qu'ils y deviennent."),
        claims="nothing: what is offered twice is one offer there, by its key", costs="nothing without another portal; else a call of it for each gift"),
    JobRow("rapprochements", lazy("Rapprochements"), lambda settings: every(minutes=settings.plan_minutes),
        lambda this: planning.plan_now(this.clock()),
        lazy("Calcule les propositions."),
        claims="nothing: looks again under locks before it writes", costs="reads all that is open, writes what changed"),
    JobRow("sans-reponse", lazy("Sans réponse"), every(minutes=10),
        lambda this: planning.lapse_now(this.clock()),
        lazy("Libère ce à quoi personne n'a répondu à temps, prévient les deux parties et propose le suivant."),
        claims="the match and its two sides, locked", costs="one read while nothing is overdue"),
    JobRow("relances", lazy("Relances"), every(minutes=15),
        count(matches_reminded=Writing(waiting.remind)),
        lazy("Relance une fois, à mi-délai et en journée, qui n'a pas répondu."),
        claims="match.reminded_at", costs="four reads"),
    JobRow("veille", lazy("Veille des rendez-vous"), every(minutes=15),
        count(appointments_recalled=Writing(handovers.tell_of_tomorrow)),
        lazy("Rappelle aux deux parties, la veille et en journée, leur rendez-vous."),
        claims="handover.reminded_at", costs="three reads"),
    JobRow("bilan", lazy("Bilan des remises"), every(minutes=15),
        count(reports_asked=Writing(handovers.ask_whether_it_happened)),
        lazy("Demande, le lendemain d'un rendez-vous, si la remise a eu lieu."),
        claims="handover.asked_at", costs="four reads"),
    JobRow("silences", lazy("Remises sans nouvelles"), every(hours=1),
        count(handovers_concluded=handovers.conclude_silent),
        lazy("Note comme faite la remise que le donateur confirme et dont le comité ne dit rien."),
        claims="the match and its two sides, locked", costs="one read while nothing is silent"),
    JobRow("offres", lazy("Fin des offres"), every(minutes=30),
        count(confirmations_asked=Writing(offers.remind_unconfirmed), offers_never_confirmed=offers.forget_unconfirmed,
              ends_announced=Writing(offers.ask_before_end), offers_ended=offers.expire,
              years_remembered=Writing(offers.remember)),
        lazy("Redemande une confirmation, oublie ce qui ne l'est pas, demande avant la fin, termine, et écrit un an après à qui l'a demandé."),
        claims="offer.reminded_at, offer.remembered_at, or the state under a lock", costs="some ten reads"),
    JobRow("besoins", lazy("Fin des besoins"), every(minutes=30),
        count(needs_asked=Writing(needs.ask_whether_still_true), needs_set_aside=needs.expire_silent,
              needs_declared_again=needs.declare_again),
        lazy("Demande si les vieux besoins sont toujours vrais, met de côté ceux que personne ne confirme, redéclare ceux qui reviennent."),
        claims="need.asked_at, or the state under a lock", costs="some ten reads"),
    JobRow("recapitulatifs", lazy("Récapitulatifs"), every(minutes=15),
        count(committees_written=Writing(send_weekly), coordinators_written=Writing(send_daily)),
        lazy("Écrit, à l'heure choisie, la semaine des comités et la journée des coordinateurs."),
        claims="a row of digest_turn for each reader and issue", costs="a dozen reads"),
    JobRow("nouvelles", lazy("Nouvelles d'actions"), every(minutes=1),
        count(followers_written=Writing(following.tell)),
        lazy("Écrit les nouvelles d'une action à qui la suit."),
        claims="the news, locked, and how far its followers are told", costs="one read while there is no news"),
    JobRow("oubli", lazy("Données anciennes"), at(hour=2, minute=40), forget,
        lazy("Rend anonymes les offres terminées depuis longtemps et les raisons des vieux besoins, ferme les comptes que personne n'utilise, vide les vieilles lettres."),
        claims="offer.anonymised_at, need.anonymised_at, account.warned_at, account.anonymised_at", costs="some fifteen statements for a hundred offers"),
    JobRow("chances", lazy("Ce qui aboutit"), at(hour=3, minute=50),
        lambda this: {"chances_learnt": learn_now(this.clock())},
        lazy("Apprend, de ce que sont devenus les rapprochements, lesquels ont des chances d'aboutir."),
        claims="nothing: what is learnt twice is the same", costs="one read of two years of matches, a second of processor"),
    JobRow("menage", lazy("Ménage"), at(hour=3, minute=20), tidy,
        lazy("Oublie les photos d'offres jamais envoyées, le texte des listes d'il y a une semaine, les compteurs échus, les tours de récapitulatifs passés, les visites d'il y a plus d'un an, les vieilles connexions."),
        claims="nothing: what it forgets twice is forgotten", costs="one look at the folder of photos, five statements"),
    JobRow("sauvegarde", lazy("Sauvegarde"), at(hour=1, minute=30), back_up,
        lazy("Copie la base et les photos dans un fichier, l'essaie, et garde les derniers."),
        claims="the folder .sauvegarde, by a lock", costs="the database read and restored once, every photo compressed and read again",
        longest=timedelta(hours=6)),
    JobRow("sante", lazy("Santé"), every(minutes=5), watch,
        lazy("Regarde les disques, la mémoire et le serveur de messagerie, et écrit aux administrateurs quand quelque chose ne va pas, puis quand c'est rentré dans l'ordre."),
        claims="the rows of health_alarm, locked", costs="one conversation with the mail server, some ten reads"),
    JobRow("copie", lazy("Copie de la sauvegarde"), every(hours=1), take_elsewhere,
        lazy("Copie la dernière sauvegarde ailleurs, par la commande de l'administrateur."),
        claims="nothing: what is copied twice is the same file", costs="six reads; with a backup to copy, what the command costs",
        longest=timedelta(hours=25)),
)
# fmt: on


def table(app: Flask, settings: Settings, clock: Clock, worker: str, stop: Event) -> tuple[Job, ...]:
    """The rows as jobs of this portal; each run has an application context of its own."""
    this = JobContext(settings, app.extensions["desk"], clock, worker, stop)

    def inside(row: JobRow) -> Callable[[], Figures]:
        def run() -> Figures:
            with app.app_context(), measured(settings, row.name) as said:
                said.append(row.work(this))
                return said[0]

        return run

    return tuple(Job(row.name, trigger(row, settings), inside(row), row.longest) for row in TABLE)
