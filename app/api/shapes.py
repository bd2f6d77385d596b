"""What the interface takes and gives: the same types check what comes in, write what goes out and describe both.

`Field(description=…)` is shown to whoever reads the documentation: French here, translated like any page.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.models.states import Condition, Urgency
from app.models.worded import french
from matching.items import Size

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=1, max_length=80)]


class ApiQuestion(BaseModel):
    """What an address may ask for. A name that does not exist is refused: a filter that was mistyped would show everything."""

    model_config = ConfigDict(extra="forbid")


class ApiListed(ApiQuestion):
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{1,8}$")] = Field(
        default="0", description=french("Où reprendre : la fin de l'adresse « next » de la page d'avant.")
    )
    limit: int = Field(default=50, ge=1, le=200, description=french("Combien de lignes, au plus."))


class ApiNeedsAsked(ApiListed):
    item: Slug | None = Field(
        default=None, description=french("Un article du catalogue : les besoins qu'il peut servir.")
    )
    committee: Slug | None = None
    association: Slug | None = None
    action: Slug | None = None


class ApiCommitteesAsked(ApiListed):
    association: Slug | None = None


class ApiProblemField(BaseModel):
    field: str
    problem: str


class ApiProblem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    request: str = Field(description=french("Le numéro à citer si vous nous écrivez."))
    detail: str | None = None
    errors: list[ApiProblemField] | None = None


class ApiNamed(BaseModel):
    slug: str
    name: str


class ApiItemNamed(BaseModel):
    slug: str
    fr: str
    en: str


class ApiItem(ApiItemNamed):
    parent: str | None = Field(description=french("L'article plus large dont celui-ci fait partie."))
    size: Size
    kg: float = Field(description=french("Le poids habituel d'une pièce."))
    handled: bool = Field(description=french("Si le portail prend de tels articles."))
    aliases: list[str] = Field(description=french("Les autres mots français qui le nomment."))
    aliases_en: list[str]


class ApiSeat(ApiNamed):
    """A committee, where something else speaks of it."""

    association: ApiNamed
    commune: str
    postal_code: str
    country: str
    latitude: float
    longitude: float


class ApiNeed(BaseModel):
    id: int
    item: ApiItemNamed
    quantity: int = Field(description=french("Ce qui manque encore : rien de promis n'y est compté."))
    minimum_condition: Condition
    urgency: Urgency
    needed_by: date | None
    reason: str
    declared_at: datetime
    committee: ApiSeat
    action: ApiNamed | None
    url: str = Field(description=french("La page où le proposer."))


class ApiCommittee(ApiSeat):
    presentation: str
    street: str
    zone: str = Field(description=french("Le fuseau de ses heures, comme Europe/Paris."))
    opening_hours: dict[str, list[tuple[str, str]]] = Field(
        description=french("Par jour, de 1 (lundi) à 7, des heures d'ouverture et de fermeture.")
    )
    closures: list[tuple[date, date]]
    collects_km: int = Field(description=french("Jusqu'où il vient chercher ; 0 s'il ne vient pas."))
    largest_size: Size
    takes: list[str] = Field(description=french("Les seuls articles qu'il prend ; vide s'il prend de tout."))
    refuses: list[str]
    minimum_condition: Condition | None
    url: str


class ApiAssociation(ApiNamed):
    description: str
    website: str
    committees: int
    url: str


class ApiAction(BaseModel):
    slug: str
    title: str
    story: str
    destination: str
    country: str
    deadline: date | None
    committee: ApiNamed = Field(description=french("Le comité qui rassemble les dons."))
    asked: int = Field(description=french("Pièces demandées en tout."))
    promised: int
    received: int
    url: str


class ApiPage(BaseModel):
    next: str | None = Field(description=french("L'adresse de la page suivante, si elle existe."))


class ApiNeeds(ApiPage):
    data: list[ApiNeed]


class ApiCommittees(ApiPage):
    data: list[ApiCommittee]


class ApiAssociations(ApiPage):
    data: list[ApiAssociation]


class ApiActions(ApiPage):
    data: list[ApiAction]


class ApiItems(ApiPage):
    data: list[ApiItem]
