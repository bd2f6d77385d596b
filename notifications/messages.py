"""One function per message: a language and plain values in, a rendered message out.

A new message is a folder of templates, a dataclass in `values`, a function here and a sample in `samples`.
"""

from dataclasses import asdict, replace

from notifications import values
from notifications.rendering import Attachment, RenderedMessage, render

__all__ = [
    "Attachment",
    "RenderedMessage",
    "account_notice",
    "appointment",
    "appointment_cancelled",
    "appointment_cancelled_committee",
    "appointment_committee",
    "appointment_tomorrow",
    "appointment_tomorrow_committee",
    "committee_declined",
    "confirm_address",
    "coordinator_digest",
    "did_it_happen",
    "did_it_happen_committee",
    "donor_declined",
    "handover_failed",
    "handover_failed_committee",
    "invitation",
    "mail_undeliverable",
    "match_approved",
    "match_found",
    "match_lapsed",
    "match_lapsed_committee",
    "need_still_true",
    "next_donor",
    "offer_ending",
    "offer_expired",
    "offer_recorded",
    "offer_refused",
    "other_time_wanted",
    "password_reset",
    "reminder_committee",
    "reminder_donor",
    "reminder_times",
    "render",
    "thank_you",
    "times_proposed",
    "weekly_digest",
]


def confirm_address(language: str, letter: values.ConfirmAddress) -> RenderedMessage:
    """To the donor, before anything else: is this address yours?"""
    return render("confirm_address", language, asdict(letter))


def offer_recorded(language: str, letter: values.OfferRecorded) -> RenderedMessage:
    """To the donor: the offer is open; `action_url` is the tracking page."""
    return render("offer_recorded", language, asdict(letter))


def match_found(language: str, letter: values.MatchFound) -> RenderedMessage:
    """To the donor: a committee needs it; yes or no?"""
    return render("match_found", language, asdict(letter))


def times_proposed(language: str, letter: values.TimesProposed) -> RenderedMessage:
    """To the donor: choose one of the committee's times."""
    return _with_calendar(render("times_proposed", language, asdict(letter)), letter)


def appointment(language: str, letter: values.Appointment) -> RenderedMessage:
    """To the donor: when and where, with a calendar file."""
    return _with_calendar(render("appointment", language, asdict(letter)), letter)


def did_it_happen(language: str, letter: values.DidItHappen) -> RenderedMessage:
    """To the donor, the day after: yes, not yet or no?"""
    return render("did_it_happen", language, asdict(letter))


def offer_refused(language: str, letter: values.OfferRefused) -> RenderedMessage:
    """To the donor: it cannot be placed, why, and where to go."""
    return render("offer_refused", language, asdict(letter))


def match_approved(language: str, letter: values.MatchApproved) -> RenderedMessage:
    """To the committee: a gift for you; accept and propose times, or decline."""
    return render("match_approved", language, asdict(letter))


def appointment_committee(language: str, letter: values.Appointment) -> RenderedMessage:
    """To the committee: when, where and whom to meet, with a calendar file."""
    return _with_calendar(render("appointment_committee", language, asdict(letter)), letter)


def did_it_happen_committee(language: str, letter: values.DidItHappen) -> RenderedMessage:
    """To the committee, the day after: received, in what quantity and condition?"""
    return render("did_it_happen_committee", language, asdict(letter))


def donor_declined(language: str, letter: values.DonorDeclined) -> RenderedMessage:
    """To the committee: this gift will not come, the need stays open."""
    return render("donor_declined", language, asdict(letter))


def other_time_wanted(language: str, letter: values.OtherTimeWanted) -> RenderedMessage:
    """To the committee: none of the times suits the donor; here is what does."""
    return _with_calendar(render("other_time_wanted", language, asdict(letter)), letter)


def committee_declined(language: str, letter: values.CommitteeDeclined) -> RenderedMessage:
    """To the donor: that committee cannot take it after all; the search goes on."""
    return render("committee_declined", language, asdict(letter))


def handover_failed(language: str, letter: values.HandoverFailed) -> RenderedMessage:
    """To the donor: the committee says that it did not get it, and why; the search goes on."""
    return render("handover_failed", language, asdict(letter))


def handover_failed_committee(language: str, letter: values.HandoverFailedCommittee) -> RenderedMessage:
    """To the committee: the donor says that it was not handed over, and why; the need stays open."""
    return render("handover_failed_committee", language, asdict(letter))


def invitation(language: str, letter: values.Invitation) -> RenderedMessage:
    """To a future member or coordinator: choose a password."""
    return render("invitation", language, asdict(letter))


def password_reset(language: str, letter: values.PasswordReset) -> RenderedMessage:
    """To an account: choose a new password."""
    return render("password_reset", language, asdict(letter))


def account_notice(language: str, letter: values.AccountNotice) -> RenderedMessage:
    """To an account: something about it has changed."""
    return render("account_notice", language, asdict(letter))


def reminder_donor(language: str, letter: values.Reminder) -> RenderedMessage:
    """To the donor: please answer yes or no."""
    return render("reminder_donor", language, asdict(letter))


def reminder_times(language: str, letter: values.ReminderTimes) -> RenderedMessage:
    """To the donor: a time remains to be chosen."""
    return render("reminder_times", language, asdict(letter))


def reminder_committee(language: str, letter: values.Reminder) -> RenderedMessage:
    """To the committee: please accept or decline."""
    return render("reminder_committee", language, asdict(letter))


def match_lapsed(language: str, letter: values.MatchLapsed) -> RenderedMessage:
    """To the donor: there was no answer in time, the gift stays on offer."""
    return render("match_lapsed", language, asdict(letter))


def match_lapsed_committee(language: str, letter: values.MatchLapsedCommittee) -> RenderedMessage:
    """To the committee: there was no answer in time, the need stays open."""
    return render("match_lapsed_committee", language, asdict(letter))


def next_donor(language: str, letter: values.MatchApproved) -> RenderedMessage:
    """To the committee: the last donor declined, here is the next."""
    return render("next_donor", language, asdict(letter))


def appointment_tomorrow(language: str, letter: values.AppointmentTomorrow) -> RenderedMessage:
    """To the donor, the day before."""
    return render("appointment_tomorrow", language, asdict(letter))


def appointment_tomorrow_committee(language: str, letter: values.AppointmentTomorrow) -> RenderedMessage:
    """To the committee, the day before."""
    return render("appointment_tomorrow_committee", language, asdict(letter))


def appointment_cancelled(language: str, letter: values.AppointmentCancelled) -> RenderedMessage:
    """To the donor: no trip to make, with a calendar file that removes it."""
    return _with_calendar(render("appointment_cancelled", language, asdict(letter)), letter)


def appointment_cancelled_committee(language: str, letter: values.AppointmentCancelled) -> RenderedMessage:
    """To the committee: no trip to make, with a calendar file that removes it."""
    return _with_calendar(render("appointment_cancelled_committee", language, asdict(letter)), letter)


def thank_you(language: str, letter: values.ThankYou) -> RenderedMessage:
    """To the donor: it arrived, with the record of the gift."""
    return render("thank_you", language, asdict(letter))


def offer_ending(language: str, letter: values.OfferEnding) -> RenderedMessage:
    """To the donor: extend, withdraw or give elsewhere?"""
    return render("offer_ending", language, asdict(letter))


def offer_expired(language: str, letter: values.OfferExpired) -> RenderedMessage:
    """To the donor: the offer came to its end."""
    return render("offer_expired", language, asdict(letter))


def need_still_true(language: str, letter: values.NeedStillTrue) -> RenderedMessage:
    """To the committee: is this need still true?"""
    return render("need_still_true", language, asdict(letter))


def weekly_digest(language: str, letter: values.WeeklyDigest) -> RenderedMessage:
    """To the committee, each week at the reader's hour."""
    return _unsubscribable(render("weekly_digest", language, asdict(letter)), letter)


def coordinator_digest(language: str, letter: values.CoordinatorDigest) -> RenderedMessage:
    """To the coordinator, each day on which something waits."""
    return _unsubscribable(render("coordinator_digest", language, asdict(letter)), letter)


def mail_undeliverable(language: str, letter: values.MailUndeliverable) -> RenderedMessage:
    """To the coordinator: somebody did not get a message."""
    return render("mail_undeliverable", language, asdict(letter))


def _with_calendar(
    rendered: RenderedMessage,
    letter: values.Appointment | values.AppointmentCancelled | values.TimesProposed | values.OtherTimeWanted,
) -> RenderedMessage:
    if not letter.calendar:
        return rendered
    calendar = Attachment(
        filename="remise.ics",
        content_type=f"text/calendar; charset=utf-8; method={letter.calendar_method}",
        content=letter.calendar,
    )
    return replace(rendered, attachments=(calendar,))


def _unsubscribable(rendered: RenderedMessage, letter: values.Digest) -> RenderedMessage:
    return replace(rendered, list_unsubscribe=letter.unsubscribe_url)
