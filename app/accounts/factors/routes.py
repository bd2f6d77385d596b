"""One's own second factors: an application of codes, passkeys, recovery codes, devices; and those of somebody who has lost them."""

from typing import TYPE_CHECKING, Any

import click
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlmodel import select

from app.accounts.factors import keys, queries, service
from app.accounts.factors.codes import FEW_LEFT, RECOVERY_CODES, printed
from app.accounts.factors.forms import ApplicationForm, NewPasskeyForm
from app.accounts.factors.house import (
    codes,
    device_name,
    fault_sentence,
    is_asked_of,
    not_fresh,
    site,
    takes_passkeys,
    telephone_name,
)
from app.accounts.factors.keys import Asking, PasskeyError
from app.accounts.factors.service import FactorError, FactorRefusal
from app.accounts.signed_in import opened
from app.db import session, transaction
from app.late import Late
from app.models import Account
from app.models.states import FactorKind
from app.web.access import Who, access, signed_in
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.command import CommandFailed, DatabaseCommand
from app.web.text import _, of

if TYPE_CHECKING:
    import segno
else:
    segno = Late("segno")

blueprint = Blueprint("factors", __name__, cli_group=None)

ENROLLING, PRINTED = "factor_secret", "factor_codes"
"""In the session of whoever enrols, with whose they are: the secret of an application that has not shown a code yet, encrypted; and the
recovery codes, until their owner says that they are kept."""
SHOWN_FOR = 30 * 60
"""Seconds that recovery codes may be read again."""


def sentence(code: FactorRefusal) -> str:
    return {
        FactorRefusal.WRONG_CODE: _(
            "Ce n'est pas le bon code. Vérifiez que l'heure du téléphone est juste, et recopiez le code qui s'affiche maintenant."
        ),
        FactorRefusal.APPLICATION_THERE: _(
            "Une application est déjà inscrite. Retirez-la d'abord pour en inscrire une autre."
        ),
        FactorRefusal.KEY_THERE: _("Cette clé est déjà inscrite."),
        FactorRefusal.TOO_MANY_KEYS: _(
            "Vous avez déjà dix clés d'accès. Retirez-en une qui ne sert plus, puis recommencez."
        ),
        FactorRefusal.GONE: _("Ce moyen n'est plus inscrit."),
        FactorRefusal.NO_FACTOR: _("Ce compte n'a pas de double authentification."),
        FactorRefusal.NOT_YOURS: _(
            "Ce compte n'est pas de votre ressort : seul un administrateur peut retirer la double authentification d'un administrateur."
        ),
        FactorRefusal.YOURSELF: _(
            "Pour vous-même, passez par vos préférences. Si vous avez tout perdu, demandez à un autre administrateur."
        ),
    }[code]


@blueprint.get("/preferences/double-authentification")
@access(Who.SIGNED_IN)
def index() -> str:
    """What protects this account beside its password."""
    account, current = signed_in(), session()
    known = queries.factors(current, account.id)
    return render_template(
        "accounts/factors/index.html",
        asked=is_asked_of(account),
        application=next((each for each in known if each.kind is FactorKind.APPLICATION), None),
        passkeys=[each for each in known if each.kind is FactorKind.PASSKEY],
        known=known,
        codes_left=len(queries.codes_left(current, account.id)),
        few=FEW_LEFT,
        devices=queries.trusted(current, account.id, now()),
        takes_passkeys=takes_passkeys(),
        most_passkeys=service.MOST_PASSKEYS,
    )


# An application of codes


@blueprint.route("/preferences/double-authentification/application", methods=["GET", "POST"])
@access(Who.SIGNED_IN)
def application() -> ResponseReturnValue:
    """A picture for the telephone, and its first code."""
    account = signed_in()
    late = not_fresh(url_for("factors.application"))
    if late is not None:
        return late
    if queries.application(session(), account.id) is not None:
        flash(sentence(FactorRefusal.APPLICATION_THERE), "info")
        return redirect(url_for("factors.index"), 303)
    form = ApplicationForm(data={"name": telephone_name(account)})
    secret = _secret_for(account)
    if not form.validate_on_submit():
        return _application_page(account, form, secret)
    account_id = account.id
    try:
        with transaction() as current:
            made = service.add_application(
                current, account_id, secret, form.code.data, form.name.data, codes(), now(), at=_here()
            )
    except FactorError as error:
        if error.code is not FactorRefusal.WRONG_CODE:
            return done(sentence(error.code), url_for("factors.index"), "warning")
        form.code.errors = [sentence(error.code)]
        return _application_page(signed_in(), form, secret)
    cookie.pop(ENROLLING, None)
    return _enrolled(made)


def _here() -> int | None:
    here = opened()
    return here.id if here else None


def _secret_for(account: Account) -> str:
    """The one that this account's telephone was shown: whoever sat here before does not know it."""
    whose, secret = cookie.get(ENROLLING, (0, ""))
    if whose != account.id:
        secret = codes().new_secret()
        cookie[ENROLLING] = (account.id, secret)
    return str(secret)


def _application_page(account: Account, form: ApplicationForm, secret: str) -> ResponseReturnValue:
    told = codes().enrolment(secret, account.email)
    picture = segno.make(told.uri, error="m").svg_data_uri(scale=5, border=4, light="#fff", dark="#000")
    return form_page("accounts/factors/application.html", form, told=told, picture=picture)


def _enrolled(made: list[str]) -> ResponseReturnValue:
    """On to the recovery codes, with the first one; else back to the list."""
    if not made:
        return done(_("C'est inscrit."), url_for("factors.index"))
    _show_later(made)
    said = _(
        "C'est inscrit, et vos autres appareils ont été déconnectés. Il reste à garder vos codes de secours."
    )
    return done(said, url_for("factors.printed_codes"))


# Passkeys


@blueprint.route("/preferences/double-authentification/cle", methods=["GET", "POST"])
@access(Who.SIGNED_IN)
def passkey() -> ResponseReturnValue:
    """A passkey of this device, of a telephone or of a key that is plugged in."""
    account = signed_in()
    late = not_fresh(url_for("factors.passkey"))
    if late is not None:
        return late
    form = NewPasskeyForm(data={"name": device_name(account)})
    if not form.validate_on_submit():
        return _passkey_page(account, form)
    challenge, answer = form.said
    account_id = account.id
    try:
        site().made_at(Asking.ENROL, account_id, challenge, now())
        key = keys.enrolled(site(), challenge, answer)
        with transaction() as current:
            made = service.add_passkey(current, account_id, key, form.name.data, codes(), now(), at=_here())
    except PasskeyError as error:
        flash(fault_sentence(error.fault), "error")
        return _passkey_page(signed_in(), form)
    except FactorError as error:
        return done(sentence(error.code), url_for("factors.index"), "warning")
    return _enrolled(made)


def _passkey_page(account: Account, form: NewPasskeyForm) -> ResponseReturnValue:
    challenge = site().challenge(Asking.ENROL, account.id, now())
    form.challenge.data, form.answer.data = challenge, ""
    known = [each.credential_id or "" for each in queries.passkeys(session(), account.id)]
    options = keys.to_enrol(site(), challenge, account.id, account.email, account.name, known)
    return form_page("accounts/factors/passkey.html", form, options=options, takes_passkeys=takes_passkeys())


# What there is


@blueprint.post("/preferences/double-authentification/<int:factor_id>/retirer")
@access(Who.SIGNED_IN)
def remove(factor_id: int) -> ResponseReturnValue:
    back = url_for("factors.index")
    late = not_fresh(back)
    if late is not None:
        return late
    account_id = signed_in().id
    with _trying(back) as current:
        name = service.remove(current, account_id, factor_id, now()).name
    return done(_("« %(name)s » est retiré.", name=name), back)


@blueprint.post("/preferences/double-authentification/appareils/oublier")
@access(Who.SIGNED_IN)
def distrust() -> ResponseReturnValue:
    account_id = signed_in().id
    with transaction() as current:
        service.distrust(current, account_id)
    return done(_("C'est fait : le second moyen sera demandé sur chaque appareil."), url_for("factors.index"))


def _trying(back: str) -> Any:
    return trying(lambda error: sentence(error.code), back)


# Recovery codes


def _show_later(made: list[str]) -> None:
    """The next page shows them."""
    cookie[PRINTED] = codes().sealed([str(signed_in().id), *made], now())


@blueprint.get("/preferences/double-authentification/codes")
@access(Who.SIGNED_IN)
def printed_codes() -> ResponseReturnValue:
    """The codes, until their owner says that they are kept: nowhere are they shown again."""
    whose, *made = codes().unsealed(cookie.get(PRINTED, ""), SHOWN_FOR, now()) or [""]
    if whose != str(signed_in().id):
        cookie.pop(PRINTED, None)
        return redirect(url_for("factors.index"), 303)
    return render_template(
        "accounts/factors/codes.html", codes=[printed(each) for each in made], at=now(), many=RECOVERY_CODES
    )


@blueprint.post("/preferences/double-authentification/codes/gardes")
@access(Who.SIGNED_IN)
def kept() -> ResponseReturnValue:
    cookie.pop(PRINTED, None)
    return done(
        _("Votre compte est protégé par la double authentification."),
        url_for("factors.index"),
    )


@blueprint.post("/preferences/double-authentification/codes/renouveler")
@access(Who.SIGNED_IN)
def renew() -> ResponseReturnValue:
    back = url_for("factors.index")
    late = not_fresh(back)
    if late is not None:
        return late
    account_id = signed_in().id
    with _trying(back) as current:
        made = service.renew_codes(current, account_id, codes(), now())
    _show_later(made)
    return done(
        _("Voici dix nouveaux codes. Les anciens ne valent plus rien."), url_for("factors.printed_codes")
    )


# Of somebody who has lost everything


@blueprint.post("/coordination/comptes/<int:account_id>/double-authentification/retirer")
@access(Who.COORDINATOR)
def reset(account_id: int) -> ResponseReturnValue:
    back = url_for("accounts.edit", account_id=account_id)
    if session().get(Account, account_id) is None:
        abort(404)
    late = not_fresh(back)
    if late is not None:
        return late
    by = signed_in()
    with _trying(back) as current:
        whose = of(service.reset(current, account_id, by, now()).name)
    return done(
        _("La double authentification %(of_whom)s est retirée : un e-mail le lui dit.", of_whom=whose), back
    )


@blueprint.cli.command("reset-second-factor", cls=DatabaseCommand)
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Remove the second factors of the account of EMAIL, whose owner has lost them; a letter says so."""
    wanted = email.strip().lower()
    query = select(Account.id).where(Account.email == wanted)
    account_id = session().exec(query).first() if wanted.isprintable() else None
    if account_id is None:
        raise CommandFailed(_("Aucun compte n'a cette adresse."))
    try:
        with transaction() as current:
            service.reset(current, account_id, None, now())
    except FactorError as error:
        raise CommandFailed(sentence(error.code)) from None
    click.echo(_("La double authentification de %(email)s est retirée.", email=wanted))
