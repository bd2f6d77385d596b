"""Invitations, the list of accounts, and the way in after signing in."""

from typing import Any

import click
from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import hash_password, login_user
from sqlmodel import Session

from app.accounts import queries, service
from app.accounts.forms import AcceptForm, InvitationForm, RightsForm
from app.accounts.messages import rules, weakness_sentence
from app.accounts.passwords import normal, weakness
from app.accounts.service import AccountError, AccountRefusal, Invited, Rights
from app.accounts.session_queries import open_sessions
from app.accounts.signed_in import shared_idle
from app.committees import queries as committees
from app.db import session, transaction
from app.models import Account
from app.models.states import Role
from app.web import asked
from app.web.access import Who, access, signed_in
from app.web.answers import done, form_page
from app.web.clock import now
from app.web.command import CommandFailed, DatabaseCommand
from app.web.errors import DomainError
from app.web.links import Purpose
from app.web.opening import claim, links
from app.web.seen import StaleError, told
from app.web.text import _
from app.web.words import language_of_letters

blueprint = Blueprint("accounts", __name__, cli_group=None)


def sentence(code: AccountRefusal) -> str:
    return {
        AccountRefusal.KNOWN_ADDRESS: _(
            "Un compte existe déjà avec cette adresse. Cherchez-le dans la liste."
        ),
        AccountRefusal.NOT_YOURS_TO_GIVE: _(
            "Ce compte n'est pas de votre ressort : celui d'un administrateur, ou de quelqu'un qui agit aussi ailleurs."
        ),
        AccountRefusal.YOURSELF: _(
            "Demandez à quelqu'un d'autre : on ne ferme pas son propre compte et on ne change pas son propre rôle."
        ),
        AccountRefusal.LAST_ADMINISTRATOR: _("C'est le dernier administrateur. Nommez-en un autre d'abord."),
        AccountRefusal.ALREADY_ACCEPTED: _(
            "Cette personne a déjà choisi son mot de passe : elle peut se connecter."
        ),
        AccountRefusal.CLOSED: _("Ce compte est fermé."),
        AccountRefusal.UNKNOWN: _("Ce compte n'existe plus."),
        AccountRefusal.ALREADY_A_MEMBER: _("Cette personne est déjà membre du comité."),
        AccountRefusal.NO_MEMBER: _("Cette personne n'est plus membre du comité."),
        AccountRefusal.LAST_RESPONSIBLE: _(
            "Le comité n'aurait plus de responsable : donnez d'abord ce rôle à quelqu'un d'autre."
        ),
    }[code]


@blueprint.get("/accueil")
@access(Who.SIGNED_IN)
def welcome() -> ResponseReturnValue:
    """Where one wants to be after signing in."""
    wanted = ("todo.index", "needs.everywhere") if signed_in().is_coordinator else ("committees.home",)
    known = [endpoint for endpoint in wanted if endpoint in current_app.view_functions]
    return redirect(url_for(known[0] if known else "public.home"), 303)


@blueprint.get("/coordination/comptes")
@access(Who.COORDINATOR)
def index() -> str:
    text = asked.words()
    page = queries.everybody(session(), text, asked.page())
    return render_template("accounts/index.html", page=page, text=text, me=signed_in())


def _roles() -> tuple[Role, ...]:
    return tuple(role for role in Role if service.may_give(signed_in(), role))


def _associations() -> list[tuple[int, str]]:
    """Those that a coordinator may be given; who answers for one gives that one, and is not asked."""
    if signed_in().organisation_id is not None:
        return []
    return [(row.id, row.name) for row in committees.organisations(session())]


@blueprint.route("/coordination/comptes/inviter", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def invite() -> ResponseReturnValue:
    form = InvitationForm(
        committees=committees.choices(session()), roles=_roles(), associations=_associations()
    )
    if not form.validate_on_submit():
        return form_page("accounts/invite.html", form)
    who = Invited(name=form.name.data, email=form.email.data or "", **form.rights())
    try:
        with transaction() as current:
            service.invite(current, who, signed_in(), now())
    except AccountError as error:
        if error.code is not AccountRefusal.KNOWN_ADDRESS:
            raise DomainError(sentence(error.code)) from None
        form.email.errors = [sentence(error.code)]
        return form_page("accounts/invite.html", form)
    said = _("L'invitation part à l'adresse %(email)s. Le lien est valable deux semaines.", email=who.email)
    return done(said, url_for("accounts.index"))


@blueprint.route("/coordination/comptes/<int:account_id>", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def edit(account_id: int) -> ResponseReturnValue:
    account = session().get(Account, account_id) or abort(404)
    form = RightsForm(
        data={
            "role": account.role,
            "committees": queries.committee_ids(session(), account_id),
            "association": str(account.organisation_id or ""),
        },
        committees=committees.choices(session(), queries.committee_ids(session(), account_id)),
        roles=_roles() if account.role in _roles() else (*_roles(), account.role),
        associations=_associations(),
    )
    if not form.validate_on_submit():
        mine = service.answers_for(session(), signed_in(), account)
        seen = open_sessions(session(), account, shared_idle(), now()) if mine else []
        return form_page(
            "accounts/edit.html", form, edited=account, me=signed_in(), open_now=seen, may_reset=mine
        )
    _do(service.change_rights, account_id, Rights(**form.rights()), signed_in(), now())
    return done(_("C'est enregistré."), url_for("accounts.index"))


def _do(verb: Any, *arguments: Any) -> Any:
    """Run one verb of the service; its refusals become a page."""
    try:
        with transaction() as current:
            return verb(current, *arguments)
    except AccountError as error:
        late = told()
        if late:
            raise StaleError(late) from None
        raise DomainError(
            sentence(error.code), 404 if error.code is AccountRefusal.UNKNOWN else 409
        ) from None


@blueprint.post("/coordination/comptes/<int:account_id>/inviter")
@access(Who.COORDINATOR)
def invite_again(account_id: int) -> ResponseReturnValue:
    account = _do(service.invite_again, account_id, signed_in(), now())
    said = _("L'invitation repart à l'adresse %(email)s.", email=account.email)
    return done(said, url_for("accounts.index"))


@blueprint.post("/coordination/comptes/<int:account_id>/fermer")
@access(Who.COORDINATOR)
def close(account_id: int) -> ResponseReturnValue:
    account = _do(service.close, account_id, signed_in(), now())
    said = _("Le compte de %(name)s est fermé. Il peut être rouvert.", name=account.name)
    return done(said, url_for("accounts.index"))


@blueprint.post("/coordination/comptes/<int:account_id>/rouvrir")
@access(Who.COORDINATOR)
def reopen(account_id: int) -> ResponseReturnValue:
    account = _do(service.reopen, account_id, signed_in(), now())
    return done(_("Le compte de %(name)s est rouvert.", name=account.name), url_for("accounts.index"))


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@access(Who.LINK)
def invitation(token: str) -> ResponseReturnValue:
    """The invited person chooses a password and comes in."""
    account = _invited(session(), token)
    if isinstance(account, tuple):
        return account
    form = AcceptForm(about=(account.name, account.email))
    if not form.validate_on_submit():
        return form_page("accounts/invitation.html", form, invited=account, rules=rules())
    account_id, password = account.id, hash_password(normal(form.password.data))
    spoken = language_of_letters()
    try:
        with transaction() as current:
            account = service.accept(current, account_id, password, now(), spoken)
    except AccountError:
        return _stale(_("Cette invitation a déjà servi"), used=True)
    login_user(account, authn_via=["invitation"])
    return done(_("Bienvenue ! Votre mot de passe est enregistré."), url_for("accounts.welcome"))


def _invited(current: Session, token: str) -> Account | tuple[str, int]:
    """The account that the link is for, or the page that says why not."""
    said = claim(Purpose.INVITATION, token)
    account = current.get(Account, said.subject)
    if account is None or not account.active or said.party != f"account:{account.id}":
        return _stale(_("Cette invitation a été retirée"))
    if account.password is not None:
        return _stale(_("Cette invitation a déjà servi"), used=True)
    return account


def _stale(title: str, *, used: bool = False) -> tuple[str, int]:
    return render_template("accounts/stale.html", title=title, used=used), 410


@blueprint.cli.command("create-account", cls=DatabaseCommand)
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ADMINISTRATOR.value)
@click.option("--name", default="", help="Shown to colleagues; the address's first half if left out.")
@click.option(
    "--password", is_flag=True, help="Ask for a password here instead of printing an invitation link."
)
def create_account(email: str, role: str, name: str, password: bool) -> None:
    """Make an account for EMAIL and print the link where its owner chooses a password."""
    with current_app.test_request_context():
        form = InvitationForm(
            data={"email": email, "name": name or email.partition("@")[0], "role": role},
            meta={"csrf": False},
            committees=[],
        )
    if not form.email.validate(form) or not form.name.validate(form):
        raise CommandFailed(str((*form.email.errors, *form.name.errors)[0]))
    who = Invited(name=form.name.data, email=form.email.data or "", role=Role(role))
    hashed = hash_password(normal(_asked(who))) if password else ""
    try:
        with transaction() as current:
            account = service.create(current, who, None, now())
            link = links().link(Purpose.INVITATION, account.id, f"account:{account.id}", now())
            if hashed:
                service.accept(current, account.id, hashed, now())
    except AccountError as error:
        raise CommandFailed(sentence(error.code)) from None
    click.echo(f"{who.email} ({role})" if hashed else link)


def _asked(who: Invited) -> str:
    """A password typed twice at the terminal."""
    typed: str = click.prompt(_("Mot de passe"), hide_input=True, confirmation_prompt=True)
    found = weakness(normal(typed), (who.name, who.email))
    if found is not None:
        raise CommandFailed(weakness_sentence(found))
    return typed
