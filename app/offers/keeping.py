"""A form that is finished another day, or elsewhere: its link is sent to whoever asks, with an address and nothing else filled in."""

from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.days import day_of
from app.db import session, transaction
from app.late import Late
from app.models import KeptForm
from app.offers import kept
from app.offers.forms import OfferForm
from app.offers.routes import LARGEST_FORM, blueprint, keep_photos, offer_form, offer_page, sent_already
from app.photos.service import KEY, forget_form
from app.post.bearers import is_borne_by
from app.web.access import Who, access, current_account
from app.web.answers import done
from app.web.clock import now
from app.web.fields import FORBIDDEN
from app.web.guard import csrf, takes_up_to
from app.web.limits import writes_to
from app.web.links import BadLinkError, ExpiredLinkError, Purpose
from app.web.opening import LinkPage, links, not_good
from app.web.text import _, full_date, only_shown_again
from app.web.words import language_of_letters

if TYPE_CHECKING:
    from app.offers import letters
else:
    letters = Late("app.offers.letters")

CHECKED = ("csrf_token", "email", "rappel")
"""Of a form that is not finished, all that has to be right."""


@blueprint.post("/offrir/garder")
@access(Who.PUBLIC)
@writes_to(per_address="10 per hour")
@takes_up_to(LARGEST_FORM)
def keep() -> ResponseReturnValue:
    """The same answer for every address. As `submit` it checks its own token, so that an expired one loses nothing."""
    form = offer_form()
    key = form.submission_key.data
    if (answer := sent_already(form, key)) is not None:
        return answer
    keep_photos(form, key)
    if only_shown_again() or current_account() is not None:  # or has signed in meanwhile: this is for donors
        return offer_page(form)
    if [field for field in form if field.short_name in CHECKED and not field.validate(form)]:
        return offer_page(form), 422
    try:
        with transaction() as current:
            moment = now()
            seen = request.form.get("kept_at", "")
            spoken = language_of_letters()
            row = kept.keep(current, key, form.email.data or "", _typed(form), spoken, moment, seen)
            if row is not None:
                letters.form_kept(current, row, current_app.extensions["desk"], now())
    except kept.OtherVersionError as error:
        flash(_other_version(error.at), "warning")
        return offer_page(form, kept_at=error.at), 409
    except ValueError:
        flash(_("C'est trop long pour être gardé : raccourcissez vos précisions, puis recommencez."), "error")
        return offer_page(form), 422
    flash(_told(form.email.data or ""), "success")
    return offer_page(form, kept_at=moment)


csrf.exempt(keep)


@blueprint.get("/offrir/garder")
@access(Who.PUBLIC)
def kept_already() -> ResponseReturnValue:
    """Who asks for the address of that answer again is led to the form."""
    return redirect(url_for("offers.new"), 303)


def _told(email: str) -> str:
    until = full_date(day_of(now() + kept.KEPT_FOR))
    return _(
        "Votre don commencé est gardé jusqu'au %(day)s et son lien part à %(email)s, si cette adresse n'a pas déjà reçu plusieurs liens. Déjà demandé ? Le premier e-mail suffit. Mauvaise adresse ? Corrigez-la et redemandez le lien : le premier ne mènera plus nulle part.",
        day=until,
        email=email,
    )


def _other_version(at: datetime) -> str:
    return _(
        "Le %(day)s, une autre version de ce don a été gardée, sans doute depuis un autre appareil : elle reste, et le lien reçu l'ouvre. Pour garder celle-ci à sa place, redemandez le lien.",
        day=full_date(day_of(at)),
    )


def _typed(form: OfferForm) -> dict[str, str]:
    """The fields as they were sent; not the token, nor who may do what."""
    parts = [[field for field in form if field is not form.articles], *form.articles_forms]
    names = {field.name for part in parts for field in part if field.type != "MultipleFileField"}
    names -= {"csrf_token", "rappel", "spoken", "no_email"}
    return {name: FORBIDDEN.sub("", request.form[name]) for name in names & request.form.keys()}


def _kept(token: str) -> KeptForm:
    """What the link opens. Ends the request with a page that leads on where nothing is left of it."""
    try:
        said = links().read(Purpose.RESUME_FORM, token, now())
    except ExpiredLinkError:
        _nothing_left()
    except BadLinkError:
        not_good()
    row = session().get(KeptForm, said.subject)
    if row is not None and not is_borne_by(session(), said.party, row):
        not_good()
    return row if row is not None and row.typed else _nothing_left()


def _nothing_left() -> NoReturn:
    page = render_template("offers/nothing_kept.html", days=kept.KEPT_FOR.days)
    raise LinkPage(response=make_response(page, 410))


@blueprint.route("/offrir/reprendre/<token>", methods=["GET", "POST"])
@access(Who.LINK)
def begun(token: str) -> ResponseReturnValue:
    """The form as it was left. It is sent where any other is: here it comes only to be shown in another language."""
    row = _kept(token)
    typed = MultiDict(row.typed) if request.method == "GET" else None
    return offer_page(offer_form(typed), kept=row, kept_at=row.kept_at if typed else None, token=token)


@blueprint.post("/offrir/reprendre/<token>/effacer")
@access(Who.LINK)
def erase(token: str) -> ResponseReturnValue:
    """What the form itself can do, for who holds the link only."""
    return _erased(_kept(token).submission_key)


@blueprint.post("/offrir/effacer")
@access(Who.PUBLIC)
@takes_up_to(LARGEST_FORM)
def erase_form() -> ResponseReturnValue:
    """Only who typed the form, or was sent its link, knows its key."""
    return _erased(request.form.get("submission_key", ""))


def _erased(key: str) -> ResponseReturnValue:
    """Forget what was typed, and its photos; the page that follows has the browser do the same."""
    if not KEY.fullmatch(key):
        abort(400)
    with transaction() as current:
        kept.erase(current, key)
        forget_form(current, key, current_app.extensions["photos"])
    return done(_("Tout est effacé."), url_for("offers.new", efface=key))
