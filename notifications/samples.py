"""Sample values for every message: the gallery shows them, the tests render them."""

import inspect
from datetime import UTC, date, datetime

from notifications import messages, values
from notifications.rendering import RenderedMessage

_URL = "https://dons.example.org/r/4Zk1sample"
_SLOT = values.Slot(datetime(2026, 12, 1, 13, 0, tzinfo=UTC), datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
_SLOT_2 = values.Slot(datetime(2026, 12, 3, 9, 0, tzinfo=UTC), datetime(2026, 12, 3, 11, 30, tzinfo=UTC))
_COMMITTEE = "Secours populaire de Givors"
_CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Portail des dons//FR
METHOD:PUBLISH
BEGIN:VEVENT
UID:remise-1@dons.example.org
DTSTAMP:20261123T090000Z
DTSTART:20261201T130000Z
DTEND:20261201T150000Z
SUMMARY:Remise : lave-linge
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
_APPOINTMENT = values.Appointment(
    name="Fatou Ñandú",
    action_url=_URL,
    item="Lave-linge",
    quantity=1,
    committee=_COMMITTEE,
    slot=_SLOT,
    mode="donor_brings",
    place="3 rue Joseph-Faure, 69700 Givors",
    contact="Jeanne Dupont, 04 00 00 00 00",
    calendar=_CALENDAR,
)
_HAPPENED = values.DidItHappen(
    name="Fatou Ñandú",
    action_url=_URL,
    item="Lave-linge",
    quantity=1,
    committee=_COMMITTEE,
    day=date(2026, 12, 1),
)

SAMPLES: dict[str, values.Letter] = {
    "confirm_address": values.ConfirmAddress(
        name="Fatou Ñandú",
        action_url=_URL,
        items=("Lave-linge", "3 × Chaise"),
        expires_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    ),
    "offer_recorded": values.OfferRecorded(
        name="Fatou Ñandú", action_url=_URL, items=("Lave-linge", "3 × Chaise")
    ),
    "match_found": values.MatchFound(
        name="Fatou Ñandú",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        organisation="Secours populaire français",
        commune="Givors",
        distance_km=4.2,
        mode="committee_collects",
        reasons=("Le comité en cherche un depuis le 3 novembre.", "C'est le plus proche de chez vous."),
        answer_before=datetime(2026, 11, 27, 22, 0, tzinfo=UTC),
    ),
    "times_proposed": values.TimesProposed(
        name="Fatou Ñandú",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        slots=(_SLOT, _SLOT_2),
        mode="donor_brings",
        place="3 rue Joseph-Faure, 69700 Givors",
    ),
    "appointment": _APPOINTMENT,
    "did_it_happen": _HAPPENED,
    "offer_refused": values.OfferRefused(
        name="Fatou Ñandú",
        action_url=_URL,
        item="Pneus",
        quantity=4,
        reason="Les comités ne peuvent ni stocker ni donner de pneus.",
        advice="la déchèterie de votre commune ou votre garage les reprend.",
    ),
    "match_approved": values.MatchApproved(
        name="Jeanne",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        commune="Grigny",
        distance_km=4.2,
        condition="très bon état",
        note="Acheté en 2023.\nAu deuxième étage, avec ascenseur.",
        mode="committee_collects",
        reasons=("Vous en cherchez un depuis le 3 novembre.", "Aucun comité n'est plus proche."),
        answer_before=datetime(2026, 11, 27, 22, 0, tzinfo=UTC),
    ),
    "appointment_committee": _APPOINTMENT,
    "did_it_happen_committee": _HAPPENED,
    "donor_declined": values.DonorDeclined(
        name="Jeanne",
        action_url=_URL,
        item="Chaise",
        quantity=4,
        committee=_COMMITTEE,
        reason="déjà donné à quelqu'un d'autre",
        remaining=6,
    ),
    "other_time_wanted": values.OtherTimeWanted(
        name=_COMMITTEE,
        action_url=_URL,
        item="Chaise",
        quantity=4,
        committee=_COMMITTEE,
        wish="Plutôt le samedi matin, ou en semaine après 18 h.",
    ),
    "committee_declined": values.CommitteeDeclined(
        name="Jeanne",
        action_url=_URL,
        item="Chaise",
        quantity=4,
        committee=_COMMITTEE,
    ),
    "invitation": values.Invitation(
        name="Jeanne",
        action_url=_URL,
        inviter="Karim Benali",
        group=_COMMITTEE,
        expires_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    ),
    "password_reset": values.PasswordReset(
        name="Jeanne", action_url=_URL, expires_at=datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    ),
    "account_notice": values.AccountNotice(
        name="Jeanne",
        action_url=_URL,
        title="Votre mot de passe a changé",
        note="Votre mot de passe vient d'être changé.\nSi ce n'est pas vous, demandez-en un nouveau tout de suite.",
        action_label="Demander un nouveau mot de passe",
    ),
}


def sample(message: str, language: str, letter: values.Letter | None = None) -> RenderedMessage:
    """Render `message` with `letter`, or with its sample values."""
    function = dict(inspect.getmembers(messages, inspect.isfunction))[message]
    rendered: RenderedMessage = function(language, letter or SAMPLES[message])
    return rendered


def gallery(language: str) -> list[RenderedMessage]:
    """Every message there is, with its sample values."""
    return [sample(message, language) for message in SAMPLES]
