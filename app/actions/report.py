"""What an action came to: what was asked for and received, what left and what arrived. No person is named in it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from app.actions.boxes import Load
from app.actions.customs import load_words
from app.actions.queries import Campaign
from app.models import ActionStep, Box
from app.models.states import BoxState
from app.printing.paper import Block, Paper
from app.web.text import _, full_date, language, plural
from app.web.words import item_name

LEFT = frozenset({BoxState.SENT, BoxState.ARRIVED})


def report(told: Campaign, boxes: Sequence[Box], steps: Sequence[ActionStep], day: date) -> Paper:
    action, committee = told.action, told.committee
    facts = [
        (_("Collecte"), f"{committee.name}, {committee.commune}"),
        (_("Destination"), action.destination),
    ]
    if action.closed_at is not None:
        facts.append((_("Terminée le"), full_date(action.closed_at)))
    return Paper(
        title=action.title,
        eyebrow=_("Bilan de l'action"),
        reference=_("Bilan établi le %(day)s", day=full_date(day)),
        language=language(),
        blocks=[
            Block("facts", rows=facts),
            *(Block("text", words) for words in action.conclusion.split("\n") if words.strip()),
            *_received(told),
            *_sent([box for box in boxes if box.state in LEFT]),
            *_done(steps),
        ],
    )


def _received(told: Campaign) -> list[Block]:
    if not told.by_item:
        return []
    rows = [[item_name(item), str(one.asked), str(one.received)] for item, one in told.by_item]
    headings = [_("Article"), _("Demandé"), _("Reçu")]
    progress = told.progress
    total = plural(
        "%(num)s pièce reçue sur %(asked)s",
        "%(num)s pièces reçues sur %(asked)s",
        progress.received,
        asked=progress.asked,
    )
    return [
        Block("heading", _("Ce qui a été reçu")),
        Block("table", headings=headings, rows=rows, widths=(6, -1.5, -1.5)),
        Block("strong", f"{total}."),
    ]


def _sent(boxes: Sequence[Box]) -> list[Block]:
    """What nobody counted on arrival of a box that arrived counts as it left."""
    if not boxes:
        return []
    left, came = Counter[str](), Counter[str]()
    for box in boxes:
        counts = box.received or [line[0] if box.state is BoxState.ARRIVED else 0 for line in box.contents]
        for (pieces, item, words), arrived in zip(box.contents, counts, strict=False):
            name = item_name(item, words)
            left[name] += pieces
            came[name] += arrived
    rows = [[name, str(pieces), str(came[name])] for name, pieces in left.items()]
    load, arrived = Load.of(boxes), sum(box.state is BoxState.ARRIVED for box in boxes)
    said = plural("%(num)s colis est arrivé.", "%(num)s colis sont arrivés.", arrived)
    return [
        Block("heading", _("Ce qui est parti")),
        Block("table", headings=[_("Article"), _("Expédié"), _("Arrivé")], rows=rows, widths=(6, -1.5, -1.5)),
        Block("strong", f"{_('Parti en tout : %(what)s.', what=load_words(load))} {said}"),
    ]


def _done(steps: Sequence[ActionStep]) -> list[Block]:
    if not steps:
        return []
    rows = [[step.words, full_date(step.done_on) if step.done_on else _("pas fait")] for step in steps]
    return [
        Block("heading", _("Ce qui a été fait")),
        Block("table", headings=[_("Étape"), _("Fait le")], rows=rows, widths=(6, 3)),
    ]
