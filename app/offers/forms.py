"""The form of an offer: several articles, a place, times, a contact. What is typed is kept, whatever is wrong with it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import request
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    StringField,
)
from wtforms.validators import StopValidation

from app.models.states import REASONS, Condition, Occasion, Reason
from app.offers.article_form import ArticleForm, answer, yes_or_no
from app.offers.drafts import ArticleDraft, DonorContact, OfferDraft
from app.photos.service import KEY, MOST_SLOTS, NotKept, new_key
from app.places import Place, Reached, UnknownPostalCode, code_in, reached
from app.places.zones import FRANCE, zone_at
from app.sheets.lines import SheetLine
from app.web.fields import (
    DayField,
    EmailAddressField,
    EmptyField,
    OptionalNumberField,
    PhoneField,
    PortalForm,
    choice,
    line,
    paragraph,
)
from app.web.place_form import wrong_code
from app.web.text import _, lazy
from app.web.words import CONDITIONS, choices, language_of_letters

MOST_ARTICLES = 10
WITHDRAWAL_REASONS = (Reason.GIVEN_ELSEWHERE, Reason.CHANGED_MIND, Reason.OTHER)
FURTHEST_KM = 500
FURTHEST_DAYS = 365
HIGHEST = 200
"""The floors that an offer may name."""
BRINGS, COLLECTED = "apporte", "sur-place"
TRANSPORTS = [
    SelectChoice(BRINGS, lazy("Je peux l'apporter")),
    SelectChoice(COLLECTED, lazy("Il faut venir le chercher")),
]


def communes_of(postal_code: str) -> Reached:
    """Where a postal code may be, as it was typed; nowhere for one that is not known."""
    try:
        return reached(postal_code)
    except UnknownPostalCode:
        return Reached(())


def clock_of(postal_code: str) -> str:
    """The zone of the place whose postal code was typed; Paris's until one is."""
    with suppress(UnknownPostalCode):
        postal_code = code_in(postal_code)
    return zone_at(FRANCE, postal_code, 0.0, 0.0)


class Numbered(FieldList):
    """A list whose indices are plain small numbers; any other key in the request is not about it."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        pattern = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,3}})-")
        for key in formdata:
            found = pattern.match(key)
            if found:
                yield int(found[1])


class GivingForm(PortalForm):
    """Where and when a gift can be had, and from whom; `today` is the person's day."""

    postal_code = line(
        lazy("Code postal"),
        most=80,
        required=lazy("Indiquez le code postal de l'endroit où se trouve le don."),
    )
    commune = StringField(lazy("Commune"))
    street = line(lazy("Adresse"), most=200)
    available_from = DayField(lazy("À partir du"))
    available_until = DayField(lazy("Jusqu'au"))
    availability = paragraph(lazy("Quand êtes-vous disponible ?"), most=1000)
    transport = RadioField(
        lazy("Comment le don peut-il voyager ?"), choices=TRANSPORTS, default=COLLECTED, validate_choice=False
    )
    delivers_km = StringField(lazy("Jusqu'à combien de kilomètres ?"), default="10")
    name = line(lazy("Votre nom"), most=120, required=lazy("Indiquez votre nom."))
    email = EmailAddressField(lazy("Votre adresse e-mail"))
    phone = PhoneField(lazy("Votre téléphone"))
    company = line(lazy("Entreprise ou association"), most=120)

    def __init__(self, *, today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today
        self.place: Place | None = None
        self.kilometres = 0
        self.asks_commune = False

    @property
    def communes(self) -> Reached:
        return communes_of(self.postal_code.data or "")

    def validate_postal_code(self, field: Any) -> None:
        try:
            found = reached(field.data).places
        except UnknownPostalCode as error:
            raise StopValidation(wrong_code(error)) from None
        chosen = self.commune.data
        meant = [each for each in found if not chosen or chosen in (each.insee, each.commune)]
        if len(meant) == 1:
            self.place = meant[0]
            return
        self.asks_commune = len(found) > 1
        if not self.asks_commune:
            raise StopValidation(_("Choisissez la commune qui va avec ce code postal."))

    def validate_commune(self, _field: Any) -> None:
        if self.asks_commune:
            raise StopValidation(_("Choisissez votre commune dans la liste."))

    def validate_available_from(self, field: Any) -> None:
        if field.data is None:
            raise StopValidation(_("Dites à partir de quel jour on peut prendre le don."))
        if field.data > self.today + timedelta(days=FURTHEST_DAYS):
            raise StopValidation(_("C'est dans plus d'un an. Proposez ce don plus près du jour."))

    def validate_available_until(self, field: Any) -> None:
        if field.data is None:
            raise StopValidation(_("Dites jusqu'à quel jour on peut prendre le don."))
        if field.data < self.today:
            raise StopValidation(_("Ce jour est passé. Choisissez un jour à venir."))
        if self.available_from.data and field.data < self.available_from.data:
            raise StopValidation(_("Ce jour vient avant celui du début. Choisissez-en un plus tard."))
        if field.data > self.today + timedelta(days=2 * FURTHEST_DAYS):
            raise StopValidation(_("C'est dans plus de deux ans. Choisissez un jour plus proche."))

    def validate_transport(self, field: Any) -> None:
        if field.data not in {BRINGS, COLLECTED}:
            raise StopValidation(_("Dites si vous pouvez apporter le don ou s'il faut venir le chercher."))

    def validate_delivers_km(self, field: Any) -> None:
        if self.transport.data != BRINGS:
            return
        typed = (field.data or "").strip()
        if not re.fullmatch(r"[0-9]{1,3}", typed) or not 1 <= int(typed) <= FURTHEST_KM:
            raise StopValidation(
                _("Écrivez un nombre de kilomètres en chiffres, de 1 à %(most)s.", most=FURTHEST_KM)
            )
        self.kilometres = int(typed)


class RecordingForm(GivingForm):
    """A gift that is recorded anew, whatever is in it. `lasts` is how long it stays open unless the donor says otherwise."""

    submission_key = HiddenField()
    rappel = EmptyField()
    spoken = BooleanField(lazy("La personne a confirmé ce don de vive voix"))
    no_email = BooleanField(lazy("La personne n'a pas d'adresse e-mail : écrire à mon comité"))

    def __init__(self, *, today: date, lasts: timedelta, signed_in: bool = False, **kwargs: Any) -> None:
        super().__init__(today=today, **kwargs)
        self.signed_in = signed_in
        if request.method == "GET" and not kwargs.get("formdata"):
            self.available_from.data = today
            self.available_until.data = today + lasts
        if not KEY.fullmatch(self.submission_key.data or ""):
            self.submission_key.data = new_key()
        self.email.optional = self.without_address

    @property
    def without_address(self) -> bool:
        return self.signed_in and bool(self.no_email.data)

    def validate_no_email(self, _field: Any) -> None:
        if self.without_address and not self.spoken.data:
            raise StopValidation(
                _("Sans adresse e-mail, la personne doit avoir confirmé de vive voix : cochez la case.")
            )

    def draft_of(
        self,
        articles: Sequence[ArticleDraft],
        *,
        recorded_by_id: int | None = None,
        stand_in: DonorContact | None = None,
        stand_in_email: str = "",
    ) -> OfferDraft:
        """The typed values of a form that is valid, with these articles. `stand_in` answers for a person without an address."""
        first, last = self.available_from.data, self.available_until.data
        if self.place is None or first is None or last is None:
            raise ValueError("the form has not been validated")
        return OfferDraft(
            submission_key=self.submission_key.data,
            articles=articles,
            contact=DonorContact(self.name.data, self.phone.data or "", self.company.data or ""),
            email=stand_in_email if stand_in else self.email.data or "",
            language=language_of_letters(),
            place=self.place,
            street=self.street.data or "",
            available_from=max(first, self.today),
            available_until=last,
            availability=self.availability.data or "",
            delivers_km=self.kilometres,
            stand_in=stand_in,
            recorded_by_id=recorded_by_id,
            spoken=self.signed_in and bool(self.spoken.data),
        )


class FloorField(OptionalNumberField):
    """Asked, and so judged, only where something large has to be carried."""

    def pre_validate(self, form: Any) -> None:
        if form.large:
            super().pre_validate(form)


class OfferForm(RecordingForm):
    """A gift article by article."""

    articles = Numbered(FormField(ArticleForm), min_entries=1, max_entries=MOST_ARTICLES)
    floor = FloorField(lazy("À quel étage ?"), high=HIGHEST)
    lift = yes_or_no(lazy("Y a-t-il un ascenseur ?"), lazy("Oui"), lazy("Non"))
    wish_committee = HiddenField()
    wish_action = HiddenField()
    """The committee and the action that the donor came from, as addresses name them (`wishes`)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.photo_problems: dict[int, list[NotKept]] = {}
        self._number_slots()

    def _number_slots(self) -> None:
        """Each article has a slot of its own for its photos, whatever the request says."""
        taken: set[int] = set()
        for article in self.articles_forms:
            typed = str(article.slot.data or "")
            number = int(typed) if re.fullmatch(r"[0-9]{1,2}", typed) else MOST_SLOTS
            if number >= MOST_SLOTS or number in taken:
                number = min(set(range(MOST_SLOTS)) - taken)
            taken.add(number)
            article.slot.data = str(number)

    @property
    def articles_forms(self) -> list[ArticleForm]:
        return [entry.form for entry in self.articles]

    def add_article(self) -> bool:
        """One more, empty; False when there are enough."""
        if len(self.articles) >= MOST_ARTICLES:
            return False
        self._append()
        return True

    def _append(self) -> ArticleForm:
        self.articles.append_entry()
        taken = {int(article.slot.data) for article in self.articles_forms[:-1]}
        # Above every other: the slot of an article that was removed may hold a photo still on its way.
        following = max(taken, default=-1) + 1
        free = following if following < MOST_SLOTS else min(set(range(MOST_SLOTS)) - taken)
        self.articles_forms[-1].slot.data = str(free)
        return self.articles_forms[-1]

    def split_article(self, position: str) -> bool:
        """Make an article of each thing to be taken that the words of the one at this position name; False when that makes too many.

        The first keeps the photos and the details, and all the words where some are of no thing.
        """
        if not re.fullmatch(r"[0-9]{1,2}", position) or int(position) >= len(self.articles):
            return True
        first = self.articles_forms[int(position)]
        things = first.understanding.taken
        if len(self.articles) + len(things) - 1 > MOST_ARTICLES:
            return False
        for thing in things[1:]:
            self._append().take(thing, first)
        if things:
            first.keep(things[0])
        return True

    def remove_article(self, position: str) -> int | None:
        """Take the article at this position out; its slot, or None if there is no such article."""
        if not re.fullmatch(r"[0-9]{1,2}", position) or int(position) >= len(self.articles):
            return None
        slot = self.articles_forms[int(position)].slot_number
        self.articles.pop_entry(int(position))
        if not len(self.articles):
            self.articles.append_entry()
            self._number_slots()
        return slot

    def draft(
        self,
        *,
        recorded_by_id: int | None = None,
        stand_in: DonorContact | None = None,
        stand_in_email: str = "",
    ) -> OfferDraft:
        """The typed values of a form that is valid. `stand_in` answers for a person without an address."""
        draft = self.draft_of(
            [article.answered() for article in self.articles_forms],
            recorded_by_id=recorded_by_id,
            stand_in=stand_in,
            stand_in_email=stand_in_email,
        )
        floor = self.floor.value if self.large else None
        return replace(draft, floor=floor, lift=answer(self.lift) if floor else None)

    @property
    def named(self) -> set[tuple[str, int]]:
        """The articles that have a name, by description and number."""
        articles = [each for each in self.articles_forms if each.what.data]
        return {(each.description, each.quantity.number) for each in articles}

    @property
    def large(self) -> bool:
        """Whether somebody has to carry something large."""
        return any(article.understanding.large for article in self.articles_forms)


class ListedForm(RecordingForm):
    """A gift whose articles are a list that was sent."""

    condition = choice(
        lazy("Dans quel état est ce dont la liste ne le dit pas ?"),
        CONDITIONS,
        required=lazy("Choisissez l'état qui décrit le mieux ces articles."),
    )
    divisible = BooleanField(lazy("Peut être partagé entre plusieurs comités"), default=True)

    def articles(self, lines: Sequence[SheetLine]) -> list[ArticleDraft]:
        """The lines of the list as articles. Of a form without `condition` each line says its own."""
        otherwise = Condition(self.condition.data) if "condition" in self else Condition.GOOD
        return [
            ArticleDraft(
                slot=0,
                item=line.item,
                description=f"{line.name}\n{line.details}".strip(),
                quantity=line.quantity,
                condition=line.condition or otherwise,
                divisible=bool(self.divisible.data) or line.quantity == 1,
            )
            for line in lines
        ]


class WithdrawalForm(PortalForm):
    reason = choice(
        lazy("Pourquoi ?"),
        choices(WITHDRAWAL_REASONS),
        required=lazy("Dites pourquoi : cela nous aide à mieux faire."),
    )
    note = paragraph(lazy("Voulez-vous ajouter quelque chose ?"), most=1000)


class RefusalForm(PortalForm):
    reason = choice(
        lazy("Pourquoi refuser ?"),
        choices(REASONS[Occasion.COORDINATOR_REFUSES_OFFER]),
        required=lazy("Choisissez une raison : elle est donnée au donateur."),
    )
    note = paragraph(lazy("Note pour les coordinateurs"), most=1000)
