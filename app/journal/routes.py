"""The log of decisions: filtered by its address, turned by key, exported as a file that is written while it is read."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, url_for

from app.committees import queries as committees
from app.db import session
from app.history import wording
from app.history.changes import changed_words
from app.history.queries import Called, Happening
from app.history.topics import Topic
from app.journal import queries
from app.journal.queries import MOST, Filters
from app.models.states import ActorKind, Reason, Verb
from app.web import asked, exports
from app.web.access import Who, access
from app.web.clock import now, paris
from app.web.exports import Cell, ExportTable
from app.web.text import _, decimal, full_date
from app.web.words import word

blueprint = Blueprint("journal", __name__)


def _filters() -> Filters:
    return Filters(
        asked.words("qui", 80),
        asked.member(ActorKind, "par"),
        asked.number("comite"),
        asked.member(Verb, "geste"),
        asked.member(Reason, "raison"),
        asked.day("du"),
        asked.day("au"),
    )


def _address(filters: Filters) -> dict[str, Any]:
    return {
        "qui": filters.who or None,
        "par": filters.actor and filters.actor.value,
        "comite": filters.committee_id,
        "geste": filters.verb and filters.verb.value,
        "raison": filters.reason and filters.reason.value,
        "du": filters.first and filters.first.isoformat(),
        "au": filters.last and filters.last.isoformat(),
    }


@blueprint.get("/coordination/journal")
@access(Who.PORTAL)
def index() -> str:
    filters = _filters()
    return render_template(
        "journal/index.html",
        filters=filters,
        kept=_address(filters),
        page=queries.excerpt(session(), filters, before=asked.number("avant"), after=asked.number("apres")),
        committees=committees.choices(session()),
        told=wording,
        choices={kind.__name__: sorted(((each.value, word(each)) for each in kind), key=lambda one: one[1]) for kind in (ActorKind, Verb, Reason)},
    )  # fmt: skip


@blueprint.get("/coordination/journal/tableur")
@access(Who.PORTAL)
def file() -> Response:
    headings = [
        _("Quand"), _("Qui"), _("Par"), _("Geste"), _("À propos de"), _("Phrase"), _("État avant"), _("État après"),
        _("Ce qui a changé"), _("Raison"), _("Mots"), _("Adresse"),
    ]  # fmt: skip
    notes = [
        _("Journal du %(day)s : les %(most)s décisions les plus récentes au plus.", day=full_date(now()), most=decimal(MOST)),
        _("Usage interne : ce fichier contient des noms."),
    ]  # fmt: skip
    return exports.answer("csv", f"journal-{paris(now()):%Y-%m-%d}", [ExportTable(_("Journal"), headings, _rows(_filters()))], notes)  # fmt: skip


def _rows(filters: Filters) -> Iterator[list[Cell]]:
    for line, names in queries.every(session(), filters):
        yield _row(line, names)


def _row(line: Happening, names: dict[Topic, Called]) -> list[Cell]:
    decision: Any = line.what
    about = (
        ""
        if line.about is None or line.about not in names
        else wording.topic_words(line.about, names[line.about])
    )
    endpoint, arguments = ("", {}) if line.about is None else line.about.place
    before, after = wording.states_words(decision)
    return [
        paris(decision.at).replace(tzinfo=None), line.who, word(decision.actor), word(decision.verb), about,
        wording.decision_words(decision, line.who), before, after, changed_words(decision),
        word(decision.reason) if decision.reason else "", decision.note,
        url_for(endpoint, _external=True, **arguments) if endpoint else "",
    ]  # fmt: skip
