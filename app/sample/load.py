"""Fills an empty database from `sample.toml`: every row a person could have made, none that pretends to be one."""

import itertools
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlmodel import Session, select

from app.committees.inheriting import rules_of
from app.days import day_of
from app.models import (
    Account,
    Action,
    Committee,
    ComputerRoom,
    Decision,
    Donor,
    Membership,
    Need,
    Offer,
    OfferedItem,
    Organisation,
)
from app.models.states import (
    ActionKind,
    ActorKind,
    Condition,
    OfferState,
    Part,
    Role,
    RuleKind,
    Size,
    Urgency,
    Verb,
)
from app.places import Place, place
from app.sample.campaigning import APART, add_course
from app.sample.collecting import add_round
from app.sample.company import add_company
from matching.recognition import recognise

FILE = Path(__file__).with_name("sample.toml")
SAMPLE_PASSWORD = "des-donnees-exemple"  # noqa: S105 - printed on the screen, for sample accounts only
OFFERS = 150


class Past(Protocol):
    """What went before: it began `lasts` ago, and `live` fills it, in the caller's transaction; says how much that was, to go on a
    sentence."""

    @property
    def lasts(self) -> timedelta: ...

    def live(self, session: Session, cast: "Cast", now: datetime) -> str: ...


class NotEmptyError(RuntimeError):
    """The database already holds something; sample data is never mixed with it."""


def read() -> dict[str, Any]:
    """What there will be: tables of rows, by kind."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def is_empty(session: Session) -> bool:
    return session.exec(select(Organisation.id).limit(1)).first() is None and (
        session.exec(select(Account.id).limit(1)).first() is None
    )


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there: committees and actions by slug, accounts in the order of the file."""

    data: Mapping[str, Any]
    committees: Mapping[str, Committee]
    accounts: Sequence[Account]
    actions: Mapping[str, Action]


def load(session: Session, now: datetime, password_hash: str, past: Past | None = None) -> str:
    """Write the sample data in the caller's transaction; returns a sentence that counts it.

    `password_hash` is that of SAMPLE_PASSWORD, made by the caller; `past` lives what went before. Raises NotEmptyError.
    """
    if not is_empty(session):
        raise NotEmptyError("the database is not empty")
    cast = _cast(session, now, now - past.lasts if past else now, password_hash)
    lived = past.live(session, cast, now) if past else ""
    needs = _needs(session, cast.data["needs"]["rows"], cast.committees, cast.actions, now, cast.accounts)
    _offers(session, cast.data["offers"], now)
    session.flush()
    offers = OFFERS + add_company(session, cast.data["company"], now)
    add_round(session, cast.committees["secours-populaire-givors"], cast.accounts[0], now)
    return f"{len(cast.committees)} comités, {needs} besoins et {offers} offres d'exemple{lived}."


def _cast(session: Session, now: datetime, began: datetime, password_hash: str) -> Cast:
    data = read()
    committees = _committees(session, data, began)
    accounts = _accounts(session, data["account"], committees, began, password_hash)
    return Cast(data, committees, accounts, _actions(session, data, committees, now, began))


def _committees(session: Session, data: Mapping[str, Any], now: datetime) -> dict[str, Committee]:
    organisations = {
        row["slug"]: Organisation(**row, website="https://exemple.example", created_at=now)
        for row in data["organisation"]
    }
    session.add_all(organisations.values())
    session.flush()
    committees = {}
    for number, row in enumerate(data["committee"], 1):
        where = place(*row["place"])
        committees[row["slug"]] = Committee(
            organisation_id=organisations[row["organisation"]].id,
            slug=row["slug"],
            name=row["name"],
            presentation=row["presentation"],
            street=f"{number} rue de l'Exemple",
            email=f"{row['slug']}@comite.example",
            phone=f"04 00 00 00 {number:02d}",
            opening_hours=row["hours"],
            collects_km=row["collects_km"],
            largest_size=Size(row["largest_size"]),
            refuses=row["refuses"],
            created_at=now,
            **_where(where),
        )
    for slug, committee in committees.items():
        whose = next(each for each in organisations.values() if each.id == committee.organisation_id)
        committees[slug].follows = [
            kind.value
            for kind in RuleKind
            if all(getattr(committee, name) == rule for name, rule in rules_of(whose, [kind]).items())
        ]
    session.add_all(committees.values())
    session.flush()
    session.add_all(
        ComputerRoom(committee_id=committees[row["slug"]].id, **row["computer_room"])
        for row in data["committee"]
        if "computer_room" in row
    )
    return committees


def _where(found: Place) -> dict[str, Any]:
    return {
        "postal_code": found.postal_code,
        "commune": found.commune,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "approximate": found.approximate,
    }


def _accounts(
    session: Session,
    rows: list[Mapping[str, Any]],
    committees: Mapping[str, Committee],
    now: datetime,
    password_hash: str,
) -> list[Account]:
    accounts = []
    for row in rows:
        account = Account(
            email=row["email"],
            name=row["name"],
            role=Role(row["role"]),
            password=password_hash,
            fs_uniquifier=secrets.token_hex(32),
            confirmed_at=now,
            created_at=now,
        )
        session.add(account)
        session.flush()
        accounts.append(account)
        for slug in row.get("committees", ()):
            part = Part(row.get("part", Part.MEMBER))
            session.add(
                Membership(account_id=account.id, committee_id=committees[slug].id, created_at=now, part=part)
            )
    return accounts


def _actions(
    session: Session,
    data: Mapping[str, Any],
    committees: Mapping[str, Committee],
    now: datetime,
    began: datetime,
) -> dict[str, Action]:
    actions = {}
    for row in data["action"]:
        values = {key: value for key, value in row.items() if key not in APART}
        action = actions[row["slug"]] = Action(
            **values,
            kind=ActionKind(row.get("kind", ActionKind.THINGS)),
            committee_id=committees[row["committee"]].id,
            deadline=day_of(now) + timedelta(days=row["days"]),
            closed_at=now + timedelta(days=row["closed"]) if "closed" in row else None,
            created_at=began,
        )
        session.add(action)
        session.flush()
        add_course(session, row, action, committees, now)
    session.flush()
    return actions


def _needs(
    session: Session,
    rows: list[list[Any]],
    committees: Mapping[str, Committee],
    actions: Mapping[str, Action],
    now: datetime,
    accounts: Sequence[Account],
) -> int:
    for number, (slug, quantity, words, condition, urgency, reason, *action) in enumerate(rows):
        declared = now - timedelta(days=(number * 7) % 45, hours=number % 9)
        need = Need(
            committee_id=committees[slug].id,
            action_id=actions[action[0]].id if action else None,
            item=recognise(words).item,
            description=words,
            quantity=quantity,
            minimum_condition=Condition(condition),
            urgency=Urgency(urgency),
            needed_by=_deadline(number, now),
            reason=reason,
            submission_key=f"exemple-{number}",
            declared_at=declared,
            confirmed_at=declared,
        )
        session.add(need)
        session.flush()
        # Past, and told to nobody.
        session.add(
            Decision(
                at=declared,
                actor=ActorKind.ACCOUNT,
                account_id=accounts[0].id,
                verb=Verb.DECLARE,
                to_state=need.state,
                need_id=need.id,
            )
        )
    return len(rows)


def _deadline(number: int, now: datetime) -> date | None:
    return day_of(now) + timedelta(days=20 + number) if number % 3 == 0 else None


def _offers(session: Session, data: Mapping[str, Any], now: datetime) -> None:
    articles = itertools.cycle(data["rows"])
    for number in range(OFFERS):
        donor = _donor(data["names"], number, now)
        session.add(donor)
        session.flush()
        offer = _offer(data["places"], number, donor, now)
        session.add(offer)
        session.flush()
        session.add(
            Decision(
                at=offer.created_at,
                actor=ActorKind.DONOR,
                verb=Verb.RECORD,
                to_state=offer.state,
                offer_id=offer.id,
            )
        )
        for position in range(1 + (number % 5 == 0)):
            session.add(_article(next(articles), offer, position))


def _donor(names: list[str], number: int, now: datetime) -> Donor:
    name = names[number % len(names)]
    return Donor(
        name=f"{name} {number + 1}",
        email=f"donateur{number + 1}@don.example",
        phone=f"06 00 00 {number // 100:02d} {number % 100:02d}",
        company="Entreprise d'exemple" if number % 11 == 0 else "",
        confirmed_at=now if number % 10 else None,
        created_at=now - timedelta(days=_age(number)),
    )


def _age(number: int) -> int:
    return (number * 13) % 30


def _offer(places: list[list[str]], number: int, donor: Donor, now: datetime) -> Offer:
    created = now - timedelta(days=_age(number), hours=number % 12, minutes=number % 60)
    today = day_of(created)
    confirmed = number % 10 != 0
    return Offer(
        reference=f"EX{number + 1:05d}",
        submission_key=f"exemple-{number}",
        donor_id=donor.id,
        given_name=donor.name if confirmed else "",
        given_company=donor.company if confirmed else "",
        state=OfferState.OPEN if confirmed else OfferState.UNCONFIRMED,
        street=f"{number + 1} chemin de l'Exemple",
        available_from=today,
        available_until=today + timedelta(days=60),
        availability=("En semaine après 18 h.", "Le samedi matin.", "Quand vous voulez.")[number % 3],
        delivers_km=(0, 10, 0, 30)[number % 4],
        created_at=created,
        confirmed_at=created if confirmed else None,
        **_where(place(*places[_spread(number, len(places))])),
    )


def _spread(number: int, size: int) -> int:
    """Half of the offers come from the first three communes, the rest from everywhere."""
    return number % 3 if number % 2 else (number * 7) % size


def _article(row: list[Any], offer: Offer, position: int) -> OfferedItem:
    words, quantity, condition = row
    return OfferedItem(
        offer_id=offer.id,
        position=position,
        item=recognise(words).item,
        description=words,
        quantity=quantity,
        condition=Condition(condition),
    )
