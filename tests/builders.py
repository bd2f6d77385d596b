"""Keyword builders of rows. Each returns a committed, detached row with sensible values for all that is not named."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from flask import Flask
from sqlmodel import SQLModel

from app.accounts.sessions import hashed
from app.db import transaction
from app.models import (
    Account,
    AccountSession,
    Action,
    Committee,
    ComputerRoom,
    Consignment,
    Donor,
    Earmark,
    Factor,
    Follower,
    Handover,
    KeptForm,
    Match,
    Membership,
    Need,
    Note,
    Offer,
    OfferedItem,
    Organisation,
    RecoveryCode,
    Round,
    RoundStop,
    TrustedDevice,
)
from app.models.states import (
    Condition,
    FactorKind,
    MatchState,
    NeedState,
    OfferState,
    Part,
    Role,
    Transport,
    Urgency,
)

ON_A_TRIP = frozenset(MatchState) - {MatchState.PROPOSED, MatchState.REJECTED, MatchState.SUPERSEDED}
"""States in which a match was approved once."""

NEVER_OVER = datetime(2200, 1, 1, tzinfo=UTC)

RowType = TypeVar("RowType", bound=SQLModel)
GIVORS = {"postal_code": "69700", "commune": "Givors", "latitude": 45.588, "longitude": 4.765}


class Builder:
    """Rows for tests. Numbers in names and addresses make each row unlike the others."""

    def __init__(self, app: Flask, now: Callable[[], datetime], first: int = 1) -> None:
        self._app, self._now, self._count = app, now, count(first)

    def _save(self, row: RowType) -> RowType:
        with self._app.app_context(), transaction() as session:
            session.add(row)
            session.flush()
            session.refresh(row)
            session.expunge(row)
        return row

    def _today(self) -> date:
        return self._now().date()

    def organisation(self, **values: Any) -> Organisation:
        n = next(self._count)
        base: dict[str, Any] = {
            "slug": f"association-{n}",
            "name": f"Association {n}",
            "created_at": self._now(),
        }
        return self._save(Organisation(**base | values))

    def committee(self, **values: Any) -> Committee:
        n = next(self._count)
        if "organisation_id" not in values:
            values["organisation_id"] = self.organisation().id
        base: dict[str, Any] = {
            "slug": f"comite-{n}",
            "name": f"Comité {n}",
            "street": f"{n} rue des Essais",
            "email": f"comite{n}@essai.example",
            "phone": "04 00 00 00 00",
            "collects_km": 30,
            "opening_hours": {"2": [["14:00", "17:00"]], "6": [["09:00", "12:00"]]},
            "created_at": self._now(),
        }
        return self._save(Committee(**base | GIVORS | values))

    def computer_room(self, committee: Committee, **values: Any) -> ComputerRoom:
        base: dict[str, Any] = {
            "shown": True, "computers": 8, "uses": ["internet", "print"], "helps": ["paperwork"], "access": ["step_free"],
            "sites": ["caf", "ameli", ["Ville", "https://www.ville.example/"]],
        }  # fmt: skip
        return self._save(ComputerRoom(committee_id=committee.id, **base | values))

    def account(
        self,
        role: Role = Role.MEMBER,
        *,
        committee: Committee | None = None,
        part: Part = Part.MEMBER,
        **values: Any,
    ) -> Account:
        n = next(self._count)
        base: dict[str, Any] = {
            "email": f"compte{n}@essai.example",
            "name": f"Compte {n}",
            "role": role,
            "fs_uniquifier": f"uniquifier-{n:04d}",
            "created_at": self._now(),
        }
        account = self._save(Account(**base | values))
        self.session(account)
        if committee is not None:
            self.joins(account, committee, part)
        return account

    def session(self, account: Account, **values: Any) -> AccountSession:
        """By which a browser of the tests comes in: its key is the account's `fs_uniquifier`, and no clock of theirs ends it."""
        base: dict[str, Any] = {
            "account_id": account.id,
            "key": hashed(account.fs_uniquifier),
            "created_at": NEVER_OVER,
            "last_seen_at": NEVER_OVER,
        }
        return self._save(AccountSession(**base | values))

    def second_factor(self, account: Account, **values: Any) -> Factor:
        """A passkey, ten recovery codes and a browser that is trusted."""
        n = next(self._count)
        base: dict[str, Any] = {
            "kind": FactorKind.PASSKEY, "name": "Téléphone d'exemple", "secret": "x", "credential_id": f"exemple-{n:04}",
        }  # fmt: skip
        with self._app.app_context(), transaction() as session:
            session.get_one(Account, account.id).factors_since = self._now()
            for number in range(10):
                session.add(RecoveryCode(account_id=account.id, digest=f"{number}", made_at=self._now()))
            session.add(
                TrustedDevice(
                    account_id=account.id, digest=f"{n}", name="Firefox sur Windows",
                    made_at=self._now(), expires_at=self._now() + timedelta(days=30),
                )
            )  # fmt: skip
        return self._save(Factor(account_id=account.id, created_at=self._now(), **base | values))

    def joins(self, account: Account, committee: Committee, part: Part = Part.MEMBER) -> Membership:
        return self._save(
            Membership(account_id=account.id, committee_id=committee.id, created_at=self._now(), part=part)
        )

    def action(self, committee: Committee | None = None, **values: Any) -> Action:
        n = next(self._count)
        committee = committee or self.committee()
        base: dict[str, Any] = {
            "slug": f"action-{n}",
            "title": f"Action {n}",
            "story": "Une histoire.",
            "committee_id": committee.id,
            "destination": "Nioro du Sahel",
            "country": "ML",
            "latitude": 15.23,
            "longitude": -9.59,
            "created_at": self._now(),
        }
        return self._save(Action(**base | values))

    def follower(self, **values: Any) -> Follower:
        """Of an action of its own, asked and silent yet."""
        base: dict[str, Any] = {"action_id": self.action().id, "asked_at": self._now()}
        return self._save(Follower(**base | values))

    def need(self, committee: Committee | None = None, **values: Any) -> Need:
        n = next(self._count)
        if "committee_id" not in values:
            values["committee_id"] = (committee or self.committee()).id
        base: dict[str, Any] = {
            "item": "lave-linge",
            "description": "",
            "quantity": 1,
            "minimum_condition": Condition.FAIR,
            "urgency": Urgency.NORMAL,
            "state": NeedState.OPEN,
            "submission_key": f"besoin-{n}",
            "declared_at": self._now(),
            "confirmed_at": self._now(),
        }
        return self._save(Need(**base | values))

    def donor(self, **values: Any) -> Donor:
        n = next(self._count)
        base: dict[str, Any] = {
            "name": f"Donateur {n}",
            "email": f"donateur{n}@essai.example",
            "phone": "06 00 00 00 00",
            "created_at": self._now(),
        }
        return self._save(Donor(**base | values))

    def offer(self, donor: Donor | None = None, **values: Any) -> Offer:
        """An open offer without articles; see `offered_item`."""
        n = next(self._count)
        if "donor_id" not in values:
            donor = donor or self.donor(confirmed_at=self._now())
            values["donor_id"] = donor.id
            values.setdefault("given_name", values.get("contact_name") or donor.name)
            values.setdefault("given_company", values.get("contact_company") or donor.company)
        base: dict[str, Any] = {
            "reference": f"D{n:06d}",
            "submission_key": f"offre-{n}",
            "state": OfferState.OPEN,
            "street": f"{n} rue du Don",
            "floor": 0,
            "available_from": self._today(),
            "available_until": self._today() + timedelta(days=60),
            "created_at": self._now(),
            "confirmed_at": self._now(),
        }
        return self._save(Offer(**base | GIVORS | values))

    def kept_form(self, **values: Any) -> KeptForm:
        """A gift that somebody began to propose, and asked for the link to."""
        key = f"{next(self._count)}".rjust(32, "k")
        typed = {"submission_key": key, "articles-0-slot": "0", "articles-0-what": "lave-linge"}
        base: dict[str, Any] = {
            "submission_key": key,
            "email": "jeanne@essai.example",
            "typed": typed | {"postal_code": "69200", "available_from": "", "available_until": ""},
            "kept_at": self._now(),
        }
        return self._save(KeptForm(**base | values))

    def consignment(self, donor_id: int, **values: Any) -> Consignment:
        """What a company sent; its offers name it."""
        base: dict[str, Any] = {
            "key": f"envoi-{next(self._count)}",
            "company": "Exemple SA",
            "started_at": self._now(),
        }
        return self._save(Consignment(donor_id=donor_id, **base | values))

    def offered_item(self, offer: Offer | None = None, **values: Any) -> OfferedItem:
        n = next(self._count)
        if "offer_id" not in values:
            values["offer_id"] = (offer or self.offer()).id
        base: dict[str, Any] = {
            "position": n,
            "item": "lave-linge",
            "description": f"Article {n}",
            "quantity": 1,
            "condition": Condition.GOOD,
        }
        return self._save(OfferedItem(**base | values))

    def match(
        self, offered_item: OfferedItem | None = None, need: Need | None = None, **values: Any
    ) -> Match:
        if "offered_item_id" not in values:
            values["offered_item_id"] = (offered_item or self.offered_item()).id
        if "need_id" not in values:
            values["need_id"] = (need or self.need()).id
        base: dict[str, Any] = {
            "state": MatchState.PROPOSED,
            "quantity": 1,
            "score": 0.8,
            "parts": {"fit": 1.0, "urgency": 0.5, "nearness": 1.0, "fairness": 0.5, "wholeness": 1.0},
            "reasons": [{"code": "same_item", "value": "lave-linge"}, {"code": "distance_km", "value": 2.0}],
            "weights_version": "test",
            "distance_km": 2.0,
            "transport": Transport.COMMITTEE_COLLECTS,
            "proposed_at": self._now(),
        }
        values = base | values
        if values["state"] in ON_A_TRIP and "handover_id" not in values:
            values["handover_id"] = self._trip(values["offered_item_id"], values["need_id"]).id
        return self._save(Match(**values))

    def _trip(self, offered_item_id: int, need_id: int) -> Handover:
        n = next(self._count)
        with self._app.app_context(), transaction() as session:
            offer_id = session.get_one(OfferedItem, offered_item_id).offer_id
            committee_id = session.get_one(Need, need_id).committee_id
        return self._save(
            Handover(offer_id=offer_id, committee_id=committee_id, uid=f"remise-{n}", created_at=self._now())
        )

    def earmark(self, item: OfferedItem, committee: Committee, account: Account, **values: Any) -> Earmark:
        base: dict[str, Any] = {
            "offered_item_id": item.id,
            "committee_id": committee.id,
            "account_id": account.id,
            "until": self._today() + timedelta(days=3),
            "created_at": self._now(),
        }
        return self._save(Earmark(**base | values))

    def handover(self, match: Match, **values: Any) -> Handover:
        """The match's trip, with these values. Those of an article (`received_quantity`…) go to the match."""
        with self._app.app_context(), transaction() as session:
            row = session.get_one(Match, match.id)
            trip = session.get_one(Handover, row.handover_id)
            for name, value in values.items():
                setattr(trip if name in Handover.model_fields else row, name, value)
            session.flush()
            session.refresh(trip)
            session.expunge(trip)
        return trip

    def round(self, committee: Committee, *matches: Match, **values: Any) -> Round:
        """A round of tomorrow afternoon that makes the trips of these matches, each half an hour after the other."""
        n = next(self._count)
        starts = self._now() + timedelta(days=1, hours=4)
        base: dict[str, Any] = {
            "submission_key": f"tournee-{n:013d}",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=4),
            "leaves_at": starts,
            "returns_at": starts + timedelta(hours=3),
            "metres": 12_000,
            "litres": 9_000,
            "speed_kmh": 40,
            "created_at": self._now(),
        }
        made = self._save(Round(committee_id=committee.id, **base | values))
        for position, match in enumerate(matches):
            arrives = made.starts_at + timedelta(minutes=30 * (position + 1))
            self._save(
                RoundStop(
                    round_id=made.id,
                    handover_id=match.handover_id or 0,
                    position=position,
                    arrives_at=arrives,
                    leaves_at=arrives + timedelta(minutes=15),
                    metres=3_000,
                )
            )
        return made

    def note(self, author: Account, **values: Any) -> Note:
        """About the row that is named: `offer_id=3`."""
        n = next(self._count)
        base: dict[str, Any] = {
            "submission_key": f"note-{n}",
            "author_id": author.id,
            "at": self._now(),
            "words": f"Note {n}",
        }
        return self._save(Note(**base | values))
