"""What stands in the small world of `tests.world`: rows, and the addresses that lead to them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_security.recoverable import generate_reset_password_token
from sqlmodel import col, select

from app.catalogue.queries import sense
from app.committees import stops
from app.committees.stops import Stopping
from app.db import session, transaction
from app.donors import service as donors
from app.listing import service as lists
from app.matches import service
from app.models import (
    Account,
    ActionNews,
    ActionStep,
    Alias,
    Box,
    ChancesVersion,
    Committee,
    Consignment,
    Donor,
    Follower,
    HandoverSlot,
    Listing,
    Match,
    Offer,
    OfferedItem,
    OutboxMessage,
    PhoneCall,
    Photo,
    RefusedSignIn,
    ReuseImport,
    ReusePlace,
    RoundStop,
    SavedView,
)
from app.models.reuse import band_of
from app.models.states import (
    ActionKind,
    Aside,
    BoxState,
    Findable,
    GiverKind,
    MatchState,
    OfferState,
    Outside,
    PlaceKind,
    Reason,
    RoundState,
)
from app.offers import correcting
from app.offers import service as offers
from app.offers.companies import service as service_of_companies
from app.offers.companies.sites import Site
from app.places import place
from app.reuse.objects import mask
from app.sheets.files import SheetTrouble
from app.transitions import DONOR, SYSTEM, Actor
from app.web.links import Purpose, path_of
from notifications.models import RefusedAddress, State
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, told


@dataclass(frozen=True, slots=True)
class Maker:
    app: Flask
    build: Builder
    committee: Committee
    now: datetime

    def match(self, state: MatchState, *, slot: timedelta | None = None, chosen: bool = False) -> Match:
        """A match of the committee; with `slot`, a handover with times from then on, the first perhaps chosen."""
        soon = self.build.offer(available_until=self.now.date() + timedelta(days=9))
        match = self.build.match(
            self.build.offered_item(soon, quantity=2), self.build.need(self.committee, quantity=2), state=state,
            quantity=2, approved_at=self.now - timedelta(hours=1), answer_by=self.now + timedelta(days=5),
        )  # fmt: skip
        if slot is not None:
            start = self.now + slot
            end = start + timedelta(hours=2)
            fixed: dict[str, Any] = {"starts_at": start, "ends_at": end} if chosen else {}
            handover = self.build.handover(match, place="1 rue du Don", committee_note="Sonnez.", **fixed)
            for day in range(3):
                later = timedelta(days=day)
                self.build._save(
                    HandoverSlot(handover_id=handover.id, starts_at=start + later, ends_at=end + later)
                )
        return match

    def joined(self, match: Match) -> Match:
        """An article that was approved for the same trip before its time was fixed, and not answered about yet."""
        with self.app.app_context():
            offer_id = session().get_one(OfferedItem, match.offered_item_id).offer_id
        article = self.build.offered_item(offer_id=offer_id, quantity=2)
        return self.build.match(
            article, self.build.need(self.committee, quantity=2), quantity=2, state=MatchState.APPROVED,
            approved_at=self.now - timedelta(hours=1), answer_by=self.now + timedelta(days=5),
            donor_answered_at=self.now, handover_id=match.handover_id,
        )  # fmt: skip

    def token(self, purpose: Purpose, subject: int | None, party: str) -> str:
        return str(self.app.extensions["desk"].links.token(purpose, subject or 0, party, self.now))


CHANCES = {
    "outcomes": 1_234,
    "base": 1.5,
    "odds": {
        "distance": {"0": 1.3, "20": 0.8},
        "family": {"electromenager": 0.7},
        "committee": {"1": 0.004, "2": 2.5},
    },
}


def letters_and_lessons(maker: Maker, coordinator: Account) -> None:
    """Two letters, one of which did not arrive; a word that was taught and one that was taken back; a refusal."""
    approved, refused = maker.match(MatchState.PROPOSED).id, maker.match(MatchState.PROPOSED).id
    with maker.app.app_context(), transaction() as current:
        service.approve(current, approved, SYSTEM, maker.now, ANSWER_WITHIN)
        actor = Actor.account(coordinator.id)
        service.reject(current, refused, Reason.TOO_FAR, "", actor, maker.now)
        stops.stop(current, maker.committee.id, Stopping("piano"), False, "", actor, maker.now)
        told(current)
        failed = current.get_one(OutboxMessage, 1)
        failed.state, failed.last_answer = State.FAILED, "550 no such user"
        current.add(RefusedAddress(email=failed.to_email, reason="550 no such user", at=maker.now))
        current.add(
            SavedView(account_id=coordinator.id, kind=Findable.OFFER, name="Exemple", query="q=exemple")
        )
        for wording, removed in (("truc rouge", None), ("machin vert", maker.now)):
            current.add(
                Alias(
                    key=wording, wording=wording, item="lave-linge", taught_at=maker.now, removed_at=removed
                )
            )
        current.add(
            ChancesVersion(
                version="exemple", chances=CHANCES, brier=0.2, base_brier=0.24, created_at=maker.now
            )
        )


MISSES = [
    {
        "other": 1,
        "broken": ["reach", "condition"],
        "detail": {"reach": 30.2, "collects_km": 25, "delivers_km": 0, "condition": "for_parts", "minimum_condition": "fair"},
        "told": {"item": "lave-linge", "commune": "Vienne", "condition": "for_parts"},
    },
    {
        "other": 1,
        "broken": ["floor"],
        "detail": {"floor": 4, "highest_floor": 2},
        "told": {"item": "lave-linge", "commune": "Lyon", "condition": "good"},
    },
]  # fmt: skip
"""Too far and too worn; too high."""


SHEET = """Inventaire;;;
Article;Nombre;État;Avant le
CUISINE;;;
Frigos;2;bon;15/01/2027
Chaises;beaucoup;usé;
truc bleu;1;;
Frigos;2;bon;15/01/2027
TOTAL;5;;"""


def listings(maker: Maker, account: Account) -> list[str]:
    """A list that waits to be read, one that cannot be, one to put right, a sound one and one that was recorded."""
    contents = ("", "TOTAL;3", SHEET, "Lits;2\nTables;3", "Chaises;2\nBureaux;3")
    with maker.app.app_context(), transaction() as current:
        for number, content in enumerate(contents):
            kept = Listing(
                key=f"liste-exemple-{number:04}", committee_id=maker.committee.id, account_id=account.id,
                name="inventaire.csv", content=content.encode(), brought_at=maker.now,
            )  # fmt: skip
            listing = lists.bring(current, kept)
            if number == 1:
                lists.give_up(listing, SheetTrouble.NO_TABLE, maker.now)
            elif number:
                today = maker.now.date()
                lists.keep(listing, lists.understand(content.encode(), sense(), today), maker.now)
        current.flush()
        lists.record_needs(current, listing, Actor.account(account.id), maker.now)
    return [f"/listes/liste-exemple-{number:04}" for number in range(len(contents))]


def gifts(maker: Maker) -> list[str]:
    """A list of gifts that nobody signed in for: its lines, and what is asked of all of it."""
    content = "Article;Nombre;État\nBureaux;12;bon\nChaises;40;".encode()
    with maker.app.app_context(), transaction() as current:
        listing = lists.bring(
            current,
            Listing(key="liste-de-dons-exemple", name="stock.csv", content=content, brought_at=maker.now),
        )
        lists.keep(listing, lists.understand(content, sense(), None), maker.now)
    return ["/listes/liste-de-dons-exemple", "/offrir/liste/liste-de-dons-exemple"]


def of_companies(maker: Maker) -> list[str]:
    """What a town hall is about to give, and what a company has sent: from two sites, a part of it received."""
    with maker.app.app_context():
        site = Site(
            name="Siège", place=place("69700", "69091"), street="1 rue du Stock", available_from=maker.now.date(),
            available_until=maker.now.date() + timedelta(days=60), availability="Le mardi", delivers_km=0, dock=True, lift_truck=None,
            contact="M. Essai, 06 00 00 00 01",
        )  # fmt: skip
        begun = _consignment(maker, "entreprise-commencee-exemple", GiverKind.LOCAL, site).key
        sent = _consignment(
            maker, "entreprise-envoyee-exemple", GiverKind.COMPANY, site, replace(site, name="Dépôt")
        )
        with transaction() as current:
            listing = service_of_companies.inventory(current, sent)
            if listing is None:
                raise RuntimeError("an inventory was brought")
            offer_ids = service_of_companies.send(current, sent, listing, (), maker.now)
            offers.confirm_offer(current, offer_ids[0], DONOR, maker.now)
        chairs = session().exec(select(OfferedItem).where(OfferedItem.offer_id == offer_ids[0])).first()
        donor = session().get_one(Offer, offer_ids[0]).donor_id
        key = sent.id
    maker.build.match(chairs, maker.build.need(maker.committee), state=MatchState.COMPLETED)
    follow = path_of(Purpose.TRACK_CONSIGNMENT, maker.token(Purpose.TRACK_CONSIGNMENT, key, f"donor:{donor}"))
    return [
        "/entreprises", *(f"/entreprises/{begun}{step}" for step in ("", "/lieux", "/inventaire", "/photos", "/envoi")),
        f"/listes/inventaire-{begun}", "/entreprises/entreprise-envoyee-exemple/envoye", follow, f"{follow}?etat=recus",
    ]  # fmt: skip


def _consignment(maker: Maker, key: str, kind: GiverKind, *sites: Site) -> Consignment:
    content = "Désignation;Quantité;Valeur unitaire;Poids (kg);Site\nBureaux;12;450;30;Siège\nChaises;40;35;7,5;Dépôt".encode()
    who = {
        "kind": kind, "company": "Exemple SA", "siret": "73282932000074", "contact_name": "Anne Exemple", "contact_function": "Achats",
        "contact_email": f"{key}@essai.example", "contact_phone": "04 00 00 00 00",
    }  # fmt: skip
    with transaction() as current:
        row = service_of_companies.begin(current, key, who, maker.now)
        for site in sites:
            service_of_companies.add_site(current, row, site)
        listing = Listing(
            key=f"inventaire-{key}", content=content, consignment_id=row.id, brought_at=maker.now
        )
        lists.bring(current, listing)
        known = lists.sites_of(current, listing)
        lists.keep(listing, lists.understand(content, sense(), None, known), maker.now)
    session().refresh(row)
    return row


def rounds(maker: Maker) -> list[str]:
    """A draft of three trips, one of which is left out; one that donors were told of; one that was cancelled."""
    trips = [maker.match(MatchState.ACCEPTED) for _ in range(3)]
    free = maker.now + timedelta(days=4, hours=4)
    draft = maker.build.round(
        maker.committee,
        *trips,
        starts_at=free,
        leaves_at=free,
        returns_at=free + timedelta(hours=3),
        ends_at=free + timedelta(hours=4),
    )
    told = maker.build.round(
        maker.committee,
        maker.match(MatchState.SCHEDULED, slot=timedelta(days=1, hours=4), chosen=True),
        maker.match(MatchState.FAILED),
        state=RoundState.PROPOSED,
    )
    off = maker.build.round(maker.committee, state=RoundState.CANCELLED)
    with maker.app.app_context(), transaction() as current:
        left = current.exec(select(RoundStop).where(RoundStop.round_id == draft.id)).all()[-1]
        left.outside, left.arrives_at, left.leaves_at = Outside.TAKEN_OUT, None, None
    path = "/mon-comite/tournees"
    return [
        path,
        f"{path}/nouvelle",
        f"{path}/{draft.id}",
        f"{path}/{told.id}",
        f"{path}/{off.id}",
        f"{path}/{told.id}/feuille",
    ]


def remembered(maker: Maker, author: Account, offer_id: int, need_id: int) -> list[str]:
    """Pages with a memory, and what is written on them: a task to do, one that was done, a note that was taken back."""
    merged, other = maker.build.donor(), maker.build.donor()
    with maker.app.app_context(), transaction() as current:
        donor_id = current.get_one(Offer, offer_id).donor_id
        donors.merge(current, donor_id, merged.id, Actor.account(author.id), maker.now)
    task: dict[str, Any] = {"due_at": maker.now}
    done = task | {"done_at": maker.now, "done_by_id": author.id}
    first, *_others = (
        maker.build.note(author, donor_id=donor_id, **values)
        for values in (task, done, {"removed_at": maker.now})
    )
    return [
        f"/coordination/donateurs/{donor_id}", f"/coordination/comites/{maker.committee.id}", f"/coordination/besoins/{need_id}",
        f"/coordination/donateurs/{donor_id}/reunir", f"/coordination/donateurs/{donor_id}/reunir?avec={other.id}",
        f"/coordination/messages/donateur/{donor_id}", f"/coordination/notes/besoin/{need_id}", f"/coordination/notes/{first.id}/modifier",
    ]  # fmt: skip


def _donor(maker: Maker, match: Match) -> tuple[int, int]:
    """The (offer, donor) of a match."""
    with maker.app.app_context():
        item = session().get_one(OfferedItem, match.offered_item_id)
        offer = session().get_one(Offer, item.offer_id)
        return offer.id, offer.donor_id


def tracked(maker: Maker, item: OfferedItem) -> str:
    with maker.app.app_context():
        offer = session().get_one(Offer, item.offer_id)
        party = f"donor:{offer.donor_id}"
    return path_of(Purpose.TRACK_OFFER, maker.token(Purpose.TRACK_OFFER, offer.id, party))


def begun(maker: Maker) -> str:
    row = maker.build.kept_form()
    return path_of(Purpose.RESUME_FORM, maker.token(Purpose.RESUME_FORM, row.id, f"kept_form:{row.id}"))


def second_thoughts(maker: Maker) -> list[str]:
    """Two articles, one of them paused, whose dates the donor has changed; and an offer that was withdrawn just now."""
    offer, gone = maker.build.offer(street="1 rue du Don"), maker.build.offer()
    one, other = (maker.build.offered_item(offer, quantity=2) for _ in range(2))
    maker.build.offered_item(gone)
    with maker.app.app_context(), transaction() as current:
        donor = current.get_one(Donor, offer.donor_id)
        until = offer.available_until - timedelta(days=1)
        terms = correcting.standing_terms(offer, donor, available_until=until)
        correcting.correct_offer(current, offer.id, terms, DONOR, maker.now)
        correcting.set_aside(current, other.id, Aside.PAUSED, None, "", DONOR, maker.now)
        offers.withdraw_offer(current, gone.id, Reason.CHANGED_MIND, "", DONOR, maker.now)
    track, party = tracked(maker, one), f"donor:{offer.donor_id}"
    own = path_of(Purpose.OWN_DATA, maker.token(Purpose.OWN_DATA, offer.donor_id, party))
    return [
        track,
        own,
        f"{own}/effacer",
        f"{track}/articles/{one.id}/retirer",
        tracked(maker, maker.build.offered_item(gone)),
    ]


def donor_pages(maker: Maker, *matches: Match) -> list[str]:
    build = maker.build
    waiting = build.offer(
        state=OfferState.UNCONFIRMED, confirmed_at=None, submission_key="attente" + "0" * 25
    )
    build.offered_item(waiting)
    found = [
        path_of(
            Purpose.CONFIRM_OFFER, maker.token(Purpose.CONFIRM_OFFER, waiting.id, f"donor:{waiting.donor_id}")
        ),
        f"/offrir/{waiting.submission_key}",
        f"/offrir/{waiting.submission_key}/adresse",
        "/offre/lien-perdu",
    ]
    for match in matches:
        offer, donor = _donor(maker, match)
        track = path_of(Purpose.TRACK_OFFER, maker.token(Purpose.TRACK_OFFER, offer, f"donor:{donor}"))
        found += [
            track,
            f"{track}/retirer",
            f"{track}/corriger",
            f"{track}/articles/{match.offered_item_id}/corriger",
            f"{track}/articles/{match.offered_item_id}/retirer",
            path_of(Purpose.DONOR_ANSWER, maker.token(Purpose.DONOR_ANSWER, match.id, f"donor:{donor}")),
            path_of(Purpose.DONOR_REPORT, maker.token(Purpose.DONOR_REPORT, match.id, f"donor:{donor}")),
        ]
    return found


def spoken_for(maker: Maker, recorder: Account) -> list[str]:
    """A gift recorded for somebody without an address, with a call to make and one that was made: the page after sending, and the slip."""
    stand_in = maker.build.donor(email=maker.committee.email.lower(), name=maker.committee.name)
    key = "offre-pour-quelqu-un"
    named = {"contact_name": "Paul Exemple", "contact_phone": "06 11 22 33 44", "recorded_by_id": recorder.id}
    offers = [maker.build.offer(stand_in, submission_key=each, **named) for each in (key, f"{key}-encore")]
    found = [
        maker.build.match(maker.build.offered_item(offer), maker.build.need(maker.committee)).id
        for offer in offers
    ]
    with maker.app.app_context(), transaction() as current:
        for match_id in found:
            service.approve(current, match_id, SYSTEM, maker.now, ANSWER_WITHIN)
            told(current)
        to_make, made = current.exec(select(PhoneCall).order_by(col(PhoneCall.id)))
        current.get_one(OutboxMessage, to_make.letter_id).not_before = maker.now
        made.done_at, made.done_by_id = maker.now, recorder.id
    return [f"/offrir/{key}", f"/offrir/{key}/fiche"]


def slip_of_donor(maker: Maker, match: Match) -> str:
    _offer, donor = _donor(maker, match)
    return (
        path_of(Purpose.DONOR_ANSWER, maker.token(Purpose.DONOR_ANSWER, match.id, f"donor:{donor}")) + "/bon"
    )


def committee_links(maker: Maker, *matches: Match) -> list[str]:
    party = f"committee:{maker.committee.id}"
    slip = (
        path_of(Purpose.COMMITTEE_ANSWER, maker.token(Purpose.COMMITTEE_ANSWER, matches[2].id, party))
        + "/bon"
    )
    return [slip] + [
        path_of(purpose, maker.token(purpose, match.id, party))
        for match in matches
        for purpose in (Purpose.COMMITTEE_ANSWER, Purpose.COMMITTEE_REPORT)
    ]


def account_links(maker: Maker, invited: Account, member: Account) -> list[str]:
    token = maker.token(Purpose.INVITATION, invited.id, f"account:{invited.id}")
    with maker.app.test_request_context():
        reset = generate_reset_password_token(session().get_one(Account, member.id))  # type: ignore[no-untyped-call]
    maker.build.session(member, key="telephone", browser="Firefox", system="Android", network="192.0.2.0/24")
    maker.build.session(member, key="salle", shared=True, created_at=maker.now, last_seen_at=maker.now)
    maker.build._save(RefusedSignIn(account_id=member.id, at=maker.now, network="2001:db8::/48"))
    strange = maker.build.session(member, key="inconnu", created_at=maker.now, ended_at=maker.now)
    disown = path_of(Purpose.DISOWN, maker.token(Purpose.DISOWN, strange.id, f"account:{member.id}"))
    return [path_of(Purpose.INVITATION, token), f"/mot-de-passe-oublie/{reset}", disown]


def elsewhere(maker: Maker) -> list[int]:
    """Places outside the portal that take furniture: of the data, corrected, and removed."""
    where: dict[str, Any] = {
        "postal_code": "69700", "commune": "Givors", "latitude": 45.588, "longitude": 4.765, "band": band_of(45.588),
        "gives": mask(["meuble"]), "sorts": mask(["meuble", "velo"]), "sources": "ADEME, Source d'exemple",
    }  # fmt: skip
    rows = [
        ReusePlace(
            identifier="exemple-1", name="Ressourcerie d'exemple", kind=PlaceKind.RECYCLERY, street="1 rue de l'Exemple",
            phone="04 78 00 00 00", website="https://exemple.example", hours="mardi 10h-18h", by_appointment=True,
            stated_on=maker.now.date(), **where,
        ),
        ReusePlace(identifier="exemple-2", name="Déchèterie d'exemple", kind=PlaceKind.TIP, by_hand=True, **where),
        ReusePlace(identifier="exemple-3", name="Lieu retiré", by_hand=True, removed=True, **where),
    ]  # fmt: skip
    with maker.app.app_context(), transaction() as work:
        work.add(ReuseImport(at=maker.now, places=3, newest=maker.now.date()))
        work.add_all(rows)
        work.flush()
        return [row.id for row in rows]


def pictured(maker: Maker, action_id: int) -> None:
    """A picture of an action, and the logo of the association."""
    values: dict[str, Any] = {"width": 1600, "height": 1200, "bytes": 9, "created_at": maker.now}
    with maker.app.app_context(), transaction() as work:
        work.add(
            Photo(
                key="a" * 32,
                submission_key=f"action:{action_id}",
                action_id=action_id,
                caption="La salle",
                **values,
            )
        )
        whose = maker.committee.organisation_id
        work.add(
            Photo(
                key="b" * 32,
                submission_key=f"organisation:{whose}",
                organisation_id=whose,
                caption="Un logo",
                **values,
            )
        )


def boxes(maker: Maker, action_id: int) -> list[str]:
    """The pages of an action's boxes, one in each state."""
    contents = [[12, "ordinateur-portable", "ordinateurs portables"], [2, None, "trucs bleus"]]
    rows = [
        Box(action_id=action_id, number=number, state=state, contents=contents, grams=30_500, litres=96, measure="60 x 40 x 40", cents=60_000, created_at=maker.now)
        for number, state in enumerate(BoxState, 1)
    ]  # fmt: skip
    rows[2].before = BoxState.PACKED
    with maker.app.app_context(), transaction() as work:
        work.add_all(rows)
        work.flush()
        first, sent = rows[0].id, rows[2].id
    root = "/mon-comite/actions/nioro/colis"
    return [root, f"{root}/nouveau", f"{root}/etiquettes", f"{root}/{first}", f"{root}/{sent}/arrivee"]


def concluded(maker: Maker, action_id: int, committee_id: int) -> list[str]:
    """A step of that action, and the pages of another one that is over."""
    over = maker.build.action(
        maker.committee,
        slug="finie",
        title="Un cours",
        kind=ActionKind.WORKS,
        closed_at=maker.now,
        conclusion="Appris.",
    )
    today = maker.now.date()
    rows = [
        ActionStep(
            action_id=key, committee_id=committee_id, words="Trier", due=today, submission_key=f"etape-{key}"
        )
        for key in (action_id, over.id)
    ]
    with maker.app.app_context(), transaction() as work:
        work.add_all(rows)
    return ["/actions/finie", "/actions/finie/bilan"]


def followed(maker: Maker, action_id: int) -> list[str]:
    """News of an action that is followed: the links of one who is asked, and of another who was."""
    news = ActionNews(
        action_id=action_id,
        title="Parti",
        words="Quatre colis.",
        published_at=maker.now,
        submission_key="n" * 20,
    )
    asked, follows = (
        Follower(
            action_id=action_id,
            email=f"suit{number}@essai.example",
            asked_at=maker.now,
            confirmed_at=confirmed,
        )
        for number, confirmed in enumerate((None, maker.now))
    )
    with maker.app.app_context(), transaction() as work:
        work.add_all([news, asked, follows])
        work.flush()
        keys = [(Purpose.FOLLOW, asked.id), (Purpose.FOLLOW, follows.id), (Purpose.UNFOLLOW, follows.id)]
    return [path_of(purpose, maker.token(purpose, key, f"follower:{key}")) for purpose, key in keys]
