"""« Proposer à… » : what a coordinator pairs by hand, from an article, a need or a committee; quantities; what is kept."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.hand import queries, service
from app.hand import wording as said
from app.hand.queries import HandPair
from app.hand.service import HandError, HandMade, Wish
from app.matches import forms, wording
from app.matches.queries import board as reads
from app.matches.queries import earmarks
from app.matches.room import blueprint, card_of, for_templates, settings, undoable
from app.matches.service import MatchRefusal
from app.models import Committee, Need
from app.models.states import MatchState, Reason
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done
from app.web.clock import now
from app.web.pages import Page
from app.web.seen import on, told
from app.web.text import _, called, plural

PAGE = 12
ROW = "int(max=2147483647)"
KEY = re.compile(r"([1-9][0-9]{0,8})-(0|[1-9][0-9]{0,8})-([1-9][0-9]{0,8})")
"""An article, a need or 0, and a committee: how a form names a pair."""
CORRECTABLE = {MatchRefusal.RULE_BROKEN, MatchRefusal.WHOLE_LOT, MatchRefusal.RULE_STANDS}
"""What the same page may answer otherwise; the rest is to be read anew."""
SUBMISSION = re.compile(r"[0-9a-f]{32}")


@dataclass
class _Asked:
    """What was typed on the page: the pairs that were ticked, and a form for each that the page shows."""

    form: forms.HandForm
    rows: dict[str, forms.PairForm] = field(default_factory=dict)

    def row(self, pair: HandPair) -> forms.PairForm:
        """The form of a line; fresh ones begin with what is suggested."""
        if pair.key not in self.rows:
            self.rows[pair.key] = forms.PairForm(pair.key, quantity=str(pair.suggested))
        return self.rows[pair.key]


Rows = Callable[[str], Page[HandPair]]


@blueprint.get(f"/coordination/a-la-main/articles/<{ROW}:item_id>")
@access(Who.COORDINATOR)
def hand_article(item_id: int) -> str:
    """Who could have this article."""
    return _article(item_id, _fresh())


@blueprint.post(f"/coordination/a-la-main/articles/<{ROW}:item_id>")
@access(Who.COORDINATOR)
def make_for_article(item_id: int) -> ResponseReturnValue:
    return _make(lambda asked: _article(item_id, asked), url_for("matches.hand_article", item_id=item_id))


def _article(item_id: int, typed: _Asked) -> str:
    item, offer = queries.article(session(), item_id) or abort(404)
    page = queries.for_article(session(), item, offer, asked.words(), now(), asked=asked.page(), size=PAGE)
    return _page(
        typed,
        page,
        side="article",
        item=item,
        offer=offer,
        standing=queries.standing(session(), item_id=item_id),
        kept=earmarks.told(session(), now(), [item_id]).get(item_id, []),
    )


@blueprint.get(f"/coordination/a-la-main/besoins/<{ROW}:need_id>")
@access(Who.COORDINATOR)
def hand_need(need_id: int) -> str:
    """What could serve this need."""
    return _need(need_id, _fresh())


@blueprint.post(f"/coordination/a-la-main/besoins/<{ROW}:need_id>")
@access(Who.COORDINATOR)
def make_for_need(need_id: int) -> ResponseReturnValue:
    return _make(lambda asked: _need(need_id, asked), url_for("matches.hand_need", need_id=need_id))


def _need(need_id: int, typed: _Asked) -> str:
    need = session().get(Need, need_id) or abort(404)
    committee = session().get_one(Committee, need.committee_id)
    page = queries.for_need(session(), need, committee, asked.words(), now(), asked=asked.page(), size=PAGE)
    standing = queries.standing(session(), need_id=need_id)
    return _page(typed, page, side="need", need=need, committee=committee, standing=standing)


@blueprint.get(f"/coordination/a-la-main/comites/<{ROW}:committee_id>")
@access(Who.COORDINATOR)
def hand_committee(committee_id: int) -> str:
    """What could go to this committee."""
    return _committee(committee_id, _fresh())


@blueprint.post(f"/coordination/a-la-main/comites/<{ROW}:committee_id>")
@access(Who.COORDINATOR)
def make_for_committee(committee_id: int) -> ResponseReturnValue:
    back = url_for("matches.hand_committee", committee_id=committee_id)
    return _make(lambda asked: _committee(committee_id, asked), back)


def _committee(committee_id: int, typed: _Asked) -> str:
    committee = session().get(Committee, committee_id) or abort(404)
    page = queries.for_committee(session(), committee, asked.words(), now(), asked=asked.page(), size=PAGE)
    return _page(typed, page, side="committee", committee=committee, standing=[])


def _fresh() -> _Asked:
    return _Asked(forms.HandForm(formdata=None))


def _page(typed: _Asked, page: Page[HandPair], **context: Any) -> str:
    moment = now()
    made = _just_made()
    return render_template(
        "matches/by_hand.html",
        typed=typed,
        page=page,
        text=asked.words(),
        done=made,
        undoable=[card for card in made if undoable(moment)(card)],
        back=request.full_path.rstrip("?"),
        hand=said,
        **context,
        **for_templates(moment),
    )


def _just_made() -> list[reads.Card]:
    """What was made just before, as the address says, for the notice with its undo."""
    ids = forms.numbers(request.args.get("fait", "").split(","))
    return [card for card in reads.cards(session(), ids) if card.match.state is MatchState.APPROVED]


def _make(again: Callable[[_Asked], str], back: str) -> ResponseReturnValue:
    """Make what was ticked, or the one pair whose button was pressed; the page again where something is wrong."""
    typed = _Asked(forms.HandForm())
    keys = _pressed()
    typed.form.ticked = keys
    for key in {*keys, *_keys(name.removesuffix("-quantity") for name in request.form)}:
        typed.rows[key] = forms.PairForm(key, request.form)
    if not keys:
        flash(_("Cochez au moins une ligne."), "error")
        return again(typed)
    wishes = _wishes(typed, keys) if typed.form.validate() else None
    if wishes is None:
        return again(typed), 422
    on(match_id=queries.touching(session(), wishes))
    try:
        with transaction() as work:
            made = service.make(work, wishes, deciding(), now(), settings().answer_within, _submission(typed))
            ids = [match.id for match in made.matches]
            _tell(made, wishes)
    except HandError as error:
        correctable = error.most > 0 or error.code in CORRECTABLE
        late = told() or (None if correctable else said.refusal(error.code, error.most))
        if late is not None:
            return done(late, back, "warning")
        row = typed.rows["-".join(map(str, error.pair))]
        where = row.reason if error.code is MatchRefusal.RULE_BROKEN else row.quantity
        where.errors = [said.refusal(error.code, error.most)]
        return again(typed), 422
    return redirect(f"{back}?fait={','.join(map(str, ids))}", 303)


def _keys(names: Any) -> Sequence[str]:
    found = [name for name in names if KEY.fullmatch(name)]
    return list(dict.fromkeys(found))[: forms.MOST_AT_ONCE]


def _pressed() -> Sequence[str]:
    return _keys(request.form.getlist("seul")) or _keys(request.form.getlist("paire"))


def _wishes(typed: _Asked, keys: Sequence[str]) -> list[Wish] | None:
    """The ticked lines as wishes; None where one of them cannot be read: its form says why."""
    readable = [typed.rows[key].validate() for key in keys]
    if not all(readable):
        return None
    return [_wish(key, typed.rows[key], typed.form.note.data or "") for key in keys]


def _wish(key: str, row: forms.PairForm, note: str) -> Wish:
    item_id, need_id, committee_id = map(int, key.split("-"))
    return Wish(
        item_id=item_id,
        committee_id=committee_id,
        need_id=need_id or None,
        quantity=row.quantity.number,
        reason=Reason(row.reason.data) if row.reason.data in set(Reason) else None,
        note=note,
    )


def _submission(typed: _Asked) -> str:
    sent = typed.form.key.data or ""
    return sent if SUBMISSION.fullmatch(sent) else secrets.token_hex(16)


def _tell(made: HandMade, wishes: Sequence[Wish]) -> None:
    opened = sum(wish.need_id is None for wish in wishes)
    if opened:
        flash(
            plural(
                "Un besoin a été ouvert pour un comité qui n'en avait pas demandé.",
                "%(num)s besoins ont été ouverts pour des comités qui n'en avaient pas demandé.",
                opened,
            ),
            "success",
        )
    _tell_losers(made)


def _tell_losers(made: HandMade) -> None:
    if not made.lost:
        return
    lost = {match.id: pieces for match, pieces in made.lost}
    names = [
        _(
            "%(pieces)s × %(item)s pour %(committee)s",
            pieces=lost[card.match.id],
            item=wording.title(card.item.item, card.item.description),
            committee=called(card.committee.name),
        )
        for card in reads.cards(session(), list(lost))
    ]
    flash(_("Cela prend la place de : %(names)s.", names=", ".join(names)), "warning")


@blueprint.post("/coordination/rapprochements/<int:match_id>/quantite")
@access(Who.COORDINATOR)
def set_quantity(match_id: int) -> ResponseReturnValue:
    """Lower or raise a proposal."""
    card = card_of(match_id)
    back = url_for("matches.show", match_id=match_id)
    form = forms.QuantityForm()
    if not form.validate():
        return done(str(form.quantity.errors[0]), back, "error")
    try:
        with transaction() as work:
            made = service.set_quantity(work, match_id, form.quantity.number, deciding(), now())
            _tell_losers(made)
    except HandError as error:
        late = told(0 if error.code is MatchRefusal.DECIDED else None)
        return done(late or said.refusal(error.code, error.most), back, "error")
    left = card.item.quantity - form.quantity.number
    if left > 0 and card.item.divisible:
        return done(
            plural(
                "C'est noté. Il en reste %(num)s à proposer.",
                "C'est noté. Il en reste %(num)s à proposer.",
                left,
            ),
            url_for("matches.hand_article", item_id=card.item.id),
        )
    return done(_("C'est noté."), back)


@blueprint.get(f"/coordination/a-la-main/garder/<{ROW}:item_id>/<{ROW}:committee_id>")
@access(Who.COORDINATOR)
def keep(item_id: int, committee_id: int) -> ResponseReturnValue:
    """Ask how many pieces of an article are kept for a committee, and until when."""
    return _keep(item_id, committee_id, forms.EarmarkForm(formdata=None))


@blueprint.post(f"/coordination/a-la-main/garder/<{ROW}:item_id>/<{ROW}:committee_id>")
@access(Who.COORDINATOR)
def earmark(item_id: int, committee_id: int) -> ResponseReturnValue:
    form = forms.EarmarkForm()
    if not form.validate() or form.day.data is None:
        return _keep(item_id, committee_id, form)
    item, offer = queries.article(session(), item_id) or abort(404)
    on(offer_id=offer.id)
    wish = Wish(
        item_id=item.id,
        committee_id=committee_id,
        need_id=_need_of(committee_id),
        quantity=form.quantity.number,
        note=form.note.data or "",
    )
    try:
        with transaction() as work:
            committee = work.get(Committee, committee_id) or abort(404)
            kept = service.earmark(work, wish, form.day.data, deciding(), now())
            sentence = said.kept_sentence(kept, committee.name)
    except HandError as error:
        if error.code is not MatchRefusal.DAY and not error.most:
            back = url_for("matches.hand_article", item_id=item_id)
            return done(told() or said.refusal(error.code, 0), back, "warning")
        where = form.day if error.code is MatchRefusal.DAY else form.quantity
        where.errors = [*where.errors, said.refusal(error.code, error.most)]
        return _keep(item_id, committee_id, form)
    return done(sentence, url_for("matches.hand_article", item_id=item_id))


def _need_of(committee_id: int) -> int | None:
    """The need of this committee that the address speaks of, if any."""
    found = session().get(Need, asked.number("besoin") or 0)
    return found.id if found is not None and found.committee_id == committee_id else None


def _keep(item_id: int, committee_id: int, form: forms.EarmarkForm) -> ResponseReturnValue:
    item, offer = queries.article(session(), item_id) or abort(404)
    committee = session().get(Committee, committee_id) or abort(404)
    page = render_template(
        "matches/keep.html",
        form=form,
        item=item,
        offer=offer,
        committee=committee,
        **for_templates(now()),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post(f"/coordination/a-la-main/rendre/<{ROW}:earmark_id>")
@access(Who.COORDINATOR)
def release(earmark_id: int) -> ResponseReturnValue:
    """Let go of what is kept."""
    item_id = service.item_of(session(), earmark_id) or abort(404)
    _item, offer = queries.article(session(), item_id) or abort(404)
    on(offer_id=offer.id)
    with transaction() as work:
        freed = service.release(work, earmark_id, deciding(), now())
    back = url_for("matches.hand_article", item_id=item_id)
    if not freed:
        return done(told() or _("Il n'était déjà plus gardé : rien n'a changé."), back, "warning")
    return done(_("L'article n'est plus gardé."), back)
