"""The table of letters: which decisions are told to whom.

A function of the table reads rows, makes signed links and writes to the outbox, in the transaction in which the decision was taken and
at its end: what it reads is what is committed. Letters that only time brings are written by their jobs (`app.jobs`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session, SQLModel

from app.accounts import letters as accounts
from app.handovers import letters as handovers
from app.matches import letters as matches
from app.models import Account, Decision, Match, Need, Offer
from app.models.states import Verb
from app.needs import letters as needs
from app.offers import letters as offers
from app.post.desk import Desk
from app.transitions import decided

Letter = Callable[[Session, Decision, Desk, datetime], None]

LETTERS: Mapping[tuple[type[SQLModel], Verb], Letter | None] = {
    (Offer, Verb.RECORD): offers.recorded,
    (Offer, Verb.CONFIRM): offers.confirmed,
    (Offer, Verb.EDIT): None,
    (Offer, Verb.EXTEND): offers.extended,
    (Offer, Verb.WITHDRAW): offers.given_up,
    (Offer, Verb.REFUSE): offers.refused,
    (Offer, Verb.EXPIRE): offers.expired,
    (Offer, Verb.CLOSE): None,
    (Offer, Verb.EARMARK): None,
    (Offer, Verb.RELEASE): None,
    (Need, Verb.DECLARE): None,
    (Need, Verb.CONFIRM): needs.answered,
    (Need, Verb.EDIT): needs.answered,
    (Need, Verb.PAUSE): needs.answered,
    (Need, Verb.RESUME): needs.answered,
    (Need, Verb.WITHDRAW): needs.answered,
    (Need, Verb.UNDO): needs.answered,
    (Need, Verb.REOPEN): None,
    (Need, Verb.MEET): None,
    (Need, Verb.EXPIRE): None,
    (Match, Verb.PROPOSE): None,
    (Match, Verb.EDIT): None,
    (Match, Verb.SUPERSEDE): None,
    (Match, Verb.REJECT): None,
    (Match, Verb.APPROVE): matches.approved,
    (Match, Verb.UNDO): None,
    (Match, Verb.ACCEPT): handovers.accepted,
    (Match, Verb.PROPOSE_TIMES): handovers.times_proposed,
    (Match, Verb.SCHEDULE): handovers.scheduled,
    (Match, Verb.RESCHEDULE): handovers.other_time_wanted,
    (Match, Verb.DECLINE): handovers.declined,
    (Match, Verb.LAPSE): matches.lapsed,
    (Match, Verb.REPORT): handovers.reported,
    (Match, Verb.COMPLETE): handovers.completed,
    (Match, Verb.FAIL): handovers.failed,
    (Account, Verb.INVITE): accounts.invited,
    (Account, Verb.ASK_PASSWORD): accounts.password_asked_for,
    (Account, Verb.CHANGE_PASSWORD): accounts.password_changed,
    (Account, Verb.EDIT): None,
}
"""Every verb that can be done to every aggregate; None where nobody is written to and nothing is called back."""


def tell(session: Session, desk: Desk) -> None:
    """Write the letters of what was decided since the last call, in that order."""
    for decision in decided(session):
        letter = LETTERS[_aggregate(decision), decision.verb]
        if letter is not None:
            letter(session, decision, desk, decision.at)


def _aggregate(decision: Decision) -> type[SQLModel]:
    about: dict[type[SQLModel], int | None] = {
        Offer: decision.offer_id,
        Need: decision.need_id,
        Match: decision.match_id,
        Account: decision.about_account_id,
    }
    (kind,) = (kind for kind, number in about.items() if number is not None)
    return kind
