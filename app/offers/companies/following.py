"""The page that follows all that a company gave: what was received, by whom, in pieces, kilograms and value; and its file."""

from datetime import datetime, timedelta

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app import public_gifts
from app.db import session
from app.offers.companies import queries
from app.offers.companies.queries import ArticleStage, Followed, GivenArticle
from app.offers.companies.routes import blueprint
from app.offers.queries import STANDING
from app.post.bearers import bearer_of, is_borne_by
from app.web import asked, exports
from app.web.access import Who, access
from app.web.clock import now
from app.web.exports import Cell, ExportTable
from app.web.links import Purpose
from app.web.navigation import shown_name
from app.web.opening import claim, links, not_good
from app.web.text import _, full_date
from app.web.words import choices, word

FILES = ("csv", "ods")
MOST_OF_ODS = 1_500
"""Articles of a file that is packed while somebody waits; a CSV is written while it is read."""


def _claimed(token: str) -> Followed:
    said = claim(Purpose.TRACK_CONSIGNMENT, token)
    found = queries.followed(session(), said.subject)
    if found is None or not is_borne_by(session(), said.party, found.donor):
        not_good()
    return found


def _known_since() -> datetime:
    """What a coordinator may still undo is not told."""
    undo: timedelta = current_app.extensions["settings"].undo_within
    return now() - undo


@blueprint.get("/entreprises/suivi/<token>")
@access(Who.LINK)
def track(token: str) -> ResponseReturnValue:
    found = _claimed(token)
    site = asked.number("lieu")
    site = site if site in {line.offer.id for line in found.sites} else None
    standing = asked.member(ArticleStage, "etat")
    page = queries.articles(session(), found, asked.page(), _known_since(), site=site, standing=standing)
    party = bearer_of(found.donor)
    tokens = {
        line.offer.id: links().token(Purpose.TRACK_OFFER, line.offer.id, party, now()) for line in found.sites
    }
    return render_template(
        "companies/tracking.html",
        found=found,
        page=page,
        token=token,
        site=site,
        standing=standing,
        standings=choices(ArticleStage),
        ods=sum(line.articles for line in found.sites) <= MOST_OF_ODS,
        tokens=tokens,
        stands=STANDING,
        above=public_gifts.above,
        waits=[line for line in found.sites if line.offer.state == "unconfirmed"],
        confirm=links().token(Purpose.CONFIRM_OFFER, found.sites[0].offer.id, party, now()),
    )


@blueprint.get("/entreprises/suivi/<token>/tableur")
@access(Who.LINK)
def file(token: str) -> Response:
    found = _claimed(token)
    form = request.args.get("format", "")
    rows = queries.all_articles(session(), found, _known_since())
    tables = [
        ExportTable(_("Articles"), _headings(), [line for each in rows for line in _lines(each)]),
        ExportTable(
            _("Par comité"),
            [_("Comité"), _("Pièces reçues"), _("Poids (kg)"), _("Valeur indiquée (€)")],
            [[name, *_amounts(each)] for name, each in [*found.by_committee, (_("Total"), found.total)]],
        ),
    ]
    source = current_app.extensions["settings"].portal_name
    notes = [_("Source : %(source)s, le %(day)s.", source=source, day=full_date(now())), *explained()]
    fit = form in FILES and len(rows) <= MOST_OF_ODS
    return exports.answer(form if fit else FILES[0], "dons-remis", tables, notes)


def explained() -> list[str]:
    """What the figures are."""
    return [
        _(
            "Valeur : celle que vous avez indiquée par pièce, pour les pièces reçues. Ce n'est pas un reçu fiscal."
        ),
        _("Poids : celui que vous avez indiqué, sinon le poids habituel de l'article d'après le catalogue."),
    ]


def _headings() -> list[str]:
    return [
        _("Référence"), _("Lieu"), _("Article"), _("Description"), _("État"), _("Quantité"), _("Valeur d'une pièce (€)"),
        _("Comité"), _("Où cela en est"), _("Pièces reçues"), _("Poids (kg)"), _("Valeur indiquée (€)"),
    ]  # fmt: skip


def _lines(article: GivenArticle) -> list[list[Cell]]:
    """A row for each committee that a part goes to, or one where none does."""
    row, offer = article.row, article.offer
    about: list[Cell] = [
        offer.reference, offer.site, shown_name(row.item, row.description.partition("\n")[0]), row.description, word(row.condition),
        row.quantity, None if row.unit_value is None else row.unit_value / 100,
    ]  # fmt: skip
    if not article.places:
        return [[*about, "", word(row.aside) if row.aside else word(offer.state), 0, None, None]]
    lines = []
    for place in article.places:
        came = queries.Sum()
        if place.received is not None:
            came.add(place.received, row.item, row.unit_value, row.unit_grams)
        lines.append([*about, place.committee, word(place.match.state), *_amounts(came)])
    return lines


def _amounts(of: queries.Sum) -> list[Cell]:
    return [of.pieces, of.kilograms if of.weighed else None, of.cents / 100 if of.valued else None]
