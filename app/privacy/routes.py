"""What the portal holds of people: the register, and to each donor their own, to read, to take along and to have erased."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.models import Donor
from app.models.states import LookupKind
from app.post.bearers import bearer_of
from app.privacy import queries, service, watching, wording
from app.privacy import register as register_of
from app.privacy.people import DataSubject, people, person
from app.privacy.watching import Watched
from app.transitions import DONOR, Actor
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done, form_page, turn_back
from app.web.clock import now
from app.web.fields import EmailAddressField, EmptyField, PortalForm
from app.web.limits import writes_to
from app.web.links import Purpose
from app.web.lookups import looked_at
from app.web.opening import claim, not_good
from app.web.seen import told
from app.web.text import _, lazy
from app.web.words import word

blueprint = Blueprint("privacy", __name__)
SHOWN = 30
"""Rows of a table on a page; files hold all of them."""
GONE = lazy("C'est déjà effacé : nous ne gardons plus rien de cette personne.")


class DataForm(PortalForm):
    email = EmailAddressField(lazy("Adresse e-mail"))
    rappel = EmptyField()


@blueprint.get("/vos-donnees/registre")
@access(Who.PUBLIC)
def register() -> str:
    settings = current_app.extensions["settings"]
    return render_template(
        "privacy/register.html",
        rows=list(register_of.rows(settings)),
        contact_email=settings.contact_email,
        copies=settings.backup_copies,
    )


@blueprint.route("/vos-donnees/demande", methods=["GET", "POST"])
@access(Who.PUBLIC)
@writes_to(per_address="3 per hour")
def ask() -> ResponseReturnValue:
    """The same answer, in the same time, for every address: nobody learns here who gives."""
    form = DataForm()
    if not form.validate_on_submit():
        return form_page("privacy/ask.html", form)
    with transaction() as current:
        service.want(current, form.email.data or "", now())
    return done(
        _(
            "Si nous gardons quelque chose à cette adresse, un e-mail y part avec un lien. Rien reçu d'ici quelques minutes ? Regardez dans les courriers indésirables."
        ),
        url_for(".ask"),
    )


def _own(token: str) -> Donor:
    """Whose data the link opens, which went to their own address."""
    said = claim(Purpose.OWN_DATA, token)
    donor = session().get(Donor, said.subject)
    if (
        donor is not None
        and donor.anonymised_at is not None
        and said.party.split(":")[:2] == ["donor", str(donor.id)]
    ):
        turn_back(GONE, url_for("public.privacy"), "info")
    if donor is None or said.party != bearer_of(donor):
        not_good()
    if donor.merged_into_id is not None:
        moved = _(
            "Ces dons sont maintenant réunis avec ceux d'une autre adresse. Demandez un nouveau lien : il part à celle-là."
        )
        turn_back(moved, url_for(".ask"), "info")
    return donor


def _donor(donor_id: int) -> Donor:
    donor = session().get(Donor, donor_id)
    return abort(404) if donor is None else donor


def _meant(donor: Donor, back: str) -> DataSubject:
    """Whose data the address of the page asks for; where it does not say, or they are gone, the page `back` does."""
    offer_id = asked.number("don")
    found = person(session(), donor, offer_id)
    if found is None:
        turn_back(GONE if offer_id else _("Choisissez d'abord de qui il s'agit."), back, "info")
    return found


def _page(donor: Donor, page: str, file: str, erase: str, back: str = "", **where: Any) -> str:
    """What is held of the donor, or, where the address stands in for others, by whom one goes on; with the names of the views that lead on."""
    offer_id, here = asked.number("don"), url_for(page, **where)
    if offer_id is None and person(session(), donor) is None:
        return render_template(
            "privacy/people.html",
            people=people(session(), donor),
            here=here,
            page=page,
            where=where,
            back=back,
        )
    meant = _meant(donor, here)
    sections = list(queries.held(session(), meant))
    return render_template(
        "privacy/held.html",
        sections=[(each, wording.TITLES[each.table], wording.lines(each, SHOWN)) for each in sections],
        most=SHOWN,
        person=meant,
        back=here if meant.stood_in_for else back,
        own=not back,
        json=url_for(file, form="json", don=offer_id, **where),
        text=url_for(file, form="txt", don=offer_id, **where),
        erase=url_for(erase, don=offer_id, **where),
    )


def _file(person: DataSubject, form: str) -> Response:
    sections = list(queries.held(session(), person))
    if form == "json":
        body, kind = wording.as_json(sections), "application/json"
    else:
        body, kind = wording.as_text(sections), "text/plain; charset=utf-8"
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename={_('mes-donnees')}.{form}"
    return response


def _erasure(person: DataSubject, back: str, actor: Actor, then: str) -> ResponseReturnValue:
    """What erasing means, then the act."""
    offer_id = person.stood_in_for.id if person.stood_in_for else None
    if request.method == "GET":
        return render_template(
            "privacy/erase.html", foreseen=service.foreseen(session(), person), back=back, person=person, own=actor is DONOR,
            copies=current_app.extensions["settings"].backup_copies,
        )  # fmt: skip
    with transaction() as current:
        erased = service.erase(current, person.donor.id, actor, now(), offer_id)
    if erased is None:
        turn_back(told() or GONE, then, "info")
    return done(
        _("C'est effacé. Le nom, les coordonnées, les mots et les photos ne sont plus dans le portail."), then
    )


@blueprint.get("/mes-donnees/<token>")
@access(Who.LINK)
def own(token: str) -> ResponseReturnValue:
    return _page(_own(token), ".own", ".own_file", ".erase_own", token=token)


@blueprint.get("/mes-donnees/<token>/donnees.<any(json, txt):form>")
@access(Who.LINK)
def own_file(token: str, form: str) -> ResponseReturnValue:
    return _file(_meant(_own(token), url_for(".own", token=token)), form)


@blueprint.route("/mes-donnees/<token>/effacer", methods=["GET", "POST"])
@access(Who.LINK)
def erase_own(token: str) -> ResponseReturnValue:
    page = url_for(".own", token=token)
    meant = _meant(_own(token), page)
    return _erasure(meant, page, DONOR, page if meant.stood_in_for else url_for("public.privacy"))


@blueprint.get("/coordination/donateurs/<int:donor_id>/donnees")
@access(Who.PORTAL)
def of_donor(donor_id: int) -> ResponseReturnValue:
    donor = _donor(donor_id)
    back = url_for("donors.show", donor_id=donor_id)
    if donor.anonymised_at is not None:
        turn_back(GONE, back)
    looked_at(LookupKind.EXPORT, [donor.id])
    return _page(donor, ".of_donor", ".file_of_donor", ".erase_donor", back, donor_id=donor_id)


@blueprint.get("/coordination/donateurs/<int:donor_id>/donnees.<any(json, txt):form>")
@access(Who.PORTAL)
def file_of_donor(donor_id: int, form: str) -> ResponseReturnValue:
    donor = _donor(donor_id)
    if donor.anonymised_at is not None:
        abort(404)
    looked_at(LookupKind.EXPORT, [donor.id])
    return _file(_meant(donor, url_for(".of_donor", donor_id=donor_id)), form)


@blueprint.route("/coordination/donateurs/<int:donor_id>/effacer", methods=["GET", "POST"])
@access(Who.PORTAL)
def erase_donor(donor_id: int) -> ResponseReturnValue:
    """For who asks by telephone or on paper."""
    donor, back = _donor(donor_id), url_for("donors.show", donor_id=donor_id)
    if donor.anonymised_at is not None:
        turn_back(told() or GONE, back)
    page = url_for(".of_donor", donor_id=donor_id)
    meant = _meant(donor, page)
    return _erasure(meant, page, deciding(), page if meant.stood_in_for else back)


@blueprint.get("/administration/consultations")
@access(Who.ADMINISTRATOR)
def lookups() -> str:
    """Who looked at whose data; to administrators alone."""
    watched = Watched(
        asked.words("qui", 80),
        asked.words("donateur", 80),
        asked.member(LookupKind, "comment"),
        asked.day("du"),
        asked.day("au"),
    )
    kept = {
        "qui": watched.who or None,
        "donateur": watched.whom or None,
        "comment": watched.kind and watched.kind.value,
        "du": watched.first and watched.first.isoformat(),
        "au": watched.last and watched.last.isoformat(),
    }
    return render_template(
        "privacy/lookups.html",
        watched=watched,
        kept=kept,
        kinds=[(kind.value, word(kind)) for kind in LookupKind],
        page=watching.lookups(session(), watched, asked.page()),
        kept_days=current_app.extensions["settings"].lookup_days,
    )
