"""Forms that were not sent, kept by the portal for who asked for the link: until the gift is sent, or for 14 days."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from app.db import inserted
from app.models import KeptForm, OutboxMessage
from app.models.states import Language
from app.web.links import LIFETIMES, Purpose
from notifications import forgetting, outbox

KEPT_FOR = LIFETIMES[Purpose.RESUME_FORM]
MOST_TYPED = 60_000
"""Characters, names and all: more than ten articles with as many details as they may have."""
LETTER = "form_kept"
TWICE = timedelta(minutes=15)
"""Within which the same form sends no second letter: the first one's link opens what was typed since."""
MOST_LETTERS = 5
"""To one address within KEPT_FOR, whoever asks: its owner may have typed nothing."""


class OtherVersionError(Exception):
    """Another version of this form was kept since, on another device; `at` that moment."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


def event(kept: KeptForm) -> str:
    """What its letters are about, by which they are forgotten: `kept_form:3:`."""
    return f"kept_form:{kept.id}:"


def keep(
    session: Session,
    key: str,
    email: str,
    typed: Mapping[str, str],
    spoken: Language,
    now: datetime,
    seen: str = "",
) -> KeptForm | None:
    """Keep the form `key` as it is now for `email`; the form if a letter leaves with its link.

    Where no letter leaves and none did, nothing typed is kept: nobody could come back to it. `seen` is when the version was
    kept that this one goes on from (ISO 8601). Raises OtherVersionError where that is no longer the last, ValueError for more than MOST_TYPED.
    """
    if sum(len(name) + len(value) for name, value in typed.items()) > MOST_TYPED:
        raise ValueError("more than a form holds")
    kept, full = _held(session, key), _letters_to(session, email, now) >= MOST_LETTERS
    if kept is None and not full:
        made = KeptForm(submission_key=key, email=email, kept_at=now)
        kept = made if inserted(session, made) else _held(session, key)
    if kept is None:
        return None
    other = kept.kept_at.isoformat() != seen if seen else kept.kept_at <= now - TWICE
    if kept.typed and kept.typed != typed and other:
        raise OtherVersionError(kept.kept_at)
    if kept.email != email:
        kept.email, kept.written_at, kept.corrected = email, None, kept.corrected + 1
    lately = kept.written_at is not None and kept.written_at > now - TWICE
    writes = not lately and not full
    led_to = writes or kept.written_at is not None
    kept.typed, kept.language, kept.kept_at = dict(typed) if led_to else {}, spoken, now
    if not writes:
        return None
    kept.letters, kept.written_at = kept.letters + 1, now
    return kept


def _held(session: Session, key: str) -> KeptForm | None:
    return session.exec(select(KeptForm).where(KeptForm.submission_key == key).with_for_update()).first()


def _letters_to(session: Session, email: str, now: datetime) -> int:
    """Of the outbox: a form whose address is another since was written about to this one all the same."""
    count = select(func.count()).where(
        OutboxMessage.message == LETTER,
        func.lower(col(OutboxMessage.to_email)) == email.lower(),
        col(OutboxMessage.created_at) > now - KEPT_FOR,
    )
    return session.exec(count).one()


def erase(session: Session, key: str) -> None:
    """Forget what was typed, the address with it; a letter that waits is called off. Those that left are remembered by the outbox, as long as
    before."""
    kept = _held(session, key)
    if kept is not None:
        kept.typed, kept.email = {}, ""
        outbox.cancel_all(session, outbox.about([event(kept)]))


def empty(session: Session, key: str) -> None:
    """Forget what was typed: the gift was sent, or is given up. That letters left is remembered as long as before."""
    kept = session.exec(select(KeptForm).where(KeptForm.submission_key == key)).first()
    if kept is not None:
        kept.typed = {}


def forget(session: Session, now: datetime) -> int:
    """Forget those older than KEPT_FOR, with their letters; how many. Their photos go with the next tidying."""
    over = session.exec(select(KeptForm).where(col(KeptForm.kept_at) < now - KEPT_FOR)).all()
    if over:
        forgetting.forget_about(session, [event(kept) for kept in over], [])
    for kept in over:
        session.delete(kept)
    session.flush()
    return len(over)
