"""A gift of two articles that goes to one committee, and its papers as a person reads them."""

from datetime import timedelta
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from app.models import Match, Offer, OfferedItem
from app.models.states import Condition, MatchState
from tests.app.offers.test_following import link
from tests.builders import Builder
from tests.conftest import MOMENT
from tests.reading import plain


def said(client: FlaskClient, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return " ".join(plain(page.text).split())


def read(client: FlaskClient, path: str) -> PdfReader:
    file = client.get(path)
    assert (file.status_code, file.content_type) == (200, "application/pdf")
    return PdfReader(BytesIO(file.data))


def words(reader: PdfReader) -> str:
    return " ".join(plain(" ".join(page.extract_text() for page in reader.pages)).split())


class Gift:
    """A washing machine and four chairs, offered to a committee of an association."""

    def __init__(
        self, app: Flask, build: Builder, association: dict[str, object] | None = None, **donor: str
    ) -> None:
        self.app, self.build = app, build
        self.association = build.organisation(name="Secours d'exemple", **(association or {}))
        self.committee = build.committee(name="Comité de Givors", organisation_id=self.association.id)
        self.offer = build.offer(build.donor(name="Łucja Exemple-Œuvré", **donor))
        self.machine = build.offered_item(self.offer, item="lave-linge", unit_value=12550)
        self.chairs = build.offered_item(self.offer, item="chaise", quantity=4, unit_grams=5000)

    def goes(self, state: MatchState, item: OfferedItem, **values: object) -> Match:
        came = MOMENT - timedelta(days=2)
        if state is MatchState.COMPLETED:
            values.setdefault("came_at", came)
        match = self.build.match(item, self.build.need(self.committee), state=state, **values)
        self.build.handover(match, starts_at=came, ends_at=came + timedelta(hours=1))
        return match

    def arrives(self) -> int:
        """The machine and three of the chairs, on one trip; its number."""
        match = self.goes(MatchState.COMPLETED, self.machine)
        self.goes(
            MatchState.COMPLETED, self.chairs, quantity=4, received_quantity=3, received_condition=Condition.FAIR, handover_id=match.handover_id,
        )  # fmt: skip
        return match.handover_id or 0

    def path(self, number: int, kind: str = "recapitulatif", offer: Offer | None = None) -> str:
        return f"{link(self.app, offer or self.offer)}/papiers/{number}/{kind}"
