"""Every message, in both languages, with kind and with hostile values."""

import html
import re
from dataclasses import fields, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest

from notifications.messages import (
    MESSAGES,
    AccountNotice,
    AppointmentCancelled,
    MatchApproved,
    NextDonor,
    OtherTimeWanted,
    PasswordReset,
    ReceiptRefused,
    Thing,
    TimesProposed,
)
from notifications.plain import one_line
from notifications.rendered import LANGUAGES, RenderedMessage, sign_as

HOSTILE = [
    "Exemple\r\nBcc: victim@example.org",
    "<script>alert('x')</script><img src=x onerror=y>",
    "W" * 10_000,
    "O'Neill-Ñandú, Jean",
    "\u202eevil\u2066 שלום مرحبا",
    "👩🏽‍🔧 & \x00\x1b[31m\ud800",
    "{{ 7 * 7 }} {% raw %}",
    "one || several",
]
MARKUP = [
    "# *gras* _souligné_ __b__ `code` ~~x~~",
    "[ici](https://evil.example) <https://evil.example> ![x](y) https://evil.example",
    "1. un\n- deux\n* trois\n> quatre\n# cinq",
    "<b>x</b> &amp; &#42; <!-- x -->",
    "a\\b \\* \\_ \\",
    "| a | b |\n|---|---|",
    "titre\n=====\n---\n```\ncode",
    "x\n\n    indent\n\n\n- y  \nz",
    "\ue0000\ue001 \ue0003\ue001",
]


WITH_NOTE = {ReceiptRefused, MatchApproved, NextDonor, OtherTimeWanted, AccountNotice}


class Tags(HTMLParser):
    """The tags of a page, and its words as they are read: a line ends where a tag says so."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag == "br":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data.replace("\n", " "))


def with_everything(letter: Any, text: str) -> Any:
    """`letter` with each of its texts replaced, links and calendars apart."""
    names = (field.name for field in fields(letter))
    hostile = {name: _hostile(getattr(letter, name), text) for name in names if not _is_ours(name)}
    return replace(letter, **hostile)


def _is_ours(name: str) -> bool:
    return name.endswith("url") or name in ("mode", "calendar")


def _hostile(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(_hostile(each, text) for each in value)
    return with_everything(value, text) if isinstance(value, Thing) else value


def gallery(language: str) -> list[RenderedMessage]:
    return [kind.sample().render(language) for kind in MESSAGES.values()]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_message_says_why_and_has_one_action(language: str) -> None:
    for rendered in gallery(language):
        why = "Pourquoi ce message\u00a0?" if language == "fr" else "Why this message?"
        links = [attributes for tag, attributes in Tags(rendered.html).found if tag == "a"]

        assert rendered.subject
        assert "\n" not in rendered.subject
        assert len(rendered.subject) <= 90, rendered.subject
        assert why in rendered.text
        assert why in html.unescape(rendered.html)
        assert [link.get("class") for link in links].count("button") == 1
        assert MESSAGES[rendered.message].sample().action_url in rendered.text
        assert "\n\n\n" not in rendered.text
        assert "{" not in rendered.text
        assert rendered.html.count("<style") == 1
        assert rendered.html.count("@media (prefers-color-scheme: dark)") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same(language: str) -> None:
    for message in MESSAGES.values():
        for letter in message.variants():
            says_the_same(letter.render(language))


def says_the_same(rendered: RenderedMessage) -> None:
    shown = "".join("".join(Tags(rendered.html).words).split())
    for line in rendered.text.splitlines():
        sentence = "".join(line.removeprefix("- ").split())
        sentence = sentence.partition("https://")[0] or sentence
        assert sentence.rstrip(":") in shown or sentence == "--", sentence


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_stay_values(text: str) -> None:
    for message, language in product(MESSAGES.values(), LANGUAGES):
        sample = message.sample()
        kind = with_everything(sample, re.sub(r"[^\r\n]+", "Exemple", text)).render(language)
        hostile = with_everything(sample, text).render(language)
        tags = [tag for tag, _ in Tags(hostile.html).found]

        assert len(hostile.subject.splitlines()) == 1
        assert len(hostile.subject) <= 150
        assert len(hostile.text.splitlines()) == len(kind.text.splitlines())
        assert "script" not in tags
        assert "img" not in tags
        assert tags == [tag for tag, _ in Tags(kind.html).found]
        assert "\x00" not in hostile.html + hostile.text + hostile.subject
        assert "\u202e" not in hostile.html + hostile.text + hostile.subject
        assert "49" not in hostile.subject
        (hostile.subject + hostile.text + hostile.html).encode()


@pytest.mark.parametrize("text", MARKUP)
def test_what_somebody_typed_reads_as_typed(text: str) -> None:
    typed = "\n".join(one_line(line, 500) for line in text.splitlines() if line.strip())
    for message in MESSAGES.values():
        sample = message.sample()
        rendered = with_everything(sample, text).render("en")
        plain = with_everything(sample, re.sub(r"[^\n]+", "Exemple", text)).render("en")

        assert [tag for tag, _ in Tags(rendered.html).found] == [tag for tag, _ in Tags(plain.html).found]
        assert len(rendered.text.splitlines()) == len(plain.text.splitlines())
        for shown in (rendered.text, "".join(Tags(rendered.html).words)):
            assert f"Hello {one_line(text, 500)}," in shown
            if message in WITH_NOTE:
                assert typed in re.sub(r"[ \n]*\n[ \n]*", "\n", shown)


def test_another_language_reads_french() -> None:
    assert MESSAGES["password_reset"].sample().render("de").subject == "Choisissez un nouveau mot de passe"


def test_times_are_shown_in_paris_through_the_year() -> None:
    letter = PasswordReset.sample()
    for when, shown in [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "dimanche 25 octobre à 2\u00a0h\u00a030"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "dimanche 25 octobre à 2\u00a0h\u00a030"),
        (datetime(2027, 2, 28, 23, 30, tzinfo=UTC), "lundi 1er mars à 0\u00a0h\u00a030"),
        (datetime(2028, 2, 29, 12, 0, tzinfo=UTC), "mardi 29 février à 13\u00a0h"),
    ]:
        rendered = replace(letter, expires_at=when).render("fr")
        assert shown in rendered.text


def test_the_calendar_goes_with_the_appointment() -> None:
    for message, method in [
        ("appointment", "PUBLISH"),
        ("appointment_committee", "PUBLISH"),
        ("appointment_cancelled", "CANCEL"),
        ("appointment_cancelled_committee", "CANCEL"),
    ]:
        (calendar,) = MESSAGES[message].sample().render("fr").attachments
        assert calendar.filename == "remise.ics"
        assert calendar.content_type == f"text/calendar; charset=utf-8; method={method}"
        assert f"METHOD:{method}" in calendar.content


@pytest.mark.parametrize("kind", [TimesProposed, OtherTimeWanted])
def test_a_moved_appointment_is_named_and_taken_out_of_the_calendar(
    kind: type[TimesProposed | OtherTimeWanted],
) -> None:
    off = AppointmentCancelled.sample()
    rendered = replace(kind.sample(), instead_of=off.slot, calendar=off.calendar).render("fr")

    (calendar,) = rendered.attachments
    assert calendar.content_type.endswith("; method=CANCEL")
    assert "rendez-vous du mardi 1er décembre de 14\u00a0h à 16\u00a0h" in rendered.text
    assert kind.sample().render("fr").attachments == ()


def test_digests_alone_offer_to_unsubscribe() -> None:
    for rendered in gallery("fr"):
        is_digest = rendered.message in ("weekly_digest", "coordinator_digest", "action_update")
        address = rendered.list_unsubscribe
        assert (address is not None) == is_digest
        assert ("Ne plus recevoir" in rendered.text) == is_digest
        if address is not None:
            assert address in rendered.text
            assert address in rendered.html


def test_telephone_numbers_stay_on_one_line() -> None:
    for language in ("fr", "en"):
        assert "04\u00a000\u00a000\u00a000\u00a000" in MESSAGES["appointment"].sample().render(language).text


def test_a_portal_signs_its_letters_with_its_own_name() -> None:
    sign_as("Dons du Pilat")
    try:
        rendered = MESSAGES["invitation"].sample().render("fr")
    finally:
        sign_as("Portail des dons")

    assert rendered.subject.endswith("Dons du Pilat")
    assert "Portail des dons" not in rendered.text + rendered.html
    assert "Dons du Pilat" in rendered.text
