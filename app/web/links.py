"""Signed links: bound to one purpose, one subject and one person, and good until a date.

Pure: no request, no clock. The page behind a link shows on GET and acts on POST only.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, URLSafeSerializer


class Purpose(StrEnum):
    """What a link lets its bearer do; the value is part of the signature."""

    CONFIRM_OFFER = "confirm-offer"
    TRACK_OFFER = "track-offer"
    RESUME_FORM = "resume-form"
    TRACK_CONSIGNMENT = "track-consignment"
    DONOR_ANSWER = "donor-answer"
    COMMITTEE_ANSWER = "committee-answer"
    DONOR_REPORT = "donor-report"
    COMMITTEE_REPORT = "committee-report"
    COMMITTEE_NEEDS = "committee-needs"
    INVITATION = "invitation"
    DISOWN = "disown-session"
    UNSUBSCRIBE = "unsubscribe"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    AGENDA = "agenda"
    OWN_DATA = "own-data"


LIFETIMES = {
    Purpose.CONFIRM_OFFER: timedelta(days=14),
    Purpose.TRACK_OFFER: timedelta(days=400),
    Purpose.RESUME_FORM: timedelta(days=14),
    Purpose.TRACK_CONSIGNMENT: timedelta(days=400),
    Purpose.DONOR_ANSWER: timedelta(days=60),
    Purpose.COMMITTEE_ANSWER: timedelta(days=60),
    Purpose.DONOR_REPORT: timedelta(days=90),
    Purpose.COMMITTEE_REPORT: timedelta(days=90),
    Purpose.COMMITTEE_NEEDS: timedelta(days=90),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.DISOWN: timedelta(days=30),
    Purpose.FOLLOW: timedelta(days=14),
    Purpose.UNFOLLOW: timedelta(days=3 * 365),
    # Old digests are kept in mailboxes, and calendar programs ask for years: both only ever lessen or show little.
    Purpose.UNSUBSCRIBE: timedelta(days=3 * 365),
    Purpose.AGENDA: timedelta(days=10 * 365),
    Purpose.OWN_DATA: timedelta(days=7),
}


PATHS = {
    Purpose.CONFIRM_OFFER: "/offre/confirmer/{}",
    Purpose.TRACK_OFFER: "/offre/suivi/{}",
    Purpose.RESUME_FORM: "/offrir/reprendre/{}",
    Purpose.TRACK_CONSIGNMENT: "/entreprises/suivi/{}",
    Purpose.DONOR_ANSWER: "/reponse/donateur/{}",
    Purpose.COMMITTEE_ANSWER: "/reponse/comite/{}",
    Purpose.DONOR_REPORT: "/bilan/donateur/{}",
    Purpose.COMMITTEE_REPORT: "/bilan/comite/{}",
    Purpose.COMMITTEE_NEEDS: "/besoins/toujours-vrai/{}",
    Purpose.INVITATION: "/invitation/{}",
    Purpose.DISOWN: "/pas-moi/{}",
    Purpose.UNSUBSCRIBE: "/desabonnement/{}",
    Purpose.FOLLOW: "/suivre/{}",
    Purpose.UNFOLLOW: "/ne-plus-suivre/{}",
    Purpose.AGENDA: "/agenda/{}.ics",
    Purpose.OWN_DATA: "/mes-donnees/{}",
}
"""Where the links lead. A letter cannot ask the router; a test checks that each path has a page."""


def path_of(purpose: Purpose, token: str) -> str:
    """The path of the page behind a link."""
    return PATHS[purpose].format(token)


class BadLinkError(ValueError):
    """The link was cut, altered, or made for something else."""


class ExpiredLinkError(BadLinkError):
    """The link was good once."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a good link says: about which row, for whom (`donor:3`, `committee:7`, `account:2`)."""

    subject: int
    party: str


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and reads links. `base_url` has no trailing slash."""

    secret_key: str
    base_url: str

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret_key, salt=f"portail-link:{purpose}")

    def token(self, purpose: Purpose, subject: int, party: str, now: datetime) -> str:
        expires = int((now + LIFETIMES[purpose]).timestamp())
        return str(self._serializer(purpose).dumps([subject, party, expires]))

    def read(self, purpose: Purpose, token: str, now: datetime) -> Claim:
        """Raises BadLinkError, or ExpiredLinkError for one that was good once."""
        if len(token) > 500:
            raise BadLinkError("too long")
        try:
            subject, party, expires = self._serializer(purpose).loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise BadLinkError(str(error)) from None
        if datetime.fromtimestamp(expires, UTC) < now:
            raise ExpiredLinkError("expired")
        return Claim(int(subject), str(party))

    def link(self, purpose: Purpose, subject: int, party: str, now: datetime) -> str:
        """The absolute address of the page behind a new link."""
        return self.url(path_of(purpose, self.token(purpose, subject, party, now)))

    def url(self, path: str) -> str:
        """An absolute address for an e-mail."""
        return f"{self.base_url}{path}"
