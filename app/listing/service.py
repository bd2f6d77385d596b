"""The verbs of a list: brought, read, mended, recorded, taken back. None commits."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from app import lasting
from app.models import Consignment, Listing
from app.models.states import Condition, Urgency
from app.needs import service as needs
from app.needs.service import NeedDraft, words_of
from app.offers import service as offers
from app.refusing import RefusedError
from app.sheets import files, mending, reading
from app.sheets.cells import Sense
from app.sheets.files import SheetError, SheetTrouble, Table
from app.sheets.headings import Column, Columns
from app.sheets.lines import SheetLine
from app.sheets.mending import Mend
from app.sheets.text import SheetRow
from app.transitions import Actor

UNDONE_WITHIN = timedelta(days=1)
AT_ONCE, LINES_AT_ONCE = 60_000, 300
"""Bytes that are read, and lines that are recorded, while the person waits; more is for the scheduler."""


class ListTask(StrEnum):
    """What the scheduler is to do with a long list."""

    RECORD = "record"
    TAKE_BACK = "take_back"


SEND = "send"
"""What an inventory of a company is `wanted` for when it is long (`app.offers.companies`)."""
UNDER_WAY = frozenset({str(ListTask.RECORD), SEND})


class ListingRefusal(StrEnum):
    """Why a list cannot be dealt with as asked."""

    TO_MEND = "to_mend"
    NOTHING = "nothing"
    RECORDED = "recorded"
    UNDER_WAY = "under_way"
    """It is being recorded, or the inventory that it takes the place of is."""
    TOO_LATE = "too_late"
    TOO_MANY = "too_many"


class ListingError(RefusedError[ListingRefusal]):
    """Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a file was read as."""

    table: Table
    sheet: reading.Sheet


Sites = Mapping[str, str]
"""Where what is given stands: the commune of each place by its name."""


def understand(content: bytes, sense: Sense, today: date | None, sites: Sites | None = None) -> Understood:
    """Read a file; takes seconds where it is long. `today` is from when on a day may be asked for, None where days do not matter; with
    `sites` it is a giver's inventory. Raises SheetError."""
    table = files.table(content)
    return Understood(table, _read(table, sense, today, sites=sites))


def _read(
    table: Table,
    sense: Sense,
    today: date | None,
    columns: Columns | None = None,
    sites: Sites | None = None,
) -> reading.Sheet:
    sheet = reading.read(table, sense, columns, gifts=sites is not None)
    lines = [mending.placed(mending.timely(line, today), sites or {}) for line in sheet.lines]
    taken = sum(line.passed is None for line in lines)
    if taken > reading.MOST:
        raise SheetError(SheetTrouble.TOO_LONG)
    if not taken:
        raise SheetError(SheetTrouble.EMPTY)
    return replace(sheet, lines=lines)


def bring(session: Session, listing: Listing) -> Listing:
    """Keep a list that was brought; the same `key` again gives the one that was kept first (double click, reload)."""
    try:
        with session.begin_nested():
            session.add(listing)
    except IntegrityError:
        return session.exec(select(Listing).where(Listing.key == listing.key)).one()
    return listing


def keep(listing: Listing, understood: Understood, now: datetime) -> None:
    """Write down what it was read as. Its bytes go."""
    listing.content, listing.read_at = None, now
    listing.tab, listing.other_tabs = understood.table.tab[:200], understood.table.other_tabs
    listing.rows = [[row.number, list(row.cells), row.marked] for row in understood.table.rows]
    _write(listing, understood.sheet)


def give_up(listing: Listing, trouble: SheetTrouble, now: datetime) -> None:
    """It cannot be read, and why. Its bytes go."""
    listing.content, listing.read_at, listing.trouble = None, now, str(trouble)


def _write(listing: Listing, sheet: reading.Sheet) -> None:
    listing.columns = {str(at): str(column) for at, column in sheet.columns.items()}
    listing.headings = [sheet.headings.get(at, "") for at in range(max(sheet.headings, default=-1) + 1)]
    listing.lines = mending.kept(sheet.lines)


def sites_of(session: Session, listing: Listing) -> dict[str, str] | None:
    """Those of the company whose inventory it is; None of any other list."""
    if listing.consignment_id is None:
        return None
    sites = session.get_one(Consignment, listing.consignment_id).sites
    return {site["name"]: site["place"]["commune"] for site in sites}


def assign(
    listing: Listing, columns: Columns, sense: Sense, today: date | None, sites: Sites | None = None
) -> None:
    """Read the rows again: this is what their columns hold. What was mended by hand is lost. Raises SheetError."""
    rows = [SheetRow(number, tuple(cells), marked) for number, cells, marked in listing.rows]
    _write(listing, _read(Table(rows), sense, today, columns, sites))


def mend(
    listing: Listing, mends: Mapping[int, Mend], sense: Sense, today: date | None, sites: Sites | None = None
) -> None:
    """By the number of the line, what somebody says of it."""
    before = mending.again(listing.lines)
    after = (
        mending.placed(
            mending.mended(line, mends[line.number], sense, today) if line.number in mends else line,
            sites or {},
        )
        for line in before
    )
    listing.lines = mending.kept(mending.answered(before, after, sites or {}))


def split(listing: Listing, number: int, things: Callable[[str], Sequence[str]], sense: Sense) -> None:
    """Make of the line of this number one for each of the `things` that its words name."""
    read = mending.again(listing.lines)
    words = next((things(line.name) for line in read if line.number == number), ())
    listing.lines = mending.kept(mending.split(read, number, words, sense))


MOST_OFFERED = 300
"""Articles of one offer."""


def lines(listing: Listing) -> list[SheetLine]:
    return mending.again(listing.lines)


def held(session: Session, listing_id: int) -> Listing:
    """The list, locked until the transaction ends."""
    return session.get_one(Listing, listing_id, with_for_update=True, populate_existing=True)


def to_change(session: Session, listing_id: int) -> Listing:
    """The list, locked until the transaction ends. Raises ListingError once it is recorded or about to be."""
    listing = held(session, listing_id)
    if listing.recorded_at is not None:
        raise ListingError(ListingRefusal.RECORDED)
    if listing.wanted in UNDER_WAY:
        raise ListingError(ListingRefusal.UNDER_WAY)
    return listing


def giver_of_new(session: Session, giver_id: int) -> Consignment:
    """A company that brings an inventory, locked until the transaction ends. Raises ListingError once one has been sent or is about to be."""
    giver = session.get_one(Consignment, giver_id, with_for_update=True, populate_existing=True)
    theirs = select(Listing.id).where(Listing.consignment_id == giver_id, col(Listing.wanted).in_(UNDER_WAY))
    if giver.sent_at is not None or session.exec(theirs).first() is not None:
        raise ListingError(ListingRefusal.UNDER_WAY)
    return giver


def to_record(listing: Listing) -> list[SheetLine]:
    """The lines that are taken. Raises ListingError while one of them is wrong."""
    if listing.recorded_at is not None:
        raise ListingError(ListingRefusal.RECORDED)
    taken = [line for line in lines(listing) if line.passed is None]
    if not taken:
        raise ListingError(ListingRefusal.NOTHING)
    if not all(line.counts for line in taken):
        raise ListingError(ListingRefusal.TO_MEND)
    if listing.committee_id is None and listing.consignment_id is None and len(taken) > MOST_OFFERED:
        raise ListingError(ListingRefusal.TOO_MANY)
    return taken


def record_needs(session: Session, listing: Listing, actor: Actor, now: datetime) -> int:
    """Declare every line as a need, all of them or none; how many. Raises ListingError."""
    drafts = [
        NeedDraft(
            item=line.item,
            description=words_of(line.item, line.name, line.details),
            quantity=line.quantity,
            minimum_condition=line.condition or Condition.FAIR,
            urgency=line.urgency or Urgency.NORMAL,
            needed_by=line.needed_by,
            action_id=listing.action_id,
        )
        for line in to_record(listing)
    ]
    made = needs.declare_all(session, listing.committee_id or 0, drafts, listing.key, actor, now)
    listing.made, listing.recorded_at = made, now
    return len(made)


def recorded_as(listing: Listing, offer_id: int, now: datetime) -> None:
    """It became this offer."""
    listing.made, listing.recorded_at = [offer_id], now


def want(listing: Listing, wanted: ListTask, actor: Actor) -> None:
    """Leave it to the scheduler."""
    listing.wanted, listing.wanted_by_id = str(wanted), actor.account_id


def to_take_back(listing: Listing, now: datetime) -> list[int]:
    """The needs, or the offer, that a list became. Raises ListingError where it is too late."""
    over = listing.recorded_at is None or now > listing.recorded_at + UNDONE_WITHIN
    if over or listing.taken_back_at is not None:
        raise ListingError(ListingRefusal.TOO_LATE)
    return list(listing.made)


def take_back(session: Session, listing: Listing, made: Collection[int], actor: Actor, now: datetime) -> int:
    """Withdraw these needs, or the offer, that a list became, but for what is promised; how many needs or articles that was."""
    listing.taken_back_at = now
    if listing.committee_id is None:
        return sum(offers.take_back(session, key, actor, now) for key in made)
    return needs.take_back(session, made, actor, now)


def forget(session: Session, now: datetime) -> int:
    """Lists that are older than `lasting.LISTS` go; what they became stays. How many."""
    return (
        session.connection()
        .execute(delete(Listing).where(col(Listing.brought_at) < now - lasting.LISTS))
        .rowcount
    )


def waiting(session: Session) -> list[int]:
    """Those that the scheduler is to read, to record or to take back, the oldest first."""
    wanted = (col(Listing.wanted) != "") & col(Listing.consignment_id).is_(None)
    due = col(Listing.read_at).is_(None) | wanted
    return list(session.exec(select(Listing.id).where(due).order_by(col(Listing.id))))


def columns_of(listing: Listing) -> dict[int, Column]:
    return {int(at): Column(column) for at, column in listing.columns.items()}
