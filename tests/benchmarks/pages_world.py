"""A portal that many have used for long, plainly of samples, in bulk: the same seed makes the same rows.

Most of it waits, the hardest case for a page: four articles and needs in five are open. Each match pairs an article and
a need of its own, of one item and in one commune, with the figures that the engine gives the pair, so that it can be scored
again. There are half as many matches under way or over as proposals. A letter holds a thousand characters.
"""

import csv
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import SQLModel

import matching.types as engine
from app import models
from app.accounts.sessions import hashed
from app.finding.service import rebuild
from app.matches.queries.pulse import JOB
from app.models.reuse import band_of
from app.models.states import Condition, FactorKind, NeedState, OfferState, Part, Role, Urgency, Verb
from app.places.lookup import TABLE as COMMUNES
from matching.items import load as catalogue
from notifications.models import Outcome, State
from tests.benchmarks.pages_matches import Matches, Row, Sides, decision

SEED = 20261129
BATCH = 5000
TOWN = 2000
"""Inhabitants of the smallest commune that takes part."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows of each; articles ≥ needs ≥ 1.5 × proposals, committees ≥ 1."""

    articles: int = 50_000
    needs: int = 20_000
    committees: int = 1_250
    proposals: int = 5_000
    letters: int = 100_000
    associations: int = 30

    @property
    def actions(self) -> int:
        return self.committees // 10 + 1

    @property
    def matches(self) -> int:
        return self.proposals + self.proposals // 2

    @property
    def offers(self) -> int:
        """Three for five articles."""
        return max(self.articles * 3 // 5, self.matches)


def load(database: sa.Engine, sizes: Sizes, now: datetime, seed: int = SEED) -> None:
    """Fill a migrated, empty database in one transaction. Account 1 coordinates, account 2 administers."""
    world = _World(sizes, now, random.Random(seed))
    with database.begin() as connection:
        for model, rows in world.tables():
            table = SQLModel.metadata.tables[str(model.__tablename__)]
            for first in range(0, len(rows), BATCH):
                connection.execute(sa.insert(table), rows[first : first + BATCH])
        rebuild(connection)


class _World:
    """The rows of each table; `offers[3]` is the row whose id is 4."""

    def __init__(self, sizes: Sizes, now: datetime, chance: random.Random) -> None:
        self.sizes, self.now, self.chance = sizes, now, chance
        with COMMUNES.open(newline="") as file:
            towns = [row for row in csv.DictReader(file) if int(row["population"]) >= TOWN]
        self._towns, self._inhabitants = towns, [int(row["population"]) for row in towns]
        self._items = [slug for slug, item in sorted(catalogue().items()) if item.handled]
        # A few things are offered and asked for by everybody, most by few.
        self._frequency = [1 / (rank + 5) for rank in range(len(self._items))]
        self.committees = self._many(sizes.committees, self._committee)
        self.needs = self._many(sizes.needs, self._need)
        self.offers = self._many(sizes.offers, self._offer)
        self.articles = self._many(sizes.articles, self._article)
        sides = Sides(now, chance, self.committees, self.needs, self.offers, self.articles)
        self.matches = Matches(sides, sizes.proposals, sizes.matches)

    def tables(self) -> Iterator[tuple[type[SQLModel], list[Row]]]:
        """Each table with its rows, those before it that it points to."""
        sizes, many = self.sizes, self._many
        yield models.Organisation, many(sizes.associations, self._organisation)
        yield models.Committee, self.committees
        everywhere = range(1, sizes.committees + 1)
        yield models.ComputerRoom, [{"committee_id": key, "shown": key % 10 == 7} for key in everywhere]
        yield models.Account, many(sizes.committees + 2, self._account)
        yield models.AccountSession, many(sizes.committees + 2, self._session)
        yield models.KnownDevice, [self._device(number) for number in range(1, sizes.committees + 3)]
        yield models.RefusedSignIn, many(sizes.committees, self._refused_sign_in)
        yield models.Factor, many(sizes.committees + 2, self._factor)
        yield models.RecoveryCode, many(10 * (sizes.committees + 2), self._recovery_code)
        yield models.TrustedDevice, many(sizes.committees + 2, self._trusted)
        yield models.Membership, [self._membership(number) for number in everywhere]
        yield models.Action, many(sizes.actions, self._action)
        yield models.Need, self.needs
        yield models.Donor, many(sizes.offers, self._donor)
        yield models.Consignment, [self._consignment()]
        yield models.Offer, self.offers
        yield models.OfferedItem, self.articles
        yield models.Photo, many(sizes.articles // 5, self._photo)
        yield models.Alias, many(sizes.committees // 5, self._alias)
        yield models.WeightsVersion, [self._weights()]
        yield models.WeightsChoice, [{"weights_version_id": 1, "account_id": 1, "at": self._ago(90)}]
        yield models.ChancesVersion, [self._chances()]
        yield models.PlanRun, many(100, self._plan)
        yield models.JobRun, many(100, self._job)
        yield models.Handover, self.matches.handovers()
        yield models.Match, self.matches.rows
        yield models.HandoverSlot, self.matches.slots()
        yield models.Receipt, [self._receipt()]
        yield models.Decision, [*self._records(), *self.matches.decisions()]
        yield models.Note, many(sizes.offers // 10, self._note)
        yield models.OutboxMessage, many(sizes.letters, self._letter)
        yield models.RefusedAddress, many(sizes.letters // 500, self._refused)
        yield models.ReusePlace, many(sizes.articles, self._elsewhere)

    def _many(self, count: int, make: Callable[[int], Row]) -> list[Row]:
        return [{"id": number, **make(number)} for number in range(1, count + 1)]

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _before(self, days: int) -> datetime:
        """Some moment of the last so many days."""
        return self._ago(self.chance.uniform(0.1, days))

    def _place(self) -> Row:
        (town,) = self.chance.choices(self._towns, self._inhabitants)
        return {
            "postal_code": town["postal_code"],
            "commune": town["commune"],
            "latitude": float(town["latitude"]),
            "longitude": float(town["longitude"]),
        }

    def _elsewhere(self, number: int) -> Row:
        """A place outside the portal that takes gifts of some kinds of objects, and recycles others."""
        place = self._place()
        masks = {name: self.chance.getrandbits(40) for name in ("gives", "sorts", "repairs")}
        name = f"Lieu d'exemple n° {number}"
        return {
            "identifier": f"exemple-{number}",
            "name": name,
            "band": band_of(place["latitude"]),
            **place,
            **masks,
        }

    def _thing(self, number: int) -> Row:
        """An item and words about it; one in fifty is called by words that no catalogue knows."""
        if number > self.sizes.matches and number % 50 == 0:
            return {"item": None, "description": f"Zorglubotron d'exemple, modèle {number % 97}"}
        (slug,) = self.chance.choices(self._items, self._frequency)
        return {
            "item": slug,
            "description": f"{catalogue()[slug].fr} d'exemple n° {number}, en état de marche.",
        }

    def _organisation(self, number: int) -> Row:
        name = f"Association d'exemple {number}"
        return {"slug": f"association-{number}", "name": name, "created_at": self._ago(400)}

    def _committee(self, number: int) -> Row:
        return {
            # Every other one is of the first association.
            "organisation_id": 1 if number % 2 else number // 2 % self.sizes.associations + 1,
            "slug": f"comite-{number}",
            "name": f"Comité d'exemple {number}",
            "presentation": "Un comité d'exemple, qui reçoit le mercredi et le samedi.",
            "street": f"{number} rue de l'Exemple",
            **self._place(),
            "email": f"comite{number}@exemple.example",
            "phone": "06 39 98 00 00",
            "collects_km": self.chance.choice((15, 30, 50)),
            "opening_hours": {"3": [["14:00", "17:00"]], "6": [["09:00", "12:00"]]},
            "active": number % 40 != 0,
            "created_at": self._ago(400),
        }

    def _account(self, number: int) -> Row:
        role = {1: Role.COORDINATOR, 2: Role.ADMINISTRATOR}.get(number, Role.MEMBER)
        return {
            "email": f"compte{number}@exemple.example",
            "name": f"Compte d'exemple {number}",
            "role": role,
            "fs_uniquifier": f"exemple-{number}",
            "confirmed_at": self._ago(300),
            "created_at": self._ago(300),
            "factors_since": self._ago(90),
        }

    def _seen_from(self) -> Row:
        return {"browser": "Firefox", "system": "Windows", "network": "192.0.2.0/24"}

    def _session(self, number: int) -> Row:
        return {
            "account_id": number,
            "key": hashed(f"exemple-{number}"),
            "device_key": hashed(f"appareil-{number}"),
            "shared": False,
            "created_at": self.now,
            "last_seen_at": self.now,
            **self._seen_from(),
        }

    def _device(self, number: int) -> Row:
        return {
            "account_id": number,
            "key": hashed(f"appareil-{number}"),
            "last_at": self.now,
        }

    def _refused_sign_in(self, number: int) -> Row:
        return {"account_id": number % 10 + 1, "at": self._before(30), **self._seen_from()}

    def _factor(self, number: int) -> Row:
        return {
            "account_id": number, "kind": FactorKind.PASSKEY, "name": "Téléphone", "secret": "exemple",
            "credential_id": f"exemple-{number:08}", "counter": 0, "created_at": self._ago(90),
        }  # fmt: skip

    def _recovery_code(self, number: int) -> Row:
        return {"account_id": (number - 1) // 10 + 1, "digest": f"exemple-{number}", "made_at": self._ago(90)}

    def _trusted(self, number: int) -> Row:
        return {
            "account_id": number, "digest": f"exemple-{number}", "name": "Firefox sur Windows",
            "made_at": self.now, "expires_at": self.now + timedelta(days=30),
        }  # fmt: skip

    def _membership(self, number: int) -> Row:
        return {
            "account_id": number + 2,
            "committee_id": number,
            "part": Part.RESPONSIBLE,
            "created_at": self._ago(300),
        }

    def _action(self, number: int) -> Row:
        return {
            "slug": f"action-{number}",
            "title": f"Action d'exemple {number}",
            "story": "Une action d'exemple, pour équiper une école. " * 8,
            "committee_id": number,
            "destination": "Nioro du Sahel",
            "country": "ML",
            "latitude": 15.23,
            "longitude": -9.59,
            "created_at": self._ago(200),
            "closed_at": self._ago(9) if number == 3 else None,
        }

    def _need(self, number: int) -> Row:
        paired = number <= self.sizes.matches
        states, weights = tuple(NeedState), (16, 1, 1, 1, 1)
        declared = self._before(180)
        return {
            "committee_id": self.chance.randint(1, self.sizes.committees),
            "action_id": None if paired or number % 20 else number % self.sizes.actions + 1,
            "state": NeedState.OPEN if paired else self.chance.choices(states, weights)[0],
            **self._thing(number),
            "quantity": self.chance.randint(2, 6),
            "minimum_condition": Condition.FAIR,
            "urgency": self.chance.choice(list(Urgency)),
            "reason": "Une famille d'exemple s'installe.",
            "submission_key": f"besoin-{number}",
            "declared_by_id": 1,
            "declared_at": declared,
            "confirmed_at": declared,
            "misses": [] if paired or number % 2 else self._misses("article", number),
        }

    def _misses(self, kind: str, number: int) -> list[Row]:
        """Three that came near, as the last plan leaves them."""
        told = {"item": self._items[number % 50], "commune": "Givors"}
        other = {"condition": "good"} if kind == "article" else {"committee": f"Comité d'exemple {number}"}
        detail = {"delivers_km": 0.0, "collects_km": 30.0}
        return [
            {"other": at, "broken": ["reach"], "detail": detail | {"reach": 40.0 + at}, "told": told | other}
            for at in range(1, 4)
        ]

    def _donor(self, number: int) -> Row:
        return {
            "name": f"Donatrice d'exemple {number}",
            "email": f"donatrice{number}@exemple.example",
            "phone": f"06 39 98 {number // 100 % 100:02} {number % 100:02}",
            "confirmed_at": self._ago(190),
            "created_at": self._ago(190),
        }

    def _offer(self, number: int) -> Row:
        """The offer of a pair stands in the commune of the committee that asks."""
        paired = number <= self.sizes.matches
        near = self.committees[self.needs[number - 1]["committee_id"] - 1] if paired else self._place()
        created = self._before(180)
        until = self.now.date() + timedelta(days=self.chance.randint(1, 60))
        (state,) = self.chance.choices(tuple(OfferState), (2, 32, 2, 1, 2, 1))
        return {
            "reference": f"E{number:07}",
            "submission_key": f"offre-{number}",
            "donor_id": self.chance.randint(1, self.sizes.offers),
            "state": OfferState.OPEN if paired else state,
            "street": f"{number} rue de l'Exemple",
            **{name: near[name] for name in ("postal_code", "commune", "latitude", "longitude")},
            "available_from": created.date(),
            "available_until": until,
            "created_at": created,
            "confirmed_at": created,
            "consignment_id": 1 if number == 1 else None,
            "site": "Entrepôt d'exemple" if number == 1 else "",
        }

    def _receipt(self) -> Row:
        """What the donor of the first trip asks its association for."""
        line = [1, "Chaise", 1, 1_000]
        who = {
            "name": "Donatrice d'exemple",
            "street": "1 rue de l'Exemple",
            "postal_code": "69700",
            "commune": "Givors",
        }
        trip = self.matches.handovers()[0]
        asked = {
            "handover_id": trip["id"],
            "organisation_id": 1,
            "offer_id": trip["offer_id"],
            "lines": [line],
            "cents": 1_000,
        }
        when = {"given_on": self._ago(9).date(), "year": self._ago(9).year, "asked_at": self._ago(1)}
        return who | asked | when

    def _consignment(self) -> Row:
        """What a company sent with the first offer, which every page of an offer is tried on."""
        who = {"key": "exemple", "company": "Entreprise d'exemple", "contact_name": "Exemple"}
        return who | {"donor_id": 1, "started_at": self._ago(190), "sent_at": self._ago(190)}

    def _article(self, number: int) -> Row:
        paired = number <= self.sizes.matches
        thing = self._thing(number)
        if paired:
            thing["item"] = self.needs[number - 1]["item"]
        return {
            "offer_id": number if number <= self.sizes.offers else self._holder(number),
            "position": number,
            **thing,
            "quantity": self.chance.randint(1, 6),
            "condition": self.chance.choice((Condition.NEW, Condition.GOOD, Condition.FAIR)),
            "misses": [] if paired or number % 2 else self._misses("need", number),
        }

    def _holder(self, number: int) -> int:
        """The offer that holds this article beside its first: one in ten is of the company's inventory."""
        return 1 if number % 10 == 0 else self.chance.randint(1, self.sizes.offers)

    def _photo(self, number: int) -> Row:
        return {
            "key": f"{number:032x}",
            "submission_key": f"offre-{number}",
            "offered_item_id": number * 5,
            "width": 1200,
            "height": 900,
            "bytes": 90_000,
            "created_at": self._ago(100),
        }

    def _alias(self, number: int) -> Row:
        wording = f"bidule d'exemple {number}"
        known = {
            "item": self._items[number % len(self._items)],
            "taught_by_id": 1,
            "taught_at": self._before(90),
        }
        return {"key": wording, "wording": wording, **known, "removed_at": None if number % 10 else self.now}

    def _weights(self) -> Row:
        weights = engine.Weights()
        return {"version": weights.version, "weights": asdict(weights), "created_at": self._ago(90)}

    def _chances(self) -> Row:
        odds = {"committee": {str(number): 1.2 for number in range(1, self.sizes.committees + 1)}}
        chances = {"outcomes": self.sizes.matches, "base": 1.0, "odds": odds}
        return {
            "version": "exemple",
            "chances": chances,
            "brier": 0.2,
            "base_brier": 0.24,
            "created_at": self._ago(1),
        }

    def _plan(self, number: int) -> Row:
        return {
            "started_at": self.now - timedelta(minutes=10 * (101 - number)),
            "seconds": 9.0,
            "weights_version": engine.Weights().version,
            "proposed": 50,
        }

    def _job(self, number: int) -> Row:
        started = self.now - timedelta(minutes=10 * (101 - number))
        return {"name": JOB, "started_at": started, "finished_at": started, "outcome": Outcome.OK}

    def _records(self) -> Iterator[Row]:
        """That each offer and each need came."""
        for subject, rows, verb in (
            ("offer_id", self.offers, Verb.RECORD),
            ("need_id", self.needs, Verb.DECLARE),
        ):
            for row in rows:
                at = row["created_at" if subject == "offer_id" else "declared_at"]
                yield decision(at, verb, subject, row["id"], to=row["state"], by=1)

    def _note(self, number: int) -> Row:
        """A call about one offer in ten; half of them stand to be made again."""
        called = self._before(90)
        return {
            "submission_key": f"note-{number}",
            "offer_id": number * 10,
            "author_id": 1,
            "at": called,
            "words": "Une personne d'exemple : rappeler après 18 h.",
            "due_at": called + timedelta(days=1) if number % 2 else None,
        }

    def _letter(self, number: int) -> Row:
        """Three letters in four are about a match; one in two hundred was refused, as many came back."""
        match = number % self.sizes.matches + 1 if number % 4 else None
        refused, back = number % 200 == 7, number % 200 == 9
        date = self._before(180)
        return {
            "event": f"exemple:{number}",
            "party": f"donor:{number % self.sizes.offers + 1}",
            "message": "match_found",
            "handover_id": match and self.matches.rows[match - 1]["handover_id"],
            "match_ids": [match] if match else [],
            "to_name": f"Donatrice d'exemple {number}",
            "to_email": f"donatrice{number % self.sizes.offers + 1}@exemple.example",
            "language": "fr",
            "subject": f"Une lettre d'exemple, n° {number}",
            "body_text": "Une lettre d'exemple. " * 10,
            "body_html": "<p>Une lettre d'exemple, en HTML.</p>" * 20,
            "message_id": f"exemple-{number}",
            "boundary": f"bord-{number}",
            "date": date,
            "not_before": date,
            "state": State.FAILED if refused else State.SENT,
            "attempts": 1,
            "last_answer": "550 no such user" if refused else "250 OK",
            "sent_at": None if refused else date,
            "bounce": "550 mailbox full" if back else None,
            "bounced_at": date if back else None,
            "created_at": date,
        }

    def _refused(self, number: int) -> Row:
        email = f"donatrice{number * 7}@exemple.example"
        return {"email": email, "reason": "550 no such user", "at": self._before(90)}
