"""Where the links in letters lead. A letter cannot ask the router; a test checks that each path has a page."""


def offer_confirmation(token: str) -> str:
    """The donor says that the address is theirs, and the offer is open."""
    return f"/offre/confirmer/{token}"


def offer_tracking(token: str) -> str:
    """Where each article of the offer stands; extend, withdraw."""
    return f"/offre/suivi/{token}"


def donor_answer(token: str) -> str:
    """The donor says yes or no to a committee, and picks a time."""
    return f"/reponse/donateur/{token}"


def committee_answer(token: str) -> str:
    """The committee accepts and proposes times, or declines."""
    return f"/reponse/comite/{token}"


def donor_report(token: str) -> str:
    """The donor says whether the handover happened."""
    return f"/bilan/donateur/{token}"


def committee_report(token: str) -> str:
    """The committee says whether it happened, how many it received and in what state."""
    return f"/bilan/comite/{token}"


def committee_needs(token: str) -> str:
    """The committee says which of its needs are still true."""
    return f"/besoins/toujours-vrai/{token}"


FORGOTTEN_PASSWORD = "/mot-de-passe-oublie"  # noqa: S105 - a path


def invitation(token: str) -> str:
    """An invited person chooses a password."""
    return f"/invitation/{token}"


def new_password(token: str) -> str:
    """Somebody who forgot the password chooses another."""
    return f"{FORGOTTEN_PASSWORD}/{token}"


def unsubscribe(token: str) -> str:
    """Stops the digests of one party: by a click on the page, or by the mail provider's own POST."""
    return f"/desabonnement/{token}"


def agenda(token: str) -> str:
    """A committee's appointments, for a calendar program to come back to."""
    return f"/agenda/{token}.ics"


COORDINATION = "/coordination"


def committee_home(slug: str) -> str:
    """A committee's own page, signed in."""
    return f"/mon-comite?comite={slug}"


def lost_letter(number: int) -> str:
    """A coordinator sees what became of a letter, and may send it again."""
    return f"/coordination/courriels/{number}"
