"""The table of jobs: what the clock runs, how often, what each claims and what it costs.

Every job is short, asks what is due, and claims what it works on, so that two schedulers do no harm.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, current_app
from sqlmodel import Session, col, delete

from app.committees.digest import send_weekly
from app.db import WRITES, db, transaction
from app.handovers import waiting as handovers
from app.letters.undelivered import tell_coordinators
from app.matches import planning, waiting
from app.matches.digest import send_daily
from app.models import DigestTurn, OutboxMessage, RateCounter
from app.needs import waiting as needs
from app.offers import waiting as offers
from app.offers.forgetting import forget_old
from app.photos import service as photos
from app.web.clock import Clock
from config import Settings
from notifications.mailer import MailboxMailer, Mailer, MailSettings, Security, Transport
from notifications.scheduler import Job, at, every
from notifications.worker import SessionFactory, drain


def transport(settings: Settings) -> Transport:
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


def send_mail(settings: Settings, clock: Clock, worker: str, stop: Event | None = None) -> str:
    """Send what is due; the connection is kept for the whole round."""
    desk = current_app.extensions["desk"]

    def undelivered(session: Session, lost: OutboxMessage, answer: str, now: datetime) -> None:
        session.info["desk"] = desk
        tell_coordinators(session, lost, answer, now)

    with transport(settings) as carrier:
        done = drain(sessions_of(db.engine), carrier, clock, worker, stop=stop, undelivered=undelivered)
    counts = (
        f"{done.sent} partis, {done.deferred} remis à plus tard, {done.refused} refusés, {done.swept} repris"
    )
    return f"{counts} ; serveur injoignable : {done.unreachable}" if done.unreachable else counts


def worked(work: Callable[[Session, datetime], int], now: datetime) -> int:
    """One piece of work of the clock's, in a transaction of its own; how many rows it was about."""
    with transaction() as session:
        return work(session, now)


def counted(number: int, noun: str) -> str:
    """« 0 remise », « 1 remise », « 2 remises »: French counts nothing in the singular."""
    return f"{number} {noun}s" if number > 1 else f"{number} {noun}"


def age_offers(now: datetime) -> str:
    """Each step in a transaction of its own: what was done before one that fails stays done."""
    steps = (
        ("à confirmer", offers.remind_unconfirmed),
        ("oubliées", offers.forget_unconfirmed),
        ("bientôt finies", offers.ask_before_end),
        ("finies", offers.expire),
    )
    return ", ".join(f"{worked(step, now)} {name}" for name, step in steps)


def age_needs(now: datetime) -> str:
    asked = worked(needs.ask_whether_still_true, now)
    return f"{asked} demandés, {worked(needs.expire_silent, now)} mis de côté"


def forget(now: datetime, settings: Settings) -> int:
    """Batch after batch, each in a transaction of its own."""
    after, forgotten = timedelta(days=settings.retention_days), 0
    while some := worked(lambda session, moment: forget_old(session, after, moment), now):
        forgotten += some
    return forgotten


def tidy(now: datetime) -> str:
    """Forget what nobody will ask for: drafts of photos, counters of requests."""
    with transaction() as session:
        forgotten = photos.purge_orphans(session, now)
        session.execute(delete(DigestTurn).where(col(DigestTurn.at) < now - timedelta(days=60)))
        session.execute(delete(RateCounter).where(col(RateCounter.expires_at) < now))
    return counted(forgotten, "photo")


def table(app: Flask, settings: Settings, clock: Clock, worker: str, stop: Event) -> tuple[Job, ...]:
    """The jobs of this portal. Each runs in an application context of its own."""

    def inside(work: Callable[[], str]) -> Callable[[], str]:
        def run() -> str:
            with app.app_context():
                return work()

        return run

    return (
        Job(
            "courriels",
            every(seconds=5),
            inside(lambda: send_mail(settings, clock, worker, stop)),
            "Envoie les lettres dues. Les réclame une à une ; une connexion SMTP par passage.",
        ),
        Job(
            "rapprochements",
            every(minutes=settings.plan_minutes),
            inside(lambda: planning.plan_now(clock())),
            "Calcule les propositions. Lit tout ce qui est ouvert, n'écrit que ce qui a changé.",
        ),
        Job(
            "sans-reponse",
            every(minutes=10),
            inside(lambda: planning.lapse_now(clock())),
            "Libère ce à quoi personne n'a répondu à temps, prévient les deux parties et propose le suivant. Verrouille le rapprochement et ses deux côtés ; une lecture quand rien n'est échu.",
        ),
        Job(
            "relances",
            every(minutes=15),
            inside(lambda: counted(worked(waiting.remind, clock()), "rapprochement")),
            "Relance une fois, à mi-délai et en journée, qui n'a pas répondu. Marque `match.reminded_at` ; quatre lectures par passage.",
        ),
        Job(
            "veille",
            every(minutes=15),
            inside(lambda: f"{worked(handovers.tell_of_tomorrow, clock())} rendez-vous"),
            "Rappelle aux deux parties, la veille et en journée, leur rendez-vous. Marque `handover.reminded_at` ; trois lectures par passage.",
        ),
        Job(
            "bilan",
            every(minutes=15),
            inside(lambda: counted(worked(handovers.ask_whether_it_happened, clock()), "remise")),
            "Demande, le lendemain d'un rendez-vous, si la remise a eu lieu. Marque `handover.asked_at` ; quatre lectures par passage.",
        ),
        Job(
            "silences",
            every(hours=1),
            inside(lambda: counted(worked(handovers.conclude_silent, clock()), "remise")),
            "Note comme faite la remise que le donateur confirme et dont le comité ne dit rien. Verrouille le rapprochement et ses deux côtés.",
        ),
        Job(
            "offres",
            every(minutes=30),
            inside(lambda: age_offers(clock())),
            "Redemande une confirmation, oublie ce qui ne l'est pas, demande avant la fin, termine. Marque `offer.reminded_at` ou change l'état sous verrou ; une dizaine de lectures par passage.",
        ),
        Job(
            "besoins",
            every(minutes=30),
            inside(lambda: age_needs(clock())),
            "Demande si les vieux besoins sont toujours vrais, met de côté ceux que personne ne confirme. Marque `need.asked_at` ou change l'état sous verrou ; une dizaine de lectures par passage.",
        ),
        Job(
            "recapitulatifs",
            every(minutes=15),
            inside(
                lambda: (
                    f"{counted(worked(send_weekly, clock()), 'comité')}, "
                    f"{counted(worked(send_daily, clock()), 'coordinateur')}"
                )
            ),
            "Écrit, à l'heure choisie, la semaine des comités et la journée des coordinateurs. Une clé unique de `digest_turn` par lecteur et par semaine ou jour ; une douzaine de lectures par passage.",
        ),
        Job(
            "oubli",
            at(hour=2, minute=40),
            inside(lambda: counted(forget(clock(), settings), "offre")),
            "Rend anonymes les offres terminées depuis longtemps, vide les vieilles lettres. Marque `offer.anonymised_at` ; une quinzaine d'ordres pour cent offres.",
        ),
        Job(
            "menage",
            at(hour=3, minute=20),
            inside(lambda: tidy(clock())),
            "Oublie les photos d'offres jamais envoyées et les compteurs échus, les tours de récapitulatifs passés.",
        ),
    )
