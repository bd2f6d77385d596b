"""What the two sides may answer: request data to typed values, with a sentence for what is wrong."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from wtforms import Field, Form, SelectMultipleField, StringField, widgets
from wtforms.validators import StopValidation

from app.handovers.service import MOST_SLOTS, HandoverReport, Says, Terms
from app.handovers.slots import BadSpanError, Span, decode, encode, local_span
from app.models.states import REASONS, Condition, Occasion, Reason, Transport
from app.web import words
from app.web.fields import DayField, PortalForm, WholeNumberField, choice, line, paragraph, strip
from app.web.text import _, lazy, time_range

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


class SlotsField(SelectMultipleField):
    """Tick boxes over times; what is posted is decoded again, never trusted."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class TermsForm(PortalForm):
    """The committee's yes: which times, who moves it, where."""

    slots = SlotsField(lazy("Quand pouvez-vous ?"), validate_choice=False)
    day = DayField(lazy("Un autre jour"))
    start = TimeField(lazy("De"))
    end = TimeField(lazy("À"))
    transport = choice(
        lazy("Qui transporte ?"), words.TRANSPORTS, required=lazy("Dites qui transporte l'article.")
    )
    place = line(lazy("Lieu du rendez-vous"), most=200)
    note = paragraph(lazy("Un mot pour le donateur"), most=1000)

    def __init__(self, suggested: Sequence[Span], now: datetime, **kwargs: Any) -> None:
        self.now = now
        self.spans: list[Span] = []
        super().__init__(**kwargs)
        self.slots.choices = [(encode(span), time_range(span.starts_at, span.ends_at)) for span in suggested]

    def validate_slots(self, field: Field) -> None:
        posted = list(dict.fromkeys(field.data or []))[: MOST_SLOTS + 1]
        for value in posted:
            try:
                self.spans.append(decode(value, self.now))
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
            self.spans.append(local_span(day, start, end, self.now))
        except BadSpanError as error:
            raise StopValidation(str(BAD_SPAN[error.code])) from None

    def terms(self) -> Terms:
        return Terms(
            spans=self.spans,
            transport=Transport(self.transport.data),
            place=self.place.data or "",
            note=self.note.data or "",
        )


def reason_form(occasion: Occasion) -> type[PortalForm]:
    """A form that asks for one of the coded reasons of this occasion."""

    class ReasonForm(PortalForm):
        reason = choice(
            lazy("Pourquoi ?"),
            words.choices(REASONS[occasion]),
            required=lazy("Choisissez une raison : elle nous aide à mieux proposer."),
        )
        note = paragraph(lazy("Précisions"), most=1000)

    return ReasonForm


CommitteeDeclines = reason_form(Occasion.COMMITTEE_DECLINES)
DonorDeclines = reason_form(Occasion.DONOR_DECLINES)


class OtherTimeForm(PortalForm):
    words = paragraph(
        lazy("Quand êtes-vous disponible ?"),
        most=1000,
        required=lazy("Écrivez les jours et les heures qui vous conviennent."),
    )


def report_form(occasion: Occasion, most: int) -> type[PortalForm]:
    """Did it happen? The committee is also asked how many, in what state."""
    answers = (
        (Says.YES, lazy("Oui, c'est fait")),
        (Says.NOT_YET, lazy("Pas encore")),
        (Says.NO, lazy("Non, cela n'a pas eu lieu")),
    )

    class ReportForm(PortalForm):
        says = choice(lazy("La remise a-t-elle eu lieu ?"), answers, required=lazy("Choisissez une réponse."))
        received_quantity = WholeNumberField(lazy("Combien en avez-vous reçu ?"), low=0, high=most)
        received_condition = choice(
            lazy("Dans quel état ?"), words.CONDITIONS, required=lazy("Dites dans quel état.")
        )
        reason = choice(
            lazy("Si non, pourquoi ?"),
            words.choices(REASONS[occasion]),
            required=lazy("Dites pourquoi la remise n'a pas eu lieu."),
        )
        note = paragraph(lazy("Précisions"), most=1000)

        def _asked(self) -> set[str]:
            """What the answer calls for; the rest is shown but not held against anybody."""
            if self.says.data == Says.NO:
                return {"reason"}
            if self.says.data == Says.YES and occasion is Occasion.COMMITTEE_REPORTS_FAILURE:
                return {"received_quantity", "received_condition"}
            return set()

        def validate(self, extra_validators: Any = None) -> bool:
            super().validate(extra_validators)
            for name in {"received_quantity", "received_condition", "reason"} - self._asked():
                self[name].errors = ()
            return not any(field.errors for field in self)

        def report(self) -> HandoverReport:
            asked = self._asked()
            return HandoverReport(
                says=Says(self.says.data),
                received_quantity=self.received_quantity.number if "received_quantity" in asked else None,
                received_condition=(
                    Condition(self.received_condition.data) if "received_condition" in asked else None
                ),
                reason=Reason(self.reason.data) if "reason" in asked else None,
                note=self.note.data or "",
            )

    return ReportForm
