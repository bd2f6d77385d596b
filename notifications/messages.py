"""Every message that is sent: one class each, in the order of the gallery.

A new message is a class here with an example of each value, and its words in `templates/` (`sources` says how).
"""

from datetime import UTC, date, datetime
from typing import Literal

from notifications.message import (
    CANCELLATION_SAMPLE,
    MESSAGES,
    SLOT_SAMPLE,
    Digest,
    Lacking,
    Message,
    Offered,
    Slot,
    Thing,
    WithCalendar,
    example,
)

__all__ = ["MESSAGES", "Lacking", "Message", "Offered", "Slot", "Thing"]

Mode = Literal["donor_brings", "committee_collects"]

_SLOTS = (
    SLOT_SAMPLE,
    Slot(datetime(2026, 12, 3, 9, 0, tzinfo=UTC), datetime(2026, 12, 3, 11, 30, tzinfo=UTC)),
)
_BEFORE = date(2026, 11, 27)
_PLACE = "3 rue Joseph-Faure, 69700 Givors"
_ONE = (Thing("Lave-linge"),)
_CHAIRS = (Thing("Chaise", 4),)
_THREE = (Thing("Lave-linge"), Thing("Chaise", 4), Thing("Table basse"))
_LACKING = (Lacking("Chaise", 4, remaining=6),)
_LACKING_THREE = (Lacking("Lave-linge", remaining=2), *_LACKING, Lacking("Table basse"))
_LIST = ("Lave-linge", "3 × Chaise")
_NEAR = ("Ressourcerie d'exemple (ressourcerie), 1 rue de l'Exemple, 69700 Givors, 2 km, 04 00 00 00 00",)
_SOURCES = "ADEME, Source d'exemple"


class ToCommittee(Message, abstract=True):
    name: str = example("Membre d'exemple")


class AboutThings(Message, abstract=True):
    """About articles of one offer and the committee that they are for."""

    things: tuple[Thing, ...] = example(_ONE, _CHAIRS, _THREE)
    committee: str = example("Secours populaire de Givors")


class ConfirmAddress(Message):
    """To the donor, before anything else: is this address yours? `before` is when the same was last offered, if it still stands."""

    items: tuple[str, ...] = example(_LIST, _LIST[:1], (*_LIST, "Table basse", "Lit"))
    expires_at: date = example(date(2026, 11, 30))
    before: date | None = example(None, date(2026, 11, 20))


class OfferRecorded(Message):
    """To the donor: the offer is open; `action_url` is the tracking page."""

    items: tuple[str, ...] = example(_LIST, _LIST[:1], (*_LIST, "Table basse", "Lit"))


class LinksAgain(Message):
    """To the donor who has lost the link: `offers` are sentences, each with its own; `action_url` is the latest one's."""

    offers: tuple[str, ...] = example(
        ("Lave-linge, proposé le 3 novembre 2026 : https://dons.example.org/r/4Zk1sample",),
        (
            "Lave-linge, proposé le 3 novembre 2026 : https://dons.example.org/r/4Zk1sample",
            "3 × Chaise, proposé le 2 octobre 2026 : https://dons.example.org/r/9sample",
        ),
    )


class OwnData(Message):
    """To a donor who asked what is kept of them; `action_url` shows it, and erases it."""

    expires_at: date = example(date(2026, 11, 30))


class FormKept(Message):
    """To whoever began to propose a gift and asked for the link to go on; `action_url` opens what was typed."""

    expires_at: date = example(date(2026, 11, 30))


class MatchFound(AboutThings):
    """To the donor: a committee needs it; yes or no? `reasons` are sentences."""

    organisation: str = example("Secours populaire français")
    commune: str = example("Givors")
    distance_km: float = example(4.2, 0.4)
    mode: Mode = example("committee_collects", "donor_brings")
    reasons: tuple[str, ...] = example(
        ("Le comité en cherche un depuis le 3 novembre.", "C'est le plus proche de chez vous."), ()
    )
    answer_before: date = example(_BEFORE)


class TimesProposed(WithCalendar, AboutThings):
    """To the donor: choose one of the committee's times; it does not take what stands in `without`.

    `instead_of` is an appointment that does not hold any more; `calendar` then takes it out of the calendar.
    """

    slots: tuple[Slot, ...] = example(_SLOTS)
    mode: Mode = example("donor_brings", "committee_collects")
    place: str = example(_PLACE)
    without: tuple[Thing, ...] = example((), _CHAIRS, default=())
    instead_of: Slot | None = example(None, SLOT_SAMPLE, default=None)
    calendar: str = example("", CANCELLATION_SAMPLE, default="")


class Appointment(WithCalendar, AboutThings):
    """To the donor: when and where. `contact` is the other side as the reader may know it (name, telephone).

    `without` is what is not part of it, though the reader may believe so, and `reason` why; both may be empty.
    """

    slot: Slot = example(SLOT_SAMPLE)
    mode: Mode = example("donor_brings", "committee_collects")
    place: str = example(_PLACE)
    contact: str = example("Comité d'exemple, 04 00 00 00 00", "")
    without: tuple[Thing, ...] = example((), _CHAIRS, default=())
    reason: str = example("", "Plus de place pour le stocker", default="")


class DidItHappen(AboutThings):
    """To the donor, the day after: yes, not yet or no?"""

    day: date = example(date(2026, 12, 1))


class OfferRefused(Message):
    """To the donor: it cannot be placed. `reason` and `advice` (where to go; may be empty) are sentences; `places` as in OfferExpired."""

    things: tuple[Thing, ...] = example((Thing("Pneus", 4),), _THREE)
    reason: str = example("Nous ne prenons pas ce type d'article.")
    advice: str = example("Rapportez-les à un garage, ou à la déchèterie si elle les accepte.", "")
    places: tuple[str, ...] = example((), _NEAR)
    sources: str = example("", _SOURCES)


class MatchApproved(ToCommittee, AboutThings):
    """To the committee: a gift for you; accept and propose times, or decline. Nothing here tells who the donor is."""

    things: tuple[Offered, ...] = example(
        (
            Offered(
                "Lave-linge",
                condition="très bon état",
                note="Acheté en 2023.\nAu deuxième étage, avec ascenseur.",
            ),
        ),
        (Offered("Lave-linge", condition="très bon état"),),
        (
            Offered("Lave-linge", condition="très bon état", note="Acheté en 2023.\nAvec ascenseur."),
            Offered("Chaise", 4, condition="bon état"),
            Offered("Table basse", condition="état correct", note="Un pied est rayé."),
        ),
    )
    commune: str = example("Grigny")
    distance_km: float = example(4.2)
    mode: Mode = example("committee_collects", "donor_brings")
    reasons: tuple[str, ...] = example(
        ("Vous en cherchez un depuis le 3 novembre.", "Aucun comité n'est plus proche."), ()
    )
    answer_before: date = example(_BEFORE)


class AppointmentCommittee(ToCommittee, Appointment):
    """To the committee: when, where and whom to meet."""

    contact: str = example("Donatrice d'exemple, 06 00 00 00 00", "")


class DidItHappenCommittee(ToCommittee, DidItHappen):
    """To the committee, the day after: received, in what quantity and condition?

    `silent_days`: after so many days without a word from the committee, the donor's yes is enough.
    """

    silent_days: int = example(7)


class DonorDeclined(ToCommittee, AboutThings):
    """To the committee: this gift will not come, the need stays open. `reason` may be empty."""

    things: tuple[Lacking, ...] = example(_LACKING, (Lacking("Lave-linge"),), _LACKING_THREE)
    reason: str = example("Déjà donné ailleurs", "")


class OtherTimeWanted(WithCalendar, ToCommittee, AboutThings):
    """To the committee: none of the times suits the donor; `wish` is what they wrote, over several lines if need be.

    `instead_of` is an appointment that does not hold any more; `calendar` then takes it out of the calendar.
    """

    things: tuple[Thing, ...] = example(_CHAIRS, _ONE, _THREE)
    wish: str = example("Plutôt le samedi matin, ou en semaine après 18 h.")
    instead_of: Slot | None = example(None, SLOT_SAMPLE, default=None)
    calendar: str = example("", CANCELLATION_SAMPLE, default="")


class CommitteeDeclined(AboutThings):
    """To the donor: that committee cannot take it after all; the search goes on."""


class HandoverFailed(AboutThings):
    """To the donor: the committee says that at the appointment of `day` it did not get it; the search goes on.

    `reason` is a code that the words have a sentence for (`no_show`, `not_as_described`…); any other has the plainest.
    """

    day: date = example(date(2026, 12, 1))
    mode: Mode = example("committee_collects", "donor_brings")
    reason: str = example(
        "no_show",
        "not_as_described",
        "could_not_carry",
        "no_longer_needed",
        "given_elsewhere",
        "changed_mind",
        "other",
    )


class HandoverFailedCommittee(ToCommittee, HandoverFailed):
    """To the committee: the donor says that it was not handed over, and why; the need stays open."""

    things: tuple[Lacking, ...] = example(_LACKING, (Lacking("Lave-linge"),), _LACKING_THREE)


class Invitation(ToCommittee):
    """To a future member or coordinator: choose a password.

    `inviter` is a person; `group` names the committees that the reader will act for, or is empty.
    """

    inviter: str = example("Coordinatrice d'exemple")
    group: str = example("Secours populaire de Givors", "")
    expires_at: datetime = example(datetime(2026, 11, 30, 9, 0, tzinfo=UTC))


class PasswordReset(ToCommittee):
    """To an account: choose a new password."""

    expires_at: datetime = example(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))


class AccountNotice(ToCommittee):
    """To an account: `title` says what happened, `note` the rest, over several lines if need be."""

    title: str = example("Votre mot de passe a changé")
    note: str = example(
        "Votre mot de passe vient d'être changé.\nSi ce n'est pas vous, demandez-en un nouveau tout de suite."
    )
    action_label: str = example("Demander un nouveau mot de passe")


class ReminderDonor(AboutThings):
    """To the donor: please answer yes or no."""

    answer_before: date = example(_BEFORE)


class ReminderTimes(AboutThings):
    """To the donor: a time remains to be chosen."""

    slots: tuple[Slot, ...] = example(_SLOTS)
    answer_before: date = example(_BEFORE)


class ReminderCommittee(ToCommittee, AboutThings):
    """To the committee: please accept or decline."""

    answer_before: date = example(_BEFORE)


class MatchLapsed(AboutThings):
    """To the donor: there was no answer in time, the gift stays on offer."""


class MatchLapsedCommittee(ToCommittee, AboutThings):
    """To the committee: there was no answer in time, the need stays open."""

    things: tuple[Lacking, ...] = example((Lacking("Lave-linge", remaining=2),), _LACKING, _LACKING_THREE)


class NextDonor(MatchApproved):
    """To the committee: the last donor declined, here is the next."""


class AppointmentTomorrow(AboutThings):
    """To the donor, the day before. `contact` is the other side as the reader may know it (name, telephone)."""

    slot: Slot = example(SLOT_SAMPLE)
    mode: Mode = example("donor_brings", "committee_collects")
    place: str = example(_PLACE)
    contact: str = example("Comité d'exemple, 04 00 00 00 00", "")


class AppointmentTomorrowCommittee(ToCommittee, AppointmentTomorrow):
    """To the committee, the day before."""

    contact: str = example("Donatrice d'exemple, 06 00 00 00 00", "")


class AppointmentCancelled(WithCalendar, AboutThings):
    """To the donor: no trip to make. `calendar` takes the appointment out of the calendar; `reason` may be empty."""

    slot: Slot = example(SLOT_SAMPLE)
    reason: str = example("Plus de place pour le stocker", "")
    calendar: str = example(CANCELLATION_SAMPLE)


class AppointmentCancelledCommittee(ToCommittee, AppointmentCancelled):
    """To the committee: no trip to make."""


class ThankYou(AboutThings):
    """To the donor: it arrived, without what stands in `missing`; `corrected`: instead of what an earlier letter said.

    `reference` names the gift's record.
    """

    organisation: str = example("Secours populaire français")
    day: date = example(date(2026, 12, 1))
    reference: str = example("R-2026-0042")
    missing: tuple[Thing, ...] = example((), _CHAIRS, default=())
    corrected: bool = example(False, True, default=False)


class ReceiptRefused(Message):
    """To the donor who asked for a tax receipt: the association issues none for this gift, and says why in `note`."""

    organisation: str = example("Secours populaire français")
    committee: str = example("Secours populaire de Givors")
    day: date = example(date(2026, 12, 1))
    note: str = example("Nous ne pouvons pas vérifier cette valeur.\nAppelez-nous.")


class OfferEnding(Message):
    """To the donor: extend, withdraw or give elsewhere?"""

    items: tuple[str, ...] = example(_LIST, _LIST[:1])
    ends_at: date = example(_BEFORE)


class OfferExpired(Message):
    """To the donor: the offer came to its end, on the day that was stated. `tried` says what was; `places` are near the donor, by the
    names of `sources`."""

    items: tuple[str, ...] = example(_LIST[:1], _LIST)
    until: date = example(_BEFORE)
    tried: str = example("Aucun comité n'est à portée de chez vous.")
    places: tuple[str, ...] = example(_NEAR, ())
    sources: str = example(_SOURCES, "")


class AYearLater(Message):
    """To the donor who asked for it, once: what was given a year ago, and is there something else?"""

    items: tuple[str, ...] = example(_LIST[:1], _LIST)


class NeedStillTrue(ToCommittee):
    """To the committee: are these needs still true?

    `items` are the needs in question, each with its quantity, the oldest first; `days` is the age of that one.
    """

    committee: str = example("Secours populaire de Givors")
    items: tuple[str, ...] = example(_LIST, _LIST[:1], (*_LIST, "Table basse", "Lit"))
    days: int = example(60, 1)
    answer_before: date = example(_BEFORE)


class CoordinatorWrites(Message):
    """To a donor or a committee: what a coordinator writes in words of its own; `note` may have several lines."""

    title: str = example("Au sujet de votre lave-linge")
    note: str = example("Nous passons jeudi.\nPouvez-vous être là à 18 h ?")
    author: str = example("Coordinatrice d'exemple")
    action_label: str = example("Voir mon don", "Ouvrir la page du comité")


class WeeklyDigest(ToCommittee, Digest):
    """To the committee, each week at the reader's hour. Sentences, one a line; an empty part is left out."""

    committee: str = example("Secours populaire de Givors")
    waiting: tuple[str, ...] = example(
        ("Lave-linge, à 4 km : répondez avant vendredi.", "3 × Chaise, à 2 km : répondez avant samedi."), ()
    )
    coming: tuple[str, ...] = example(("Bureau, mardi 1er décembre de 14 h à 16 h.",), ())
    missing: tuple[str, ...] = example(("6 × Chaise, depuis 12 jours.", "Réfrigérateur, depuis 3 jours."), ())
    around: tuple[str, ...] = example(("2 × Canapé, à 6 km.",), ())


class CoordinatorDigest(Digest):
    """To the coordinator, each day on which something waits: sentences, the oldest first; `more` were left out."""

    name: str = example("Coordinatrice d'exemple")
    headline: str = example("7 propositions, la plus ancienne attend depuis 2 jours")
    waiting: tuple[str, ...] = example(
        (
            "7 propositions à examiner, la plus ancienne depuis 2 jours.",
            "1 offre sans réponse depuis 30 jours.",
            "1 message qui n'est pas arrivé.",
        )
    )
    more: int = example(4, 1, 0)


class MailUndeliverable(Message):
    """To the coordinator: somebody did not get a message.

    `subject` and `email` are those of the message that did not arrive, `answer` the server's last words.
    """

    name: str = example("Coordinatrice d'exemple")
    person: str = example("Donateur d'exemple")
    email: str = example("donateur@exemple.example")
    subject: str = example("Nous avons trouvé une place pour votre don : Lave-linge")
    answer: str = example("550 5.1.1 no such user")


class PortalHealth(Message):
    """To an administrator: what is wrong with the portal, a line each with what to do, and what is right again."""

    name: str = example("Administratrice d'exemple")
    wrong: tuple[str, ...] = example(
        ("Dossier des sauvegardes : Le dossier /srv/sauvegarde n'existe pas. Créez-le.",),
        ("Horloge : elle ne tourne pas.", "Mémoire : elle manque."),
        (),
    )
    over: tuple[str, ...] = example((), ("Serveur de messagerie",), ("Mémoire", "Horloge"))


class TestLetter(Message):
    """To the administrator who asked for it: letters arrive."""

    __test__ = False  # not a test, whatever its name

    name: str = example("Administratrice d'exemple")


class FollowAction(Message):
    """To whoever asked for news of an action, before anything else: is this address yours?"""

    title: str = example("Un espace multimédia à Nioro du Sahel")
    expires_at: date = example(date(2026, 11, 30))


class ActionUpdate(Digest):
    """To whoever follows an action: `headline` is the news in a few words, `words` the news."""

    headline: str = example("Le conteneur est parti")
    title: str = example("Un espace multimédia à Nioro du Sahel")
    words: str = example("Quatre colis ont quitté Givors.")
