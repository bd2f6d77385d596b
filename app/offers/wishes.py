"""Whose need a donor came from: `/offrir?article=…&comite=…&action=…&quantite=…`, from a page of ours or of anybody else's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from app.actions import queries as actions
from app.committees import queries as committees
from app.models import Action, Committee, Offer
from app.models.states import NeedState
from app.naming import present
from app.needs.queries import Asked, asked, of_committee
from app.offers.drafts import OfferDraft
from app.offers.forms import OfferForm
from app.public.queries import kin
from app.web import asked as address
from app.web.fields import LARGEST_QUANTITY
from app.web.slugs import slug
from app.web.text import _
from app.web.words import item_name
from matching.items import load


@dataclass(frozen=True, slots=True)
class Wished:
    """The committee and the action that a donor thinks of, and what that committee lacks of what is offered."""

    committee: Committee | None = None
    action: Action | None = None
    lacking: Sequence[Asked] = ()

    def __bool__(self) -> bool:
        return self.committee is not None or self.action is not None

    def noted(self, draft: OfferDraft) -> OfferDraft:
        return replace(
            draft,
            wished_committee_id=self.committee.id if self.committee else None,
            wished_action_id=self.action.id if self.action else None,
        )


def take_along(form: OfferForm) -> list[str]:
    """Fill a new form with what its address says; a sentence for each part of it that makes no sense."""
    problems = []
    article = form.articles_forms[0]
    typed = address.words("article", 200)
    article.what.data = item_name(typed) if typed in load() else typed
    quantity = address.words("quantite", 20)
    if re.fullmatch(r"[0-9]{1,7}", quantity) and 1 <= int(quantity) <= LARGEST_QUANTITY:
        article.quantity.data, article.counted.data = str(int(quantity)), ""
    elif quantity:
        problems.append(
            _("Le lien donne « %(quantity)s » comme nombre : écrivez le vôtre.", quantity=quantity)
        )
    else:
        article.follow_words()
    form.wish_committee.data = address.words("comite", 80)
    form.wish_action.data = address.words("action", 80)
    return problems


def wish_of(session: Session, form: OfferForm, today: date) -> tuple[Wished, list[str]]:
    """What the form carries along, with a sentence for each part of it that is nobody's or over; that part is let go."""
    problems = []
    name = _slug(form.wish_committee.data) if form.wish_committee.data else ""
    committee = committees.by_slug(session, present(session, Committee, name) or name) if name else None
    if form.wish_committee.data and (committee is None or not committee.active):
        problems.append(
            _("Nous ne trouvons pas le comité dont parle le lien : votre don sera proposé à tous.")
        )
        committee, form.wish_committee.data = None, ""
    action = actions.by_slug(session, _slug(form.wish_action.data)) if form.wish_action.data else None
    if form.wish_action.data and action is None:
        problems.append(
            _("Nous ne trouvons pas l'action dont parle le lien : votre don sera proposé à tous.")
        )
    elif action is not None and action.is_over(today):
        problems.append(
            _("L'action « %(title)s » est terminée : votre don sera proposé à tous.", title=action.title)
        )
        action = None
    if action is None:
        form.wish_action.data = ""
    return Wished(committee, action, _lacking(session, committee, form) if committee else ()), problems


def recorded_with(session: Session, offer: Offer) -> Wished:
    """What was recorded with an offer."""
    return Wished(
        session.get(Committee, offer.wished_committee_id or 0),
        session.get(Action, offer.wished_action_id or 0),
    )


def _slug(typed: str) -> str:
    """A slug as it is, words as the slug they would make."""
    return slug(typed, lambda _name: False, "-")


def _lacking(session: Session, committee: Committee, form: OfferForm) -> Sequence[Asked]:
    """What the committee lacks, of what the articles of the form serve."""
    served = {
        each
        for article in form.articles_forms
        if article.understanding.item
        for each in kin(article.understanding.item)
    }
    return [one for one in asked(of_committee(session, committee.id, [NeedState.OPEN])) if one.item in served]
