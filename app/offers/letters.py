"""Letters about an offer, all to its donor: confirm, recorded, refused; and what its end brings."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.around.queries import within_reach
from app.days import by_day, day_of, end_of_day, start_of
from app.matches.queries import taken_from_items
from app.models import Decision, Donor, Handover, KeptForm, Offer, OfferedItem, OutboxMessage
from app.models.states import COMMITTED, UNFIT, Aside, Language, OfferState, Reason
from app.offers.kept import KEPT_FOR, event
from app.offers.lost_links import standing
from app.offers.queries import offered_before
from app.offers.together import sent_together
from app.post.desk import Desk
from app.post.sending import Post, pointless
from app.reuse import queries as reuse
from app.transitions import event_of
from app.web.links import LIFETIMES, Purpose
from app.web.text import _, full_date, plural, speaking
from app.web.words import advice_for, counted, named, word
from notifications import messages, outbox
from notifications.messages import Message

MOST_TOLD = 30
"""Articles that a letter names."""


@dataclass(frozen=True, slots=True)
class Given:
    """An offer with its donor, who is written to, its articles, and how many of each nobody has taken."""

    offer: Offer
    donor: Donor
    articles: tuple[OfferedItem, ...]
    left: tuple[int, ...]

    @property
    def language(self) -> Language:
        """That which the form was filled in with; the donor's own once the address is confirmed."""
        return self.offer.contact_language or self.donor.language

    @property
    def items(self) -> tuple[str, ...]:
        """« 3 × Chaise »: the articles, each as many as were offered; of a long list the first ones."""
        return self._told([(each, each.quantity) for each in self.articles])

    @property
    def items_left(self) -> tuple[str, ...]:
        """Of the articles, what nobody has taken; of a long list the first ones."""
        rest = zip(self.articles, self.left, strict=True)
        return self._told([(each, left) for each, left in rest if left > 0])

    def _told(self, things: Sequence[tuple[OfferedItem, int]]) -> tuple[str, ...]:
        told = [counted(each, quantity, self.language) for each, quantity in things[:MOST_TOLD]]
        if len(things) > MOST_TOLD:
            with speaking(self.language):
                told.append(
                    plural("%(num)s autre article", "%(num)s autres articles", len(things) - MOST_TOLD)
                )
        return tuple(told)

    def items_of_all(self, session: Session) -> tuple[str, ...]:
        """The same of all that a company sent with it, each with its site where there are several."""
        sites = sent_together(session, self.offer, MOST_TOLD)
        if len(sites) < 2:
            return self.items
        with speaking(self.language):
            told = [
                _("%(site)s : %(thing)s", site=each.site, thing=counted(row, row.quantity, self.language))
                for each in sites
                for row in each.articles
            ]
            if more := sum(each.more for each in sites):
                told.append(plural("%(num)s autre article", "%(num)s autres articles", more))
        return tuple(told)

    def speaks_for_all(self, session: Session) -> bool:
        """Whether it is the first of what a company sent at once, of which one letter tells."""
        sent = self.offer.consignment_id
        first = (
            select(Offer.id)
            .where(Offer.consignment_id == sent, Offer.donor_id == self.offer.donor_id)
            .order_by(col(Offer.id))
        )
        return sent is None or session.exec(first).first() == self.offer.id

    def link(self, post: Post, purpose: Purpose) -> str:
        return post.link(purpose, self.offer.id, self.donor)

    def send(
        self,
        post: Post,
        message: Message,
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        spoken: bool = False,
    ) -> None:
        post.send(
            message,
            self.donor,
            offer=self.offer,
            spoken=spoken,
            language=self.language,
            not_before=not_before,
            not_after=not_after,
        )


def _read(session: Session, offer_ids: Collection[int | None]) -> Iterator[Given]:
    """Three queries."""
    items: dict[int, list[OfferedItem]] = {}
    query = select(OfferedItem).where(col(OfferedItem.offer_id).in_(offer_ids))
    for item in session.exec(query.order_by(col(OfferedItem.position))):
        items.setdefault(item.offer_id, []).append(item)
    taken = taken_from_items(session, [item.id for some in items.values() for item in some], COMMITTED)
    rows = session.exec(
        select(Offer, Donor)
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(col(Offer.id).in_(offer_ids))
        .order_by(col(Offer.id))
    )
    for offer, donor in rows:
        articles = tuple(items.get(offer.id, ()))
        left = (
            0 if each.aside not in {None, Aside.PAUSED} else each.quantity - taken.get(each.id, 0)
            for each in articles
        )
        yield Given(offer, donor, articles, tuple(left))


def _about(session: Session, decision: Decision) -> Given:
    return next(_read(session, [decision.offer_id]))


def _call_back(session: Session, decision: Decision, *what: type[Message]) -> None:
    """What waits to be sent about this offer, whatever it answers, and is not worth sending any more."""
    decided = session.exec(select(Decision.id).where(Decision.offer_id == decision.offer_id))
    events = [f"offer:{decision.offer_id}:", *(event_of(key) for key in decided)]
    names = [each.message for each in what]
    outbox.cancel(session, events=events, messages=names)
    pointless(session, outbox.about(events) & col(OutboxMessage.message).in_(names))


def recorded(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """Is this address yours? Not asked where a volunteer has spoken with the donor."""
    given = _about(session, decision)
    if given.offer.state is OfferState.UNCONFIRMED and given.speaks_for_all(session):
        _confirm_address(given, Post.about(session, decision, desk, now))


def _confirm_address(given: Given, post: Post) -> None:
    before, zone = offered_before(post.session, given.offer), given.offer.zone
    letter = messages.ConfirmAddress(
        name=given.offer.contact_name,
        action_url=given.link(post, Purpose.CONFIRM_OFFER),
        items=given.items_of_all(post.session),
        expires_at=day_of(given.offer.created_at + LIFETIMES[Purpose.CONFIRM_OFFER], zone),
        before=day_of(before[0].created_at, zone) if before else None,
    )
    given.send(post, letter)


def confirmed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """The offer is open; here is where to follow it."""
    _call_back(session, decision, messages.ConfirmAddress)
    if _about(session, decision).speaks_for_all(session):
        _recorded(_about(session, decision), Post.about(session, decision, desk, now))


def _recorded(given: Given, post: Post) -> None:
    sent = given.offer.consignment_id
    tracking = (
        post.link(Purpose.TRACK_CONSIGNMENT, sent, given.donor)
        if sent
        else given.link(post, Purpose.TRACK_OFFER)
    )
    letter = messages.OfferRecorded(
        name=given.donor.name, action_url=tracking, items=given.items_of_all(post.session)
    )
    given.send(post, letter, spoken=True)  # at the counter, where the slip is handed over


def given_up(session: Session, decision: Decision, _desk: Desk, _now: datetime) -> None:
    """By its donor, who is told on the page: what waits is not worth sending."""
    _call_back(session, decision, messages.ConfirmAddress, messages.OfferEnding)


def corrected(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """Its address was wrong: what waits there is called back, and what is due goes to the right one. So is what names another last day."""
    changes = decision.data.get("changes", {})
    if "available_until" in changes:
        _call_back(session, decision, messages.OfferEnding)
    if "email" not in changes:
        return
    given, post = _about(session, decision), Post.about(session, decision, desk, now)
    _call_back(session, decision, messages.ConfirmAddress, messages.OfferRecorded, messages.OfferEnding)
    if not given.speaks_for_all(session):
        pass
    elif given.offer.state is OfferState.UNCONFIRMED:
        _confirm_address(given, post)
    elif given.offer.state is OfferState.OPEN:
        _recorded(given, post)
    # Their links lead nowhere any more; the one to the offer leads to the same answers.
    trips = select(Handover.id).where(Handover.offer_id == given.offer.id)
    to_donor = col(OutboxMessage.party).startswith("donor:") & col(OutboxMessage.handover_id).in_(trips)
    outbox.cancel_all(session, to_donor)


def set_aside(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """One article is refused: its donor is told of that one. What is held back or withdrawn is nobody's news."""
    if decision.data["aside"][1] == Aside.REFUSED:
        _tell_refusal(session, decision, desk, now, only=decision.data["offered_item"])


def put_back(session: Session, decision: Decision, _desk: Desk, _now: datetime) -> None:
    """A refusal that has not left does not hold any more."""
    _call_back(session, decision, messages.OfferRefused)


def refused(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """It cannot be placed: why, and where to go. Who offers what nobody could mean is not answered."""
    given_up(session, decision, desk, now)
    _tell_refusal(session, decision, desk, now)


def _tell_refusal(
    session: Session, decision: Decision, desk: Desk, now: datetime, only: int | None = None
) -> None:
    if decision.reason is None or decision.reason is Reason.SPAM:
        return
    first, *others = _refused_together(session, decision)
    if first.offer.id != decision.offer_id:
        return
    post = Post.about(session, decision, desk, now)
    articles = [each for given in (first, *others) for each in given.articles if only in {None, each.id}]
    with speaking(first.language):
        fit = decision.reason not in UNFIT
        near = _near(session, first.offer, [each.item for each in articles], fit=fit)
        letter = messages.OfferRefused(
            name=first.donor.name,
            action_url=first.link(post, Purpose.TRACK_OFFER),
            things=tuple(
                messages.Thing(named(each, first.language), each.quantity) for each in articles[:MOST_TOLD]
            ),
            reason=f"{word(decision.reason)}.",
            advice=" ".join(advice_for(each.item for each in articles)),
            **near,
        )
    first.send(post, letter)


def _refused_together(session: Session, decision: Decision) -> list[Given]:
    """The offers of one donor, for one person, that were refused with this one: they are told of in one letter."""
    mine = session.get_one(Offer, decision.offer_id)
    query = (
        select(Decision.offer_id)
        .join(Offer, col(Offer.id) == col(Decision.offer_id))
        .where(
            Decision.verb == decision.verb,
            Decision.at == decision.at,
            col(Decision.offer_id).in_(decision.data.get("together", [])),
            Offer.donor_id == mine.donor_id,
            Offer.contact_name == mine.contact_name,
        )
    )
    return list(_read(session, {mine.id, *session.exec(query)}))


def extended(session: Session, decision: Decision, _desk: Desk, _now: datetime) -> None:
    """Its end is not near any more."""
    _call_back(session, decision, messages.OfferEnding)


def expired(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """It has ended with something left: it is over, and how to go on. In the morning if it is night.

    What was never confirmed is forgotten without a word.
    """
    if decision.from_state == OfferState.UNCONFIRMED:
        return
    given, post = _about(session, decision), Post.about(session, decision, desk, now)
    if given.items_left:
        unplaced = [each for each, left in zip(given.articles, given.left, strict=True) if left > 0]
        with speaking(given.language):
            letter = messages.OfferExpired(
                name=given.donor.name,
                action_url=given.link(post, Purpose.TRACK_OFFER),
                items=given.items_left,
                until=given.offer.available_until,
                # What is paused was shown to nobody.
                tried=reuse.tried(within_reach(session, given.offer))
                if any(each.aside is None for each in unplaced)
                else "",
                **_near(session, given.offer, [each.item for each in unplaced]),
            )
        given.send(post, letter, not_before=by_day(now, given.offer.zone))


def links_asked_for(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """All that stands of this address, each with a new link: to the question that waits, where one does."""
    donor = session.get_one(Donor, decision.donor_id)
    post, offers = (
        Post.about(session, decision, desk, now),
        {each.id: each for each in standing(session, donor)},
    )
    links = {}
    for given in _read(session, offers):
        waits = given.offer.state is OfferState.UNCONFIRMED
        purpose = Purpose.CONFIRM_OFFER if waits else Purpose.TRACK_OFFER
        links[given.offer.id] = given, post.link(purpose, given.offer.id, donor)
    with speaking(donor.language):
        said = tuple(_linked(*links[key], donor.language) for key in offers)
    name = donor.name if donor.confirmed_at else ""  # anybody may have typed it
    letter = messages.LinksAgain(name=name, action_url=links[next(iter(offers))][1], offers=said)
    post.send(letter, donor)


def form_kept(session: Session, kept: KeptForm, desk: Desk, now: datetime) -> None:
    """The link to a form that was not sent. Nothing of what was typed: anybody may have typed the address."""
    post = Post(session, f"{event(kept)}{kept.corrected}:{kept.letters}", desk, now)
    until = day_of(now + KEPT_FOR)
    link = post.link(Purpose.RESUME_FORM, kept.id, kept)
    post.send(messages.FormKept(name="", action_url=link, expires_at=until), kept)


def _linked(given: Given, link: str, language: Language) -> str:
    """« 3 × Chaise, pour Paul Exemple, proposé le 3 novembre 2026 : https://… »; of what is not confirmed, not its sender's words."""
    if given.offer.state is OfferState.UNCONFIRMED:
        day = full_date(given.offer.created_at)
        return _("Un don à confirmer, proposé le %(day)s : %(link)s", day=day, link=link)
    things = ", ".join(counted(each, each.quantity, language) for each in given.articles)
    if given.offer.on_behalf_of:
        things = _("%(things)s, pour %(name)s", things=things, name=given.offer.on_behalf_of)
    return _(
        "%(things)s, proposé le %(day)s : %(link)s",
        things=things,
        day=full_date(given.offer.created_at),
        link=link,
    )


def _near(session: Session, offer: Offer, items: Sequence[str | None], *, fit: bool = True) -> dict[str, Any]:
    """Places near the donor that take such things, as gifts where they are `fit`, and whom to name for them, in the language
    that is spoken."""
    found = reuse.ways(session, items, offer.latitude, offer.longitude)
    found = found if fit else reuse.not_to_give(found)
    origin = reuse.origin(session, found)
    return {"places": reuse.told(found), "sources": ", ".join(origin.sources) if origin else ""}


def still_to_confirm(session: Session, offer_ids: Collection[int], desk: Desk, now: datetime) -> None:
    """To donors who have not confirmed: the same question, once more. The offer is forgotten when the first link ends."""
    for given in _read(session, offer_ids):
        if given.speaks_for_all(session):
            _confirm_address(given, Post(session, f"offer:{given.offer.id}:recorded:again", desk, now))


def ending(session: Session, offer_ids: Collection[int], desk: Desk, now: datetime) -> None:
    """To donors whose offer ends soon: extend, withdraw, or give elsewhere? Pointless once it has ended."""
    for given in _read(session, offer_ids):
        if given.items_left:
            until, zone = given.offer.available_until, given.offer.zone
            post = Post(session, f"offer:{given.offer.id}:ending:{until}", desk, now)
            letter = messages.OfferEnding(
                name=given.donor.name,
                action_url=given.link(post, Purpose.TRACK_OFFER),
                items=given.items_left,
                ends_at=until,
            )
            given.send(post, letter, not_after=end_of_day(start_of(until, 12, zone), zone))


def a_year_later(session: Session, offer_ids: Collection[int], desk: Desk, now: datetime) -> None:
    """To donors who asked for it: what they gave a year ago, and whether there is something else. In the morning if it is night."""
    for given in _read(session, offer_ids):
        gave = [
            counted(each, each.quantity - left, given.language)
            for each, left in zip(given.articles, given.left, strict=True)
            if each.aside is None and each.quantity > left
        ]
        if gave:
            post = Post(session, f"offer:{given.offer.id}:a-year-later", desk, now)
            letter = messages.AYearLater(
                name=given.donor.name, action_url=desk.links.url("/offrir"), items=tuple(gave)
            )
            given.send(post, letter, not_before=by_day(now, given.offer.zone))
