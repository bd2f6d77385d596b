"""What the interface takes and gives: the same types check what comes in, write what goes out and describe both.

`Field(description=…)` is shown to whoever reads the documentation: French here, translated like any page.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.models.states import Condition, HookEvent, MatchState, OfferState, Urgency
from app.models.worded import french
from matching.items import Size

Words = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$")]
Said = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
"""Words that say something: blanks alone do not."""
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


class ApiMatchesAsked(ApiListed):
    state: MatchState | None = None


class ApiKeyed(BaseModel):
    """What a request says of itself. Names of headers are read whatever their case."""

    model_config = ConfigDict(extra="ignore", alias_generator=None)

    idempotency_key: str | None = Field(
        default=None,
        alias="Idempotency-Key",
        max_length=64,
        description=french(
            "Une clé de votre choix : la même demande renvoyée avec elle n'est faite qu'une fois."
        ),
    )


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


class ApiBody(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ApiArticle(ApiBody):
    what: Said = Field(
        min_length=1, max_length=200, description=french("Ce que c'est, dans vos mots : « Lave-linge 8 kg ».")
    )
    quantity: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description=french("Sans elle, le nombre que disent les mots, ou un."),
    )
    condition: Condition
    details: Words = Field(default="", max_length=1700)
    divisible: bool = Field(default=True, description=french("Si plusieurs comités peuvent se le partager."))
    sure: bool = Field(
        default=False,
        description=french("Le don est bien tel que vous le dites, même là où nous lisons autre chose."),
    )


class ApiOffer(ApiBody):
    articles: list[ApiArticle] = Field(min_length=1, max_length=10)
    postal_code: Said = Field(min_length=1, max_length=80)
    commune: Words = Field(
        default="", max_length=80, description=french("Là où le code postal en a plusieurs.")
    )
    street: Words = Field(default="", max_length=200)
    available_from: date | None = Field(default=None, description=french("Aujourd'hui, si rien n'est dit."))
    available_until: date | None = None
    availability: Words = Field(default="", max_length=1000)
    delivers_km: int = Field(
        default=0, ge=0, le=500, description=french("Jusqu'où le donateur l'apporte ; 0 : il faut venir.")
    )
    name: Said = Field(min_length=1, max_length=120, description=french("Qui donne."))
    email: Words | None = Field(
        default=None,
        max_length=254,
        description=french("Sans elle, nos e-mails vont au comité du jeton, et « spoken » doit être vrai."),
    )
    phone: Words = Field(default="", max_length=60)
    company: Words = Field(default="", max_length=120)
    spoken: bool = Field(
        default=False,
        description=french("La personne a confirmé de vive voix. Sinon, un e-mail lui demande de confirmer."),
    )
    committee: Slug | None = Field(
        default=None, description=french("Le comité auquel le donateur pense : un souhait.")
    )
    action: Slug | None = None


class ApiArticleTold(BaseModel):
    what: str
    item: str | None
    quantity: int
    condition: Condition
    promised: int = Field(description=french("Pièces qui ont trouvé leur place."))


class ApiOfferTold(BaseModel):
    reference: str
    state: OfferState
    available_until: date
    articles: list[ApiArticleTold]
    url: str


class ApiOffersTold(ApiPage):
    data: list[ApiOfferTold]


class ApiWithdrawal(ApiBody):
    reason: Literal["given_elsewhere", "changed_mind", "other"]
    note: Words = Field(default="", max_length=1000)


class ApiMatch(BaseModel):
    id: int
    state: MatchState
    need: int
    item: ApiItemNamed | None
    what: str
    condition: Condition
    quantity: int
    received: int | None
    commune: str
    starts_at: datetime | None
    ends_at: datetime | None
    url: str = Field(description=french("La page du comité où répondre."))


class ApiMatches(ApiPage):
    data: list[ApiMatch]


class ApiHook(BaseModel):
    """What an address is told; the rest is read with a token."""

    id: str = Field(description=french("Le même à chaque renvoi."))
    event: HookEvent
    at: datetime
    committee: str
    need: int
    match: int | None
    item: str | None
    state: str


class ApiTexts(ApiBody):
    texts: list[Annotated[Words, StringConstraints(max_length=500)]] = Field(min_length=1, max_length=50)


class ApiThing(BaseModel):
    words: str
    item: str | None
    confidence: float = Field(description=french("De 0 à 1. Sous 0,7, laissez une personne choisir."))
    quantity: int | None


class ApiReadText(BaseModel):
    text: str
    things: list[ApiThing]


class ApiReadTexts(BaseModel):
    data: list[ApiReadText]


class ApiTriedNeed(ApiBody):
    item: Slug
    quantity: int = Field(ge=1, le=1_000_000)
    urgency: Urgency = Urgency.NORMAL
    minimum_condition: Condition = Condition.FAIR


class ApiTry(ApiBody):
    needs: list[ApiTriedNeed] = Field(
        default_factory=list,
        max_length=20,
        description=french("Des besoins à supposer, en plus de ceux du comité."),
    )


class ApiTriedPair(BaseModel):
    need: int | None = Field(description=french("Le besoin servi ; nul pour un besoin supposé."))
    supposed: int | None = Field(description=french("Son rang parmi les besoins supposés, à partir de 0."))
    item: str | None
    quantity: int
    condition: Condition
    kilometres: float


class ApiTried(BaseModel):
    state: Literal["waiting", "done", "failed"]
    asked_at: datetime
    trouble: str = Field(
        description=french("Pourquoi il n'y a pas de réponse : too_large, too_long, busy ou broken.")
    )
    data: list[ApiTriedPair]
    url: str = Field(description=french("Où demander la réponse, qui arrive en quelques secondes."))
