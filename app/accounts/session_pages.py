"""« Mes connexions »: where one is signed in, who came in or tried, and what to close; and « Ce n'était pas moi »."""

import secrets
from datetime import timedelta

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password, logout_user
from flask_security.recoverable import generate_reset_password_token

from app.accounts import connections, sessions
from app.accounts.routes import sentence
from app.accounts.session_queries import is_settled, open_sessions, recent
from app.accounts.signed_in import opened, shared_idle
from app.accounts.user_agents import device_words
from app.db import session, transaction
from app.lasting import REFUSED_SIGN_INS
from app.models import Account, AccountSession
from app.web import asked
from app.web.access import Who, access, current_account, signed_in
from app.web.answers import done, trying
from app.web.clock import now
from app.web.links import Purpose
from app.web.opening import claim, not_good
from app.web.text import _, of, plural

blueprint = Blueprint("sessions", __name__)


def duration(time: timedelta) -> str:
    """« 12 heures », « 30 jours »."""
    if time < timedelta(days=2):
        return plural("%(num)s heure", "%(num)s heures", round(time.total_seconds() / 3600))
    return plural("%(num)s jour", "%(num)s jours", time.days)


@blueprint.get("/mes-connexions")
@access(Who.SIGNED_IN)
def mine() -> str:
    account, here = signed_in(), opened()
    most = sessions.LIMITS[account.role]
    return render_template(
        "accounts/sessions.html",
        open_now=open_sessions(session(), account, shared_idle(), now()),
        here=here.id if here else None,
        page=recent(session(), account.id, now(), asked.page()),
        idle=duration(most.idle),
        longest=duration(most.longest),
        days=REFUSED_SIGN_INS.days,
    )


@blueprint.post("/mes-connexions/<int:session_id>/fermer")
@access(Who.SIGNED_IN)
def close_one(session_id: int) -> ResponseReturnValue:
    return _closed(only=session_id)


@blueprint.post("/mes-connexions/fermer-les-autres")
@access(Who.SIGNED_IN)
def close_others() -> ResponseReturnValue:
    here = opened()
    return _closed(but=here.id if here else None)


def _closed(*, only: int | None = None, but: int | None = None) -> ResponseReturnValue:
    account_id = signed_in().id
    with transaction() as current:
        closed = connections.close_own(current, account_id, now(), only=only, but=but)
    if not closed:
        return done(_("C'était déjà fermé."), url_for("sessions.mine"), "info")
    said = plural("%(num)s connexion est fermée.", "%(num)s connexions sont fermées.", closed)
    return done(f"{said} {_to_come_back(signed_in())}", url_for("sessions.mine"))


def _to_come_back(account: Account) -> str:
    if account.factors_since is None:
        return _("Pour revenir, il faudra le mot de passe.")
    return _("Pour revenir, il faudra le mot de passe et le second moyen, même sur un appareil de confiance.")


@blueprint.post("/coordination/comptes/<int:account_id>/connexions/fermer")
@access(Who.COORDINATOR)
def close_for(account_id: int) -> ResponseReturnValue:
    page = url_for("accounts.edit", account_id=account_id)
    with trying(lambda error: sentence(error.code), page) as current:
        account = connections.close_for(current, account_id, signed_in(), now())
        whose, back = of(account.name), _to_come_back(account)
    closed = _("Les connexions %(of_whom)s sont fermées.", of_whom=whose)
    return done(f"{closed} {back}", page)


@blueprint.get("/pas-moi/<token>")
@access(Who.LINK)
def suspect(token: str) -> ResponseReturnValue:
    """From the letter about a new device: what was seen, and what can be done."""
    one = _suspected(token)
    if one is None:
        return render_template("accounts/disowned.html"), 410
    protected = session().get_one(Account, one.account_id).factors_since is not None
    return render_template("accounts/disown.html", one=one, token=token, protected=protected)


@blueprint.post("/pas-moi/<token>")
@access(Who.LINK)
def disown(token: str) -> ResponseReturnValue:
    """Whoever reads the account's letters owns it: everything is closed, and another password is chosen."""
    one = _suspected(token)
    if one is None:
        return render_template("accounts/disowned.html"), 410
    session_id, unusable = one.id, hash_password(secrets.token_urlsafe(32))
    with transaction() as current:
        account = connections.disown(current, session_id, unusable, now())
        choice = generate_reset_password_token(account)  # type: ignore[no-untyped-call]
        owner = account.id
    here = current_account()
    closed = _("Tout est fermé, et l'ancien mot de passe n'ouvre plus rien.")
    if here is not None and here.id != owner:
        way = _("Pour en choisir un autre, déconnectez-vous ici, puis suivez « Mot de passe oublié ? ».")
        return done(f"{closed} {way}", url_for("accounts.welcome"))
    if here is not None:
        logout_user()
    return done(f"{closed} {_('Choisissez-en un autre.')}", url_for("security.reset_password", token=choice))


def _suspected(token: str) -> AccountSession | None:
    """The session that the link is about; None once that is settled, or the account was closed."""
    said = claim(Purpose.DISOWN, token)
    one = session().get(AccountSession, said.subject)
    if one is None or said.party != f"account:{one.account_id}":
        not_good()
    account = session().get_one(Account, one.account_id)
    return None if is_settled(session(), one) or not account.active else one


@blueprint.app_template_global()
def device_of(seen: sessions.SeenFrom | AccountSession) -> str:
    """« Firefox sur Windows »."""
    return device_words(seen.browser, seen.system)
