"""Sample values for every message: the gallery shows them, the tests render them."""

import inspect
from dataclasses import replace
from datetime import UTC, date, datetime

from notifications import messages, values
from notifications.rendering import RenderedMessage

_URL = "https://dons.example.org/r/4Zk1sample"
_SLOT = values.Slot(datetime(2026, 12, 1, 13, 0, tzinfo=UTC), datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
_SLOT_2 = values.Slot(datetime(2026, 12, 3, 9, 0, tzinfo=UTC), datetime(2026, 12, 3, 11, 30, tzinfo=UTC))
_ANSWER_BEFORE = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
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
    name="Donatrice d'exemple",
    action_url=_URL,
    item="Lave-linge",
    quantity=1,
    committee=_COMMITTEE,
    slot=_SLOT,
    mode="donor_brings",
    place="3 rue Joseph-Faure, 69700 Givors",
    contact="Comité d'exemple, 04 00 00 00 00",
    calendar=_CALENDAR,
)
_HAPPENED = values.DidItHappen(
    name="Donatrice d'exemple",
    action_url=_URL,
    item="Lave-linge",
    quantity=1,
    committee=_COMMITTEE,
    day=date(2026, 12, 1),
)

_APPROVED = values.MatchApproved(
    name="Membre d'exemple",
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
)
_TOMORROW = values.AppointmentTomorrow(
    name="Donatrice d'exemple",
    action_url=_URL,
    item="Lave-linge",
    quantity=1,
    committee=_COMMITTEE,
    slot=_SLOT,
    mode="donor_brings",
    place="3 rue Joseph-Faure, 69700 Givors",
    contact="Comité d'exemple, 04 00 00 00 00",
)
_CANCELLED = values.AppointmentCancelled(
    name="Donatrice d'exemple",
    action_url=_URL,
    item="Lave-linge",
    quantity=1,
    committee=_COMMITTEE,
    slot=_SLOT,
    reason="Plus de place pour le stocker",
    calendar=_CALENDAR.replace("METHOD:PUBLISH", "METHOD:CANCEL").replace(
        "END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT"
    ),
)

SAMPLES: dict[str, values.Letter] = {
    "confirm_address": values.ConfirmAddress(
        name="Donatrice d'exemple",
        action_url=_URL,
        items=("Lave-linge", "3 × Chaise"),
        expires_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    ),
    "offer_recorded": values.OfferRecorded(
        name="Donatrice d'exemple", action_url=_URL, items=("Lave-linge", "3 × Chaise")
    ),
    "match_found": values.MatchFound(
        name="Donatrice d'exemple",
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
        name="Donatrice d'exemple",
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
        name="Donatrice d'exemple",
        action_url=_URL,
        item="Pneus",
        quantity=4,
        reason="Nous ne prenons pas ce type d'article.",
        advice="Rapportez-les à un garage, ou à la déchèterie si elle les accepte.",
    ),
    "match_approved": _APPROVED,
    "appointment_committee": replace(
        _APPOINTMENT, name="Membre d'exemple", contact="Donatrice d'exemple, 06 00 00 00 00"
    ),
    "did_it_happen_committee": replace(_HAPPENED, name="Membre d'exemple"),
    "donor_declined": values.DonorDeclined(
        name="Membre d'exemple",
        action_url=_URL,
        item="Chaise",
        quantity=4,
        committee=_COMMITTEE,
        reason="Déjà donné ailleurs",
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
        name="Donatrice d'exemple",
        action_url=_URL,
        item="Chaise",
        quantity=4,
        committee=_COMMITTEE,
    ),
    "handover_failed": values.HandoverFailed(
        name="Donatrice d'exemple",
        action_url=_URL,
        item="Chaise",
        quantity=4,
        committee=_COMMITTEE,
        day=_HAPPENED.day,
        mode="committee_collects",
        reason="no_show",
    ),
    "handover_failed_committee": values.HandoverFailedCommittee(
        name="Membre d'exemple",
        action_url=_URL,
        item="Chaise",
        quantity=4,
        committee=_COMMITTEE,
        day=_HAPPENED.day,
        mode="committee_collects",
        reason="no_show",
        remaining=6,
    ),
    "invitation": values.Invitation(
        name="Membre d'exemple",
        action_url=_URL,
        inviter="Coordinatrice d'exemple",
        group=_COMMITTEE,
        expires_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    ),
    "password_reset": values.PasswordReset(
        name="Membre d'exemple", action_url=_URL, expires_at=datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    ),
    "account_notice": values.AccountNotice(
        name="Membre d'exemple",
        action_url=_URL,
        title="Votre mot de passe a changé",
        note="Votre mot de passe vient d'être changé.\nSi ce n'est pas vous, demandez-en un nouveau tout de suite.",
        action_label="Demander un nouveau mot de passe",
    ),
    "reminder_donor": values.Reminder(
        name="Donatrice d'exemple",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        answer_before=_ANSWER_BEFORE,
    ),
    "reminder_times": values.ReminderTimes(
        name="Donatrice d'exemple",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        slots=(_SLOT, _SLOT_2),
        answer_before=_ANSWER_BEFORE,
    ),
    "reminder_committee": values.Reminder(
        name="Membre d'exemple",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        answer_before=_ANSWER_BEFORE,
    ),
    "match_lapsed": values.MatchLapsed(
        name="Donatrice d'exemple", action_url=_URL, item="Lave-linge", quantity=1, committee=_COMMITTEE
    ),
    "match_lapsed_committee": values.MatchLapsedCommittee(
        name="Membre d'exemple",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        remaining=2,
    ),
    "next_donor": _APPROVED,
    "appointment_tomorrow": _TOMORROW,
    "appointment_tomorrow_committee": replace(
        _TOMORROW, name="Membre d'exemple", contact="Donatrice d'exemple, 06 00 00 00 00"
    ),
    "appointment_cancelled": _CANCELLED,
    "appointment_cancelled_committee": replace(_CANCELLED, name="Membre d'exemple"),
    "thank_you": values.ThankYou(
        name="Donatrice d'exemple",
        action_url=_URL,
        item="Lave-linge",
        quantity=1,
        committee=_COMMITTEE,
        organisation="Secours populaire français",
        day=date(2026, 12, 1),
        reference="R-2026-0042",
        note="Il tourne déjà chez une famille de quatre.\nMerci !",
    ),
    "offer_ending": values.OfferEnding(
        name="Donatrice d'exemple",
        action_url=_URL,
        items=("Lave-linge", "3 × Chaise"),
        ends_at=_ANSWER_BEFORE,
    ),
    "offer_expired": values.OfferExpired(name="Donatrice d'exemple", action_url=_URL, items=("Lave-linge",)),
    "need_still_true": values.NeedStillTrue(
        name="Membre d'exemple",
        action_url=_URL,
        committee=_COMMITTEE,
        items=("Lave-linge", "4 × Chaise"),
        days=60,
        answer_before=_ANSWER_BEFORE,
    ),
    "weekly_digest": values.WeeklyDigest(
        name="Membre d'exemple",
        action_url=_URL,
        unsubscribe_url="https://dons.example.org/desabonnement/4Zk1sample",
        committee=_COMMITTEE,
        headline="2 dons vous attendent",
        waiting=(
            "Lave-linge, à 4 km : répondez avant vendredi.",
            "3 × Chaise, à 2 km : répondez avant samedi.",
        ),
        coming=("Bureau, mardi 1er décembre de 14 h à 16 h.",),
        missing=("6 × Chaise, depuis 12 jours.", "Réfrigérateur, depuis 3 jours."),
    ),
    "coordinator_digest": values.CoordinatorDigest(
        name="Coordinatrice d'exemple",
        action_url=_URL,
        unsubscribe_url="https://dons.example.org/desabonnement/4Zk1sample",
        headline="7 propositions, la plus ancienne attend depuis 2 jours",
        waiting=(
            "7 propositions à examiner, la plus ancienne depuis 2 jours.",
            "1 offre sans réponse depuis 30 jours.",
            "1 message qui n'est pas arrivé.",
        ),
        more=4,
    ),
    "mail_undeliverable": values.MailUndeliverable(
        name="Coordinatrice d'exemple",
        action_url=_URL,
        person="Donateur d'exemple",
        email="donateur@exemple.example",
        subject="Nous avons trouvé une place pour votre don : Lave-linge",
        answer="550 5.1.1 no such user",
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
