"""The table of letters: which decisions are told to whom.

A function of the table reads rows, makes signed links and writes to the outbox, in the transaction in which the decision was taken and
at its end: what it reads is what is committed. Letters that only time brings are written by their jobs (`app.jobs`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, SQLModel

from app.accounts import letters as accounts
from app.accounts.factors import letters as factors
from app.handovers import letters as handovers
from app.matches import letters as matches
from app.messages import letters as written
from app.models import Account, Committee, Decision, Donor, Match, Need, Offer, Round
from app.models.states import Verb
from app.needs import letters as needs
from app.offers import letters as offers
from app.papers import letters as papers
from app.post.desk import Desk
from app.privacy import letters as own_data
from app.transitions import decided

Letter = Callable[[Session, Decision, Desk, datetime], None]


@dataclass(frozen=True, slots=True)
class Together:
    """Told of all that was decided of one trip in one act: three articles make one letter. Verbs may share the function."""

    write: Callable[[Session, Sequence[Decision], Desk, datetime], None]


LETTERS: Mapping[tuple[type[SQLModel], Verb], Letter | Together | None] = {
    (Offer, Verb.RECORD): offers.recorded,
    (Offer, Verb.CONFIRM): offers.confirmed,
    (Offer, Verb.EDIT): None,
    (Offer, Verb.EXTEND): offers.extended,
    (Offer, Verb.WITHDRAW): offers.given_up,
    (Offer, Verb.REFUSE): offers.refused,
    (Offer, Verb.EXPIRE): offers.expired,
    (Offer, Verb.CLOSE): None,
    (Offer, Verb.REOPEN): None,
    (Offer, Verb.EARMARK): None,
    (Offer, Verb.RELEASE): None,
    (Offer, Verb.CORRECT): offers.corrected,
    (Offer, Verb.SET_ASIDE): offers.set_aside,
    (Offer, Verb.PUT_BACK): offers.put_back,
    (Offer, Verb.UNDO): None,
    (Offer, Verb.ASK_RECEIPT): None,
    (Offer, Verb.PREPARE_RECEIPT): None,
    (Offer, Verb.HAND_RECEIPT): None,
    (Offer, Verb.REFUSE_RECEIPT): papers.refused,
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
    (Match, Verb.APPROVE): Together(matches.approved),
    (Match, Verb.UNDO): Together(matches.undone),
    (Match, Verb.ACCEPT): Together(handovers.accepted),
    (Match, Verb.PROPOSE_TIMES): Together(handovers.times_proposed),
    (Match, Verb.SCHEDULE): Together(handovers.scheduled),
    (Match, Verb.RESCHEDULE): Together(handovers.other_time_wanted),
    (Match, Verb.DECLINE): Together(handovers.given_up),
    (Match, Verb.LAPSE): Together(matches.lapsed),
    (Match, Verb.REPORT): Together(handovers.reported),
    (Match, Verb.COMPLETE): Together(handovers.completed),
    (Match, Verb.CORRECT): Together(handovers.completed),
    (Match, Verb.FAIL): Together(handovers.given_up),
    (Donor, Verb.MESSAGE): written.to_donor,
    (Donor, Verb.EDIT): None,
    (Donor, Verb.MERGE): None,
    (Donor, Verb.UNDO): None,
    (Donor, Verb.ASK_LINKS): offers.links_asked_for,
    (Donor, Verb.ASK_DATA): own_data.asked,
    (Donor, Verb.ERASE): None,
    (Committee, Verb.MESSAGE): written.to_committee,
    (Committee, Verb.EDIT): None,
    (Committee, Verb.JOIN): accounts.joined,
    (Committee, Verb.GIVE_PART): None,
    (Committee, Verb.LEAVE): accounts.left,
    (Committee, Verb.DECLARE): None,
    (Committee, Verb.REPORT): None,
    (Committee, Verb.UNDO): None,
    (Round, Verb.RECORD): None,
    (Round, Verb.EDIT): None,
    (Round, Verb.PROPOSE_TIMES): None,
    (Round, Verb.WITHDRAW): None,
    (Round, Verb.UNDO): None,
    (Account, Verb.INVITE): accounts.invited,
    (Account, Verb.ASK_PASSWORD): accounts.password_asked_for,
    (Account, Verb.CHANGE_PASSWORD): accounts.password_changed,
    (Account, Verb.NEW_DEVICE): accounts.new_device,
    (Account, Verb.CLOSE_SESSIONS): None,
    (Account, Verb.DISOWN): None,
    (Account, Verb.EDIT): None,
    (Account, Verb.ADD_FACTOR): factors.added,
    (Account, Verb.REMOVE_FACTOR): factors.removed,
    (Account, Verb.USE_RECOVERY_CODE): factors.code_used,
    (Account, Verb.RENEW_RECOVERY_CODES): factors.codes_renewed,
    (Account, Verb.RESET_FACTORS): factors.reset,
}
"""Every verb that can be done to every aggregate; None where nobody is written to and nothing is called back."""


def tell(session: Session, desk: Desk) -> None:
    """Write the letters of what was decided since the last call, in that order."""
    for letter, decisions in _acts(session, decided(session)):
        first = decisions[0]
        if isinstance(letter, Together):
            letter.write(session, decisions, desk, first.at)
        else:
            letter(session, first, desk, first.at)


def _acts(
    session: Session, decisions: Sequence[Decision]
) -> Iterator[tuple[Letter | Together, list[Decision]]]:
    """Decisions with their letter, in the order of the first ones; of what is told together, those of one trip at once."""
    acts: dict[object, tuple[Letter | Together, list[Decision]]] = {}
    for decision in decisions:
        letter = LETTERS[_aggregate(decision), decision.verb]
        if letter is None:
            continue
        act: object = decision.id
        if isinstance(letter, Together):
            act = letter, session.get_one(Match, decision.match_id).handover_id, decision.at
        acts.setdefault(act, (letter, []))[1].append(decision)
    yield from acts.values()


def _aggregate(decision: Decision) -> type[SQLModel]:
    about: dict[type[SQLModel], int | None] = {
        Offer: decision.offer_id,
        Need: decision.need_id,
        Match: decision.match_id,
        Account: decision.about_account_id,
        Donor: decision.donor_id,
        Committee: decision.committee_id,
        Round: decision.round_id,
    }
    (kind,) = (kind for kind, number in about.items() if number is not None)
    return kind
