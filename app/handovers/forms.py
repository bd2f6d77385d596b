"""What the two sides may answer: request data to typed values, with a sentence for what is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel.speaklater import LazyString
from wtforms import Field, Form, RadioField, SelectChoice, SelectMultipleField, StringField
from wtforms.validators import StopValidation

from app.handovers.effects import SAID_BY, effects
from app.handovers.meeting import Carried
from app.handovers.overlapping import is_free
from app.handovers.queries import Case
from app.handovers.service import MOST_SLOTS, Doorstep, Terms, Without
from app.handovers.slots import BadSpanError, Span, decode, encode, local_span
from app.models import Committee
from app.models.states import REASONS, Occasion, Reason, Transport
from app.web import words
from app.web.fields import (
    DayField,
    PhoneField,
    PortalForm,
    TicksField,
    WholeNumberField,
    choice,
    line,
    paragraph,
    strip,
)
from app.web.text import _, lazy, time_range
from app.web.words import item_name

BAD_SPAN = {
    "order": lazy("L'heure de fin doit venir après l'heure de début."),
    "past": lazy("Ce moment est déjà passé. Choisissez-en un autre."),
    "far": lazy("Ce moment est trop lointain : restez dans les six mois."),
    "long": lazy("C'est trop long : proposez douze heures au plus."),
}


class TimeField(StringField):
    """A time of day as people type it: 14:30, 14h30, 14 h, 9h. `moment` is the value."""

    data: str | None

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)
        self.moment: time | None = None

    def pre_validate(self, _form: Form) -> None:
        typed = self.data or ""
        if not typed:
            return
        found = re.fullmatch(r"([01]?[0-9]|2[0-3])\s*(?:[:hH]\s*([0-5][0-9])?)?", typed)
        if found is None:
            raise StopValidation(_("Écrivez une heure comme 14 h 30."))
        self.moment = time(int(found[1]), int(found[2] or 0))


def _listed(articles: Sequence[Carried]) -> list[tuple[str, str]]:
    """The articles as tick boxes, by the numbers of their matches."""
    return [
        (str(each.match.id), _several(each.match.quantity, item_name(each.item.item, _gist(each))))
        for each in articles
    ]


def _gist(article: Carried) -> str:
    return article.item.description.split("\n")[0]


def _several(quantity: int, name: str) -> str:
    return f"{quantity} × {name}" if quantity > 1 else name


def _reasons(occasion: Occasion) -> list[tuple[str, LazyString]]:
    said_by = SAID_BY if occasion is Occasion.DONOR_DECLINES else {}
    return [
        (reason.value, said_by.get(Reason(reason), said)) for reason, said in words.choices(REASONS[occasion])
    ]


class TakingForm(PortalForm):
    """A yes to a trip's articles, or to some of them and why not to the others. Asked where there are several.

    `shown` are those that the page showed: what joined the trip since is not answered unseen.
    """

    occasion: Occasion
    articles = TicksField(lazy("Quels articles ?"), validate_choice=False)
    shown = SelectMultipleField(validate_choice=False)
    why = RadioField(lazy("Pourquoi pas le reste ?"), validate_choice=False)

    def __init__(self, lines: Sequence[Carried], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        choices = _listed(lines)
        known = [value for value, _words in choices]
        self.articles.choices = choices
        self.why.choices = _reasons(self.occasion)
        self.effects = effects(self.occasion)
        posted = [value for value in self.shown.data or () if value in known]
        if not posted:
            self.articles.data = known
        self.lines = [int(value) for value in posted or known]
        ticked = {int(value) for value in self.articles.data or () if value in known}
        self.left = [match_id for match_id in self.lines if match_id not in ticked]

    def validate_articles(self, _field: Field) -> None:
        if self.left == self.lines:
            raise StopValidation(_("Gardez au moins un article, ou déclinez le tout plus bas."))

    def validate_why(self, field: Field) -> None:
        if self.left and field.data not in REASONS[self.occasion]:
            raise StopValidation(_("Dites pourquoi vous laissez le reste : cela nous aide à mieux proposer."))

    def without(self) -> Without | None:
        return Without(self.left, Reason(self.why.data)) if self.left else None


class CommitteeTakes(TakingForm):
    occasion = Occasion.COMMITTEE_DECLINES


class DonorGives(TakingForm):
    occasion = Occasion.DONOR_DECLINES


@dataclass(frozen=True, slots=True)
class Busy:
    """When the committee is at donors' already, and how many such trips it makes at once."""

    taken: Sequence[Span] = ()
    at_once: int = 1

    def meets(self, span: Span) -> bool:
        return not is_free(span, self.taken, self.at_once)


class TermsForm(CommitteeTakes):
    """The committee's yes: which articles, which times, who moves them, where. `zones` are the clocks where they would meet."""

    slots = TicksField(lazy("Quand pouvez-vous ?"), validate_choice=False)
    day = DayField(lazy("Un autre jour"))
    start = TimeField(lazy("De"))
    end = TimeField(lazy("À"))
    transport = choice(
        lazy("Qui transporte ?"), words.TRANSPORTS, required=lazy("Dites qui transporte l'article.")
    )
    place = line(lazy("Lieu du rendez-vous"), most=200)
    note = paragraph(lazy("Un mot pour le donateur"), most=1000)

    def __init__(
        self,
        lines: Sequence[Carried],
        suggested: Sequence[Span],
        now: datetime,
        zones: Mapping[Transport, str],
        busy: Busy,
        **kwargs: Any,
    ) -> None:
        self.now, self.zones, self.busy = now, zones, busy
        zone = zones[Transport.DONOR_BRINGS]
        self.spans: list[Span] = []
        super().__init__(lines, **kwargs)
        self.slots.choices = [
            (encode(span), time_range(span.starts_at, span.ends_at, zone, zone)) for span in suggested
        ]
        self.clashing = {encode(span) for span in suggested if busy.meets(span)}

    def validate_slots(self, field: Field) -> None:
        posted = list(dict.fromkeys(field.data or []))[: MOST_SLOTS + 1]
        for value in posted:
            try:
                self._add(decode(value, self.now))
            except BadSpanError as error:
                raise StopValidation(str(BAD_SPAN[error.code])) from None
        if len(posted) > MOST_SLOTS:
            raise StopValidation(_("Proposez %(most)s moments au plus.", most=MOST_SLOTS))
        if not posted and not (self.day.raw_data and self.day.raw_data[0]):
            raise StopValidation(_("Cochez au moins un moment, ou écrivez-en un autre."))

    def validate_end(self, _field: Field) -> None:
        """A day and two times make one more span; part of one is not enough."""
        day: date | None = self.day.data
        start, end = self.start.moment, self.end.moment
        if day is None and start is None and end is None:
            return
        if day is None or start is None or end is None:
            if not (self.day.errors or self.start.errors or self.end.errors):
                raise StopValidation(
                    _("Pour un autre moment, écrivez le jour, l'heure de début et l'heure de fin.")
                )
            return
        try:
            self._add(local_span(day, start, end, self.now, self.zones[self._transport]))
        except BadSpanError as error:
            raise StopValidation(str(BAD_SPAN[error.code])) from None

    def _add(self, span: Span) -> None:
        """A van is at one donor's at a time. Who brings the thing needs none."""
        if self._transport is Transport.COMMITTEE_COLLECTS and self.busy.meets(span):
            zone = self.zones[Transport.DONOR_BRINGS]
            raise StopValidation(
                _(
                    "Vous allez déjà chercher un don à ce moment : %(when)s. Choisissez-en un autre, ou dites dans vos règles que vous pouvez faire plusieurs collectes en même temps.",
                    when=time_range(span.starts_at, span.ends_at, zone, zone),
                )
            )
        self.spans.append(span)

    def has_place(self, committee: Committee) -> bool:
        """Whether the donor would know where to go."""
        if self.place.data or committee.street or self._transport is Transport.COMMITTEE_COLLECTS:
            return True
        self.place.errors = (_("Écrivez où le donateur doit venir : votre comité n'a pas donné sa rue."),)
        return False

    @property
    def _transport(self) -> Transport:
        """Who moves it, by which the place where they meet is told."""
        typed = self.transport.data
        return Transport(typed) if typed in set(Transport) else Transport.DONOR_BRINGS

    def terms(self) -> Terms:
        return Terms(
            spans=self.spans,
            transport=Transport(self.transport.data),
            place=self.place.data or "",
            note=self.note.data or "",
        )


class DecliningForm(PortalForm):
    """A no with one of the coded reasons of its occasion; to which articles, where there are several."""

    occasion: Occasion
    given_up = TicksField(lazy("Quels articles ?"), validate_choice=False)
    reason = RadioField(lazy("Pourquoi ?"), validate_choice=False)
    note = paragraph(lazy("Précisions"), most=1000)

    def __init__(self, lines: Sequence[Carried], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.given_up.choices = _listed(lines)
        self.reason.choices = _reasons(self.occasion)
        self.effects = effects(self.occasion)
        known = {value for value, _words in self.given_up.choices}
        chosen = known if len(known) == 1 else known & set(self.given_up.data or ())
        self.lines = sorted(map(int, chosen))

    def validate_given_up(self, _field: Field) -> None:
        if not self.lines:
            raise StopValidation(_("Cochez les articles dont il s'agit."))

    def validate_reason(self, field: Field) -> None:
        if field.data not in REASONS[self.occasion]:
            raise StopValidation(_("Choisissez une raison : elle nous aide à mieux proposer."))


class CommitteeDeclines(DecliningForm):
    occasion = Occasion.COMMITTEE_DECLINES


class DonorDeclines(DecliningForm):
    occasion = Occasion.DONOR_DECLINES


ASKED = {
    "street": lazy("Écrivez le numéro et la rue : le comité vient chez vous."),
    "floor": lazy("Écrivez l'étage, 0 pour le rez-de-chaussée ou une maison."),
    "phone": lazy("Écrivez un numéro où vous joindre ce jour-là."),
}


class ChoosingForm(DonorGives):
    """The donor's yes to a time; and, where a committee comes to a place that the offer does not tell enough of, where that is.

    What is known is not shown, for the link may have been forwarded; what is typed replaces it.
    """

    street = line(lazy("Numéro et rue"), most=200)
    floor = WholeNumberField(lazy("À quel étage ?"), low=0, high=200)
    lift = RadioField(
        lazy("Y a-t-il un ascenseur ?"),
        choices=[SelectChoice("yes", lazy("Oui")), SelectChoice("no", lazy("Non"))],
        validate_choice=False,
    )
    phone = PhoneField(lazy("Un téléphone pour ce jour-là"))

    def __init__(self, case: Case, **kwargs: Any) -> None:
        offer, trip = case.offer, case.handover
        self.asked: list[str] = []
        if trip is not None and trip.transport is Transport.COMMITTEE_COLLECTS and not trip.place:
            known = {
                "street": offer.street,
                "floor": offer.floor is not None,
                "phone": offer.contact_phone or case.donor.phone,
            }
            self.asked = [name for name, value in known.items() if not value]
        super().__init__(case.to_give, **kwargs)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.floor.data:
            self.floor.errors = ()
        for name in self.asked:
            if not self[name].data:
                self[name].errors = (str(ASKED[name]),)
        if self.floor.data and self.floor.number and self.lift.data not in {"yes", "no"}:
            self.lift.errors = (_("Dites s'il y a un ascenseur."),)
        return not any(field.errors for field in self)

    def doorstep(self) -> Doorstep:
        floor = self.floor.number if self.floor.data else None
        lift = {"yes": True, "no": False}.get(self.lift.data or "") if floor else None
        return Doorstep(self.street.data or "", floor, lift, self.phone.data or "")


class OtherTimeForm(PortalForm):
    words = paragraph(
        lazy("Quand êtes-vous disponible ?"),
        most=1000,
        required=lazy("Écrivez les jours et les heures qui vous conviennent."),
    )


class OtherTimeOnThePhone(OtherTimeForm):
    words = paragraph(
        lazy("Quand est-il disponible ?"),
        most=1000,
        required=lazy("Écrivez les jours et les heures qui lui conviennent."),
    )
