"""The world's papers: of what a company gave, and of receipts in each state."""

from datetime import timedelta

from app.db import transaction
from app.models import Organisation, Receipt
from app.models.states import MatchState, ReceiptState
from tests.world_rows import Maker, tracked


def papers(maker: Maker) -> tuple[list[str], list[str], list[str]]:
    """Of what a company gave: the donor's pages, with those of a receipt to ask for, the committee's, and the coordinators', of receipts
    in each state."""
    build = maker.build
    with maker.app.app_context(), transaction() as current:
        association = current.get_one(Organisation, maker.committee.organisation_id)
        association.receipts, association.kind, association.registered_as = (
            True,
            "interet-general",
            "W691234567",
        )
        association.seat, association.purpose = "1 rue du Siège, 69001 Lyon", "Venir en aide"
    offer = build.offer(build.donor(company="Société d'exemple"))
    item, *others = (build.offered_item(offer, quantity=3, unit_value=1250, position=at) for at in range(5))
    trips, matches = [], []
    for each in (item, *others):
        match = build.match(
            each, build.need(maker.committee), state=MatchState.COMPLETED, received_quantity=2
        )
        matches.append(match.id)
        trips.append(
            build.handover(
                match,
                starts_at=maker.now - timedelta(days=3),
                ends_at=maker.now - timedelta(days=3) + timedelta(hours=2),
            ).id
        )
    receipts = []
    with maker.app.app_context(), transaction() as current:
        for number, (state, trip, match_id) in enumerate(
            zip(ReceiptState, trips[1:], matches[1:], strict=True), 1
        ):
            receipt = Receipt(
                handover_id=trip, organisation_id=maker.committee.organisation_id, offer_id=offer.id, state=state, company="Société d'exemple",
                name="Camille Exemple", given_on=maker.now.date(), year=2026, number=None if state is ReceiptState.ASKED else number, lines=[[match_id, "Table", 2, 1250]], cents=2500,
                asked_at=maker.now, settled_at=maker.now, note="Une raison.",
            )  # fmt: skip
            current.add(receipt)
            current.flush()
            receipts.append(f"/coordination/recus-fiscaux/{receipt.id}")
    kinds = [f"papiers/{trips[0]}/{kind}" for kind in ("recapitulatif", "convention")]
    mine = tracked(maker, item)
    asked = [f"{mine}/recu/{trip}" for trip in trips]
    return (
        [mine, *(f"{mine}/{kind}" for kind in kinds), *asked],
        [f"/mon-comite/{kind}" for kind in kinds],
        ["/coordination/recus-fiscaux", "/coordination/recus-fiscaux?annee=2026", *receipts],
    )
