"""What each side may say of an appointment: first how many came and how they are, then what that leaves open."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from wtforms import Field, RadioField, SelectChoice, StringField
from wtforms.validators import StopValidation

from app.catalogue.queries import recognised
from app.handovers.queries import CaseLine
from app.handovers.reporting import HandoverReport, Received, Says
from app.handovers.unannounced import Unannounced
from app.models.states import REASONS, Condition, MatchState, Occasion, Reason
from app.web import words
from app.web.fields import LARGEST_QUANTITY, PortalForm, WholeNumberField, choice, line, paragraph
from app.web.text import _, lazy


class Rest(StrEnum):
    """Where what did not come is."""

    STILL = "still"
    GONE = "gone"


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"


RESTS = ((Rest.STILL, lazy("Toujours chez le donateur")), (Rest.GONE, lazy("Le donateur ne l'a plus")))
YES_NO = ((YesNo.YES, lazy("Oui")), (YesNo.NO, lazy("Non")))


def _radio(label: Any, options: Sequence[tuple[StrEnum, Any]]) -> RadioField:
    return RadioField(
        label, choices=[SelectChoice(option.value, said) for option, said in options], validate_choice=False
    )


class LinePart(PortalForm):
    """What came of one article. What the first answers leave open is asked when they are sent: `asked` names those fields."""

    quantity = WholeNumberField(lazy("Combien en avez-vous reçu ?"), low=0)
    condition = choice(lazy("Dans quel état ?"), words.CONDITIONS, required=lazy("Dites dans quel état."))
    keep = _radio(lazy("L'état est moins bon que demandé. Le gardez-vous ?"), YES_NO)
    meets = _radio(lazy("Le besoin est-il comblé ?"), YES_NO)
    rest = _radio(lazy("Et le reste ?"), RESTS)
    reason = _radio(lazy("Pourquoi ?"), words.choices(REASONS[Occasion.COMMITTEE_REPORTS_FAILURE]))

    class Meta:
        csrf = False  # the whole form's is checked

    def __init__(self, article: CaseLine, **kwargs: Any) -> None:
        self.article = article
        self.asked: set[str] = set()
        super().__init__(**kwargs)

    @property
    def _received(self) -> int:
        """How many stay with the committee."""
        kept = "keep" not in self.asked or self.keep.data != YesNo.NO
        return self.quantity.number if kept else 0

    def _ask(self, name: str, allowed: type[StrEnum] | Sequence[Reason], sentence: str) -> bool:
        self.asked.add(name)
        field = self[name]
        if field.data in {option.value for option in allowed}:
            return True
        field.errors = (sentence,)
        return False

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.quantity.errors:
            return False
        came = self.quantity.number > 0
        if not came:
            self.condition.errors = ()
        if self.condition.errors:
            return False
        return self._asks_what_is_open(came)

    def _asks_what_is_open(self, came: bool) -> bool:
        good = True
        if came and Condition(self.condition.data).rank > self.article.need.minimum_condition.rank:
            good &= self._ask("keep", YesNo, _("Dites si vous le gardez."))
            if self.keep.data != YesNo.NO:
                good &= self._ask("meets", YesNo, _("Dites si le besoin est comblé."))
        if self._received < self.article.match.quantity:
            good &= self._ask("rest", Rest, _("Dites où est ce qui n'est pas arrivé."))
        if not came:
            good &= self._ask(
                "reason", REASONS[Occasion.COMMITTEE_REPORTS_FAILURE], _("Dites pourquoi rien n'est arrivé.")
            )
        return good

    def received(self) -> Received:
        quantity = self._received
        missing = max(self.article.match.quantity - quantity, 0)
        kept_nothing = quantity == 0 and self.quantity.number > 0
        reason = Reason.CONDITION if kept_nothing else None
        if "reason" in self.asked:
            reason = Reason(self.reason.data)
        return Received(
            quantity,
            Condition(self.condition.data) if quantity else None,
            reason,
            gone=missing if self.rest.data == Rest.GONE and missing else 0,
            meets_need="meets" not in self.asked or self.meets.data == YesNo.YES,
        )


def _as_told(article: CaseLine) -> dict[str, str]:
    """What is settled of an article, or what was announced, as its fields say it."""
    match, item = article.match, article.item
    told = {"quantity": str(match.quantity), "condition": item.condition.value}
    if match.state is MatchState.SCHEDULED:
        return told
    failed = match.state is MatchState.FAILED
    return told | {
        "quantity": "0" if failed else str(match.received_quantity or match.quantity),
        "condition": (match.received_condition or item.condition).value,
        "rest": (Rest.GONE if match.gone_quantity else Rest.STILL).value,
        "meets": (YesNo.YES if match.meets_need else YesNo.NO).value,
        "keep": YesNo.YES.value,
    }


def _as_said(articles: Sequence[CaseLine]) -> str | None:
    """What a report that is to be corrected answers already; None where the lines differ, or one waits for its answer."""
    said = {
        None
        if each.match.state is MatchState.SCHEDULED
        else each.match.committee_says or (Says.NO if each.match.state is MatchState.FAILED else Says.YES)
        for each in articles
    }
    return said.pop() if len(said) == 1 else None


class ReportForm(PortalForm):
    """Did it happen?"""

    occasion: Occasion
    says = choice(
        lazy("La remise a-t-elle eu lieu ?"),
        (
            (Says.YES, lazy("Oui, c'est fait")),
            (Says.NOT_YET, lazy("Pas encore")),
            (Says.NO, lazy("Non, cela n'a pas eu lieu")),
        ),
        required=lazy("Choisissez une réponse."),
    )
    reason = RadioField(lazy("Si non, pourquoi ?"), validate_choice=False)
    note = paragraph(lazy("Précisions"), most=1000)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.choices = [(reason.value, said) for reason, said in words.choices(REASONS[self.occasion])]

    def validate_reason(self, field: Field) -> None:
        if self.says.data == Says.NO and field.data not in REASONS[self.occasion]:
            raise StopValidation(_("Dites pourquoi la remise n'a pas eu lieu."))

    def _lines(self) -> Mapping[int, Received]:
        return {}

    def _extra(self) -> Unannounced | None:
        return None

    def report(self) -> HandoverReport:
        reason = Reason(self.reason.data) if self.says.data == Says.NO else None
        return HandoverReport(
            Says(self.says.data), self._lines(), reason, self.note.data or "", self._extra()
        )


class DonorReport(ReportForm):
    occasion = Occasion.DONOR_REPORTS_FAILURE


class CommitteeReport(ReportForm):
    """The committee is also asked of each article how many came and how they are, and whether something came that nobody had
    announced."""

    occasion = Occasion.COMMITTEE_REPORTS_FAILURE
    extra = line(lazy("Qu'avez-vous reçu en plus ?"), most=200)
    extra_quantity = StringField(lazy("Combien ?"))
    extra_condition = _radio(lazy("Dans quel état ?"), words.CONDITIONS)

    def __init__(self, articles: Sequence[CaseLine], wrote: str = "", **kwargs: Any) -> None:
        """`wrote`: its words of an earlier report, which it may change or take back."""
        super().__init__(data={"says": _as_said(articles), "note": wrote}, **kwargs)
        self.parts = [
            (each, LinePart(each, prefix=f"m{each.match.id}-", data=_as_told(each))) for each in articles
        ]
        self.extra_number = 0

    def validate_extra_quantity(self, field: Field) -> None:
        if not self.extra.data:
            return
        typed = (field.data or "").strip()
        if not re.fullmatch(r"[0-9]{1,7}", typed) or not 1 <= int(typed) <= LARGEST_QUANTITY:
            raise StopValidation(_("Écrivez combien vous en avez reçu, en chiffres."))
        self.extra_number = int(typed)

    def validate_extra_condition(self, field: Field) -> None:
        if self.extra.data and field.data not in {option.value for option, _said in words.CONDITIONS}:
            raise StopValidation(_("Dites dans quel état."))

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        if self.says.data != Says.YES:
            return good
        return all([good, *(part.validate() for _article, part in self.parts)])

    @property
    def questions(self) -> int:
        """How many things that nobody could know before are still to be answered."""
        return sum(bool(part[name].errors) for _article, part in self.parts for name in part.asked)

    def _lines(self) -> Mapping[int, Received]:
        if self.says.data != Says.YES:
            return {}
        return {article.match.id: part.received() for article, part in self.parts}

    def _extra(self) -> Unannounced | None:
        if self.says.data != Says.YES or not self.extra.data:
            return None
        named = recognised(self.extra.data)
        return Unannounced(self.extra.data, self.extra_number, Condition(self.extra_condition.data), named)
