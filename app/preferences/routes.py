"""When to write and in which language; the digest's one-click stop (RFC 8058); where a committee's calendar is found."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app.accounts import service as accounts
from app.committees import service as committees
from app.db import session, transaction
from app.models import Account, Committee
from app.models.states import Language, Right
from app.preferences import queries, service
from app.preferences.forms import DailyForm, LanguageForm, WeeklyForm, data_of
from app.web.access import Who, access, signed_in
from app.web.answers import done, form_page
from app.web.clock import now
from app.web.current_committee import committees_of, may, own_committee
from app.web.guard import csrf
from app.web.links import Purpose, path_of
from app.web.opening import claim, links, not_good
from app.web.seen import filled_with, unchanged
from app.web.text import _, choose_again

blueprint = Blueprint("preferences", __name__)


# What a person chooses


@blueprint.route("/preferences", methods=["GET", "POST"])
@access(Who.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """The language of letters and screens; for coordinators, the daily digest."""
    account = signed_in()
    party = queries.account_party(account.id)
    filled_with(preferences=_chosen(session(), account.language, party))
    form = _my_form(account)
    if not form.validate_on_submit():
        ours = [each for each in committees_of(account) if may(account, each.id, Right.DESCRIBE)]
        return form_page("preferences/mine.html", form, committees=ours)
    wish = form.wish() if isinstance(form, DailyForm) else None
    with transaction() as current:
        held = accounts.held(current, account.id)
        unchanged(preferences=_chosen(current, held.language, party))
        service.choose_for_account(current, account, form.chosen, wish, now())
    _speak(form.chosen)
    return done(_("Vos préférences sont enregistrées."), url_for("preferences.mine"))


def _chosen(current: Session, language: Language, party: str) -> tuple[Any, ...]:
    """All that a page of preferences is filled with."""
    return language, asdict(queries.digest_preferences(current, [party])[party])


def _my_form(account: Account) -> LanguageForm:
    if not account.is_coordinator:
        return LanguageForm(data=data_of(account.language))
    party = queries.account_party(account.id)
    return DailyForm(data=data_of(account.language, queries.digest_preferences(session(), [party])[party]))


def _speak(language: Language) -> None:
    """From this answer on; a language chosen by hand before gives way."""
    cookie["language"] = language.value
    choose_again()


# What a committee chooses


@blueprint.route("/mon-comite/preferences", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DESCRIBE)
def ours() -> ResponseReturnValue:
    """The committee's weekly digest, the language of its letters, the address of its calendar."""
    committee = own_committee()
    key, slug = committee.id, committee.slug
    party = queries.committee_party(key)
    chosen = queries.digest_preferences(session(), [party])[party]
    agenda = queries.agenda_version(session(), key)
    filled_with(preferences=_chosen(session(), committee.language, party), agenda=agenda)
    zone = committee.zone
    form = WeeklyForm(data=data_of(committee.language, chosen, zone), zone=zone)
    if not form.validate_on_submit():
        return form_page(
            "preferences/ours.html",
            form,
            committee=committee,
            others=committees_of(signed_in()),
            address=_agenda_address(key),
        )
    with transaction() as current:
        unchanged(preferences=_chosen(current, committees.held(current, key).language, party))
        service.choose_for_committee(current, key, form.chosen, form.wish(), now())
    said = _("Les préférences du comité sont enregistrées.")
    return done(said, url_for("preferences.ours", comite=slug))


def _agenda_address(committee_id: int) -> str:
    version = queries.agenda_version(session(), committee_id)
    token = queries.agenda_token(links(), committee_id, version, now())
    return links().url(path_of(Purpose.AGENDA, token))


@blueprint.post("/mon-comite/agenda/renouveler")
@access(Who.MEMBER, Right.DESCRIBE)
def renew_agenda() -> ResponseReturnValue:
    """The old address stops; whoever should keep seeing the calendar needs the new one."""
    committee = own_committee()
    key, slug = committee.id, committee.slug
    with transaction() as current:
        committees.held(current, key)
        unchanged(agenda=queries.agenda_version(current, key))
        service.renew_agenda(current, key, now())
    said = _("L'ancienne adresse ne fonctionne plus. Voici la nouvelle.")
    return done(said, url_for("preferences.ours", comite=slug, _anchor="agenda"))


# Out of the digests, by a link in each


def _subscriber(token: str) -> tuple[str, Account | Committee]:
    """(party, whose digest it is); ends the request for a link that is good for nothing."""
    found = claim(Purpose.UNSUBSCRIBE, token)
    reader = queries.subscriber(session(), found)
    return (found.party, reader) if reader is not None else not_good()


@blueprint.get("/desabonnement/<token>")
@access(Who.LINK)
def unsubscription(token: str) -> str:
    """One button to stop, or to go back on it. Scanners open links: looking changes nothing."""
    party, reader = _subscriber(token)
    return render_template(
        "preferences/unsubscription.html",
        token=token,
        committee=reader if isinstance(reader, Committee) else None,
        stopped=queries.digest_preferences(session(), [party])[party].off,
    )


@blueprint.post("/desabonnement/<token>")
@access(Who.LINK)
def unsubscribe(token: str) -> ResponseReturnValue:
    """Stop. Mail providers post `List-Unsubscribe=One-Click` with no cookie, and follow no redirect."""
    party, _reader = _subscriber(token)
    with transaction() as current:
        service.stop_digests(current, party, now())
    if request.form.get("List-Unsubscribe") == "One-Click":
        return Response(_("Le récapitulatif est arrêté.") + "\n", content_type="text/plain; charset=utf-8")
    return redirect(url_for("preferences.unsubscription", token=token), 303)


@blueprint.post("/desabonnement/<token>/reprendre")
@access(Who.LINK)
def resubscribe(token: str) -> ResponseReturnValue:
    """Undo: the token is the proof, as for stopping."""
    party, _reader = _subscriber(token)
    with transaction() as current:
        service.resume_digests(current, party, now())
    return done(_("Le récapitulatif reprend."), url_for("preferences.unsubscription", token=token))


# Neither needs a page of ours to have been open: the token is the proof, and the mail provider has no other.
csrf.exempt(unsubscribe)
csrf.exempt(resubscribe)
