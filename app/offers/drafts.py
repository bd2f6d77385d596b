"""What a valid form says, as plain values: the service records it without knowing the form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.models.states import Condition, Language, Size
from app.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """One article as the form understood it, in the row's own columns; `slot` is where its photos wait. No donor is asked the size."""

    slot: int
    item: str | None
    description: str
    quantity: int
    condition: Condition
    divisible: bool
    size: Size | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredDraft(ArticleDraft):
    """One article with what the donor was asked beside its words (`Item.asks`); None where there is no answer."""

    measure: str = ""
    erased: bool | None = None
    dismantled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedDraft(AnsweredDraft):
    """One article as it is put right, with what one is worth, in cents, and weighs; None where nobody says."""

    unit_value: int | None = None
    unit_grams: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryDraft(ArticleDraft):
    """One article of a company's inventory: what one is worth, in cents, and weighs; None where the list does not say."""

    unit_value: int | None = None
    unit_grams: int | None = None


@dataclass(frozen=True, slots=True)
class DonorContact:
    name: str
    phone: str
    company: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDraft:
    """A valid form.

    `email` is in lower case. `stand_in`, if any, is who answers that address for a person who has none: then the
    donor of the address stays as it is. `recorded_by_id` is the volunteer; `spoken` says that the person agreed aloud.
    Of a company, with `consignment_id`, it is what stands at one site; `photos_key` is what its photos wait under, if not the same;
    `held` are the slots of what a coordinator has to look at first, where that was found before: words are read for seconds.
    """

    submission_key: str
    articles: Sequence[ArticleDraft]
    contact: DonorContact
    email: str
    language: Language
    place: Place
    street: str
    available_from: date
    available_until: date
    availability: str
    delivers_km: int
    stand_in: DonorContact | None = None
    recorded_by_id: int | None = None
    spoken: bool = False
    wished_committee_id: int | None = None
    wished_action_id: int | None = None
    floor: int | None = None
    lift: bool | None = None
    consignment_id: int | None = None
    photos_key: str = ""
    held: Collection[int] | None = None
    site: str = ""
    site_contact: str = ""
    dock: bool | None = None
    lift_truck: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCorrection:
    """What a coordinator corrects of an offer: all but its articles. `place` None keeps the place as it is."""

    contact: DonorContact
    email: str
    place: Place | None
    street: str
    available_from: date
    available_until: date
    availability: str
    delivers_km: int
