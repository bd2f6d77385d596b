"""The way in: what is asked after the password, a passkey instead of both, and enrolling for whoever must have a second factor.

Between the password and the second factor nobody is signed in: the browser holds, signed, whose password was right and when, and that
opens one page. Flask-Security's own pages for it were looked at, and left: they keep no code from being used twice, want eleven more
addresses with English words in each, and ask which of several means is meant before they ask for it. Its login view, its hook after
the password (`TfPlugin.tf_enter`) and its freshness are used; passlib, which it brings, makes the codes.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security import login_user
from flask_security.tf_plugin import TfPlugin

from app.accounts import knocking, sessions, throttling
from app.accounts.factors import keys, queries, service
from app.accounts.factors.forms import CodeForm, PasskeyForm
from app.accounts.factors.house import (
    WAITING_FOR,
    browser_name,
    codes,
    fault_sentence,
    lacks_factor,
    site,
    takes_passkeys,
)
from app.accounts.factors.keys import Asking, Key, KeyFault, PasskeyError
from app.accounts.factors.service import TRUSTED_FOR, Entered, FactorError
from app.accounts.signed_in import device
from app.db import session, transaction
from app.models import Account, Factor, FactorTrial, KnownDevice
from app.web.access import Who, access, as_nobody, current_account, declared
from app.web.clock import now
from app.web.devices import remember_device, was_shared
from app.web.limits import limiter
from app.web.text import _, plural

blueprint = Blueprint("entering", __name__)

HALF = "half_in"
"""In the session: whose password was right, when, and whether to stay signed in."""
TRUSTED = "appareil_sur"
"""The cookie of a browser that is asked for the password alone."""
FAILURES_PER_PLACE = "20 per 10 minutes"
STAYS = frozenset(
    {"security.login", "security.logout", "security.verify", "security.change_password", "static"}
)
"""Where somebody who has to enrol first is still who they are; the pages of enrolling too."""
OWN, OTHERS = frozenset({"factors", "shared", "entering"}), "factors.reset"
"""The rooms of one's own second factors, and what is done there to somebody else's."""


class Half(NamedTuple):
    """Somebody whose password was right."""

    account: Account
    remember: bool


class SecondStep(TfPlugin):
    """What Flask-Security asks once a password was right: None lets in."""

    def tf_enter(self, user: Any, remember_me: bool | None, _via: str, next_loc: str | None) -> Any:
        if user.factors_since is None or _is_trusted(user):
            return None
        cookie[HALF] = [user.fs_uniquifier, int(now().timestamp()), bool(remember_me)]
        onward = _inside(next_loc or "")
        return redirect(url_for("entering.second_step", next=onward or None))


def _inside(address: str) -> str:
    """A page of ours, as it stands in an address; nothing for what leads elsewhere."""
    ours = address.startswith("/") and address.isprintable() and "\\" not in address
    return address if ours and not address.startswith("//") and len(address) <= 1000 else ""


def _is_trusted(account: Account) -> bool:
    held = request.cookies.get(TRUSTED, "")
    return bool(held) and not was_shared() and queries.is_trusted(session(), account, held, now())


def _half() -> Half | None:
    """Whose second factor this browser is about to show, if the password was right a moment ago."""
    try:
        mark, at, remember = cookie.get(HALF, ())
    except ValueError:
        return None
    age = now().timestamp() - at
    account = queries.account_of(session(), mark) if 0 <= age <= WAITING_FOR.total_seconds() else None
    if account is None or account.factors_since is None:
        cookie.pop(HALF, None)
        return None
    return Half(account, bool(remember))


def _once_more() -> ResponseReturnValue:
    flash(_("Commencez par votre adresse et votre mot de passe."), "info")
    return redirect(url_for("security.login"), 303)


def _let_in(account: Account, via: list[str], *, remember: bool, trust: bool, onward: str) -> Response:
    """Sign in, and go where one wanted to be."""
    cookie.pop(HALF, None)
    trust = trust and not was_shared()
    name, account_id = browser_name(), account.id
    held = ""
    if trust:
        with transaction() as current:
            held = service.trust(current, current.get_one(Account, account_id), name, now())
    login_user(session().get_one(Account, account_id), remember=remember and not was_shared(), authn_via=via)
    answer = current_app.make_response(redirect(_inside(onward) or url_for("accounts.welcome"), 303))
    if held:
        answer.set_cookie(
            TRUSTED,
            held,
            max_age=int(TRUSTED_FOR.total_seconds()),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
            path=url_for("security.login"),
        )
    return answer


# After the password


@blueprint.route("/connexion/code", methods=["GET", "POST"])
@access(Who.PUBLIC)
def second_step() -> ResponseReturnValue:
    """A code of the application, or one that was printed; beside it the button for passkeys."""
    half = _half()
    if half is None:
        return _once_more()
    form = CodeForm(data={"next": _inside(request.args.get("next", ""))})
    if not form.validate_on_submit():
        return _second_page(half, form)
    account_id = half.account.id
    entered = _entered(account_id, form.code.data)
    if not entered.right:
        form.code.errors = [_wrong(entered.wait)]
        form.code.data = ""
        return _second_page(Half(session().get_one(Account, account_id), half.remember), form)
    if entered.recovery:
        flash(_left(len(queries.codes_left(session(), account_id))), "warning")
    return _let_in(
        session().get_one(Account, account_id),
        ["password", "recovery" if entered.recovery else "totp"],
        remember=half.remember,
        trust=form.trusted.data,
        onward=form.next.data or "",
    )


def _own_door(account_id: int) -> str:
    """Where this device is counted apart; nothing where this account is not known to use it."""
    key = sessions.hashed(device())
    known = session().get(KnownDevice, (account_id, key)) is not None
    return throttling.door("code", account_id, key) if known else ""


def _entered(account_id: int, code: str) -> Entered:
    door = _own_door(account_id)
    wait = knocking.wait_at(door) if door else timedelta(0)
    if wait:
        return Entered(False, throttling.seconds(wait))
    with transaction() as current:
        entered = service.enter_code(current, account_id, code, codes(), now(), counted=not door)
    if door and entered.right:
        knocking.forgive_at(door)
    return entered


def _wrong(wait: int) -> str:
    if wait:
        why = _("Ce n'est pas le bon code, ou trop d'essais se suivent.")
        return f"{why} {knocking.try_again(timedelta(seconds=wait))}"
    return _(
        "Ce n'est pas le bon code, ou il a déjà servi. Recopiez celui qui s'affiche maintenant, ou un code de secours."
    )


def _left(number: int) -> str:
    if not number:
        return _(
            "Ce code de secours ne sert plus, et c'était le dernier : faites-en de nouveaux dans vos préférences."
        )
    return plural(
        "Ce code de secours ne sert plus. Il vous en reste %(num)s : si votre téléphone est perdu, retirez-le et inscrivez-en un autre.",
        "Ce code de secours ne sert plus. Il vous en reste %(num)s : si votre téléphone est perdu, retirez-le et inscrivez-en un autre.",
        number,
    )


def _second_page(half: Half, form: CodeForm) -> ResponseReturnValue:
    current, account = session(), half.account
    known = [each.credential_id or "" for each in queries.passkeys(current, account.id)]
    challenge = site().challenge(Asking.SECOND, account.id, now())
    trial = None if _own_door(account.id) else current.get(FactorTrial, account.id)
    wait = service.waiting(trial, now())
    page = render_template(
        "accounts/factors/second_step.html",
        form=form,
        has_application=queries.application(current, account.id) is not None,
        has_passkey=bool(known) and takes_passkeys(),
        key_form=PasskeyForm(formdata=None, data={"challenge": challenge, "next": form.next.data}),
        options=keys.to_prove(site(), challenge, Asking.SECOND, known) if known else "",
        wait=knocking.try_again(timedelta(seconds=wait)) if wait else "",
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/connexion/code/cle")
@access(Who.PUBLIC)
def second_passkey() -> ResponseReturnValue:
    """A passkey, beside the password."""
    half = _half()
    if half is None:
        return _once_more()
    form = PasskeyForm()
    onward = _inside(form.next.data or "")
    account_id = half.account.id
    try:
        _prove(form, Asking.SECOND, account_id)
    except PasskeyError as error:
        flash(fault_sentence(error.fault), "error")
        return redirect(url_for("entering.second_step", next=onward or None), 303)
    return _let_in(
        session().get_one(Account, account_id),
        ["password", "webauthn"],
        remember=half.remember,
        trust=form.trusted.data,
        onward=onward,
    )


def _prove(form: PasskeyForm, asking: Asking, account_id: int) -> int:
    """Whose passkey it is that has answered. Raises PasskeyError."""
    challenge, answer = form.said
    made_at = site().made_at(asking, account_id, challenge, now())
    row: Factor | None = queries.passkey(session(), keys.credential_of(answer))
    if row is None or (account_id and row.account_id != account_id):
        raise PasskeyError(KeyFault.UNREADABLE)
    key = Key(row.credential_id or "", row.secret, row.counter, row.last_used_at)
    counter = keys.proved(site(), challenge, answer, key, asking, made_at)
    whose, factor_id = row.account_id, row.id
    try:
        with transaction() as current:
            service.note_use(current, factor_id, counter, made_at, now())
    except FactorError:
        raise PasskeyError(KeyFault.OLD) from None
    return whose


# Instead of both


@blueprint.post("/connexion/cle")
@access(Who.PUBLIC)
@limiter.limit(
    FAILURES_PER_PLACE, deduct_when=lambda response: "/connexion" in response.headers.get("Location", "")
)
def passkey_alone() -> ResponseReturnValue:
    """A passkey that its owner has unlocked is something that one has and something that one knows, or is."""
    form = PasskeyForm()
    onward = _inside(form.next.data or "")
    try:
        account = session().get_one(Account, _prove(form, Asking.ALONE, 0))
    except PasskeyError as error:
        flash(fault_sentence(error.fault), "error")
        return redirect(url_for("security.login", next=onward or None), 303)
    if not account.active:
        flash(_("Ce compte est fermé. Écrivez à votre coordinateur."), "error")
        return redirect(url_for("security.login"), 303)
    remember_device(form.shared.data)
    return _let_in(account, ["webauthn"], remember=form.remember.data, trust=False, onward=onward)


def passkey_to_sign_in(onward: str) -> dict[str, Any] | None:
    """For the page to sign in: its form and what the browser is asked; nothing where browsers keep no passkeys."""
    if not takes_passkeys():
        return None
    challenge = site().challenge(Asking.ALONE, 0, now())
    form = PasskeyForm(formdata=None, data={"challenge": challenge, "next": _inside(onward)})
    return {"form": form, "options": keys.to_prove(site(), challenge, Asking.ALONE)}


# Whoever must have a second factor, and has none


def _enrol_first() -> ResponseReturnValue | None:
    """Before each request: what is everybody's is shown as to a visitor, all else waits until there is a second factor."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in STAYS or (request.blueprint in OWN and endpoint != OTHERS):
        return None
    account = current_account()
    if account is None or not lacks_factor(account):
        return None
    if declared(current_app, endpoint) in {Who.PUBLIC, Who.LINK, Who.HOOK, Who.DEVELOPMENT}:
        as_nobody()
        return None
    return redirect(url_for("factors.index"), 303)


def init_app(app: Flask, security: Any) -> None:
    security.two_factor_plugins = SecondStep()
    app.before_request(_enrol_first)
    app.jinja_env.globals["passkey_to_sign_in"] = passkey_to_sign_in
