"""Form fields that hold out: each gives one French sentence for what is wrong, and keeps what was typed.

Used by every form, and by the import and the API through the same form classes, so that a check is never in one only.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from email_validator import EmailNotValidError, validate_email
from flask import g, has_request_context, session
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import (
    DateField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired, Optional, StopValidation

from app.models.base import PHONE
from app.web.devices import was_shared
from app.web.mailboxes import meant
from app.web.text import _, decimal, language, lazy, only_shown_again
from app.web.widgets import clean, quick
from notifications.addresses import UnsendableError, ascii_address, out_of_place

LARGEST_QUANTITY = 1_000_000
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
ASKED = "address"
"""Where the browser's session keeps the mark of the address that was asked about last."""
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Control characters that no person types, and halves of characters that no database stores."""


@lru_cache
def _library_words(spoken: str) -> NullTranslations:
    """What WTForms itself says, read once and not for each form."""
    return Translations.load(messages_path(), [spoken], domain="wtforms")


class PortalForm(FlaskForm):
    """The base of the portal's forms."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Form) -> NullTranslations:
            return _library_words(language())

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            said = {clean(name): value for name, value in ((field.render_kw or {}) | render_kw).items()}
            if "autocomplete" in said and was_shared():
                said["autocomplete"] = "off"
            drawn: Markup = quick(field.widget)(field, **said)
            return drawn

    def is_submitted(self) -> bool:
        """Whether somebody wants something done: not the switch between languages, which only shows the form again."""
        return bool(super().is_submitted()) and not only_shown_again()


def new_key() -> str:
    """A key that makes two submissions of one form one row."""
    return secrets.token_urlsafe(24)


def key_of(sent: str) -> str:
    """The form's own key as it was sent; one that was tampered with is replaced."""
    return sent if KEY.fullmatch(sent) else new_key()


class KeyField(HiddenField):
    """The form's own key, as `key_of` takes it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = key_of(valuelist[0] if valuelist else "")


def strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def one_line(value: Any) -> Any:
    """What came on several lines, parted with strokes."""
    return re.sub(r"\s*[\r\n]+\s*", " / ", value) if isinstance(value, str) else value


def unix_lines(value: Any) -> Any:
    """Browsers send CR LF for each line break; one sign is kept."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class Printable:
    """Refuse control characters; one line only unless `lines`."""

    def __init__(self, *, lines: bool = False) -> None:
        self.lines = lines

    def __call__(self, _form: Form, field: Field) -> None:
        value = field.data or ""
        if FORBIDDEN.search(value):
            raise StopValidation(
                _("Ce texte contient un caractère invisible qui ne peut pas être enregistré. Retapez-le.")
            )
        if not self.lines and re.search(r"[\r\n]", value):
            raise StopValidation(_("Écrivez ceci sur une seule ligne."))


class AtMost:
    """Refuse more than `length` characters, saying how many there are."""

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, _form: Form, field: Field) -> None:
        written = len(field.data or "")
        if written > self.length:
            raise StopValidation(
                _(
                    "C'est trop long : %(written)s caractères, pour %(most)s au plus. Raccourcissez.",
                    written=written,
                    most=self.length,
                )
            )


def line(label: str, *, most: int = 200, required: str = "", **kwargs: Any) -> StringField:
    """A single line of text. `required` is the sentence shown when it is left empty (lazy)."""
    presence = DataRequired(required) if required else Optional()
    return StringField(label, filters=[strip], validators=[presence, Printable(), AtMost(most)], **kwargs)


def paragraph(label: str, *, most: int = 2000, required: str = "", **kwargs: Any) -> TextAreaField:
    """Several lines of text."""
    presence = DataRequired(required) if required else Optional()
    return TextAreaField(
        label,
        filters=[strip, unix_lines],
        validators=[presence, Printable(lines=True), AtMost(most)],
        **kwargs,
    )


class WholeNumberField(StringField):
    """A whole number typed with the digits 0 to 9, between `low` and `high`; `data` is the text, `number` the value."""

    def __init__(self, label: str, *, low: int = 1, high: int = LARGEST_QUANTITY, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)
        self.low, self.high, self.number = low, high, low

    def pre_validate(self, _form: Form) -> None:
        typed = (self.data or "").replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
        if not re.fullmatch(r"[0-9]{1,9}", typed):
            raise StopValidation(
                _("Écrivez un nombre entier en chiffres, de %(low)s à %(high)s.", **self._bounds())
            )
        if not self.low <= int(typed) <= self.high:
            raise StopValidation(
                _("Ce nombre doit être compris entre %(low)s et %(high)s.", **self._bounds())
            )
        self.number = int(typed)

    def _bounds(self) -> dict[str, str]:
        return {"low": decimal(self.low), "high": decimal(self.high)}


class OptionalNumberField(WholeNumberField):
    """A whole number from 0 on, or nothing."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, low=0, **kwargs)

    def pre_validate(self, form: Form) -> None:
        if self.data:
            super().pre_validate(form)

    @property
    def value(self) -> int | None:
        return self.number if self.data else None


class EurosField(StringField):
    """Euros and cents, of at most so many `digits` before the comma; `cents` is None where nothing is typed."""

    def __init__(self, label: str, *, digits: int = 4, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)
        self.digits = digits
        self.cents: int | None = None

    def pre_validate(self, _form: Form) -> None:
        typed = (self.data or "").translate(dict.fromkeys(map(ord, "\u00a0\u202f "))).removesuffix("€")
        if not typed:
            return
        found = re.fullmatch(rf"([0-9]{{1,{self.digits}}})(?:[.,]([0-9]{{1,2}}))?", typed)
        if found is None:
            raise StopValidation(_("Écrivez un montant en euros, par exemple 2,50, ou laissez vide."))
        self.cents = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


class EmptyField(StringField):
    """What no person sees, and programs that fill in every field do. Filled, it is shown and asked to be emptied: nobody loses what they typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(lazy("Laissez ce champ vide"), **kwargs)

    def pre_validate(self, _form: Form) -> None:
        if self.data:
            raise StopValidation(
                _("Videz ce champ, puis envoyez à nouveau : il ne sert qu'à reconnaître les robots.")
            )


class EmailAddressField(StringField):
    """An e-mail address; `data` becomes its normal form, in lower case.

    One that looks mistyped is asked about once: sent again, it is kept.
    """

    data: str | None

    def __init__(self, label: str, *, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)
        self.optional = optional

    def pre_validate(self, _form: Form) -> None:
        typed = self.data or ""
        if not typed and self.optional:
            return
        if not typed:
            raise StopValidation(_("Indiquez une adresse e-mail. Exemple : prenom.nom@exemple.fr"))
        try:
            found = validate_email(
                typed, check_deliverability=False, test_environment=True
            ).normalized.lower()
            ascii_address(found)
        except UnsendableError:
            raise StopValidation(self._unsendable(found)) from None
        except (EmailNotValidError, UnicodeError):
            raise StopValidation(self._unlike()) from None
        self.data = found
        if found != self.object_data and has_request_context():
            self._ask_whether_meant(found)
        if found[-2] == ".":
            # No country, nor anybody else, has a domain of one letter.
            raise StopValidation(self._unlike())

    @staticmethod
    def _unlike() -> str:
        return _("Cette adresse ne ressemble pas à une adresse e-mail. Exemple : prenom.nom@exemple.fr")

    @staticmethod
    def _ask_whether_meant(address: str) -> None:
        mark = hashlib.sha256(address.encode()).hexdigest()[:16]
        # Of one request, for the form may be validated twice in it.
        kept = g.setdefault("address_asked_about", session.get(ASKED))
        right = meant(address) if mark != kept else None
        if right is not None:
            session[ASKED] = mark
            raise StopValidation(
                _(
                    "Vouliez-vous dire %(domain)s ? Corrigez l'adresse : %(address)s. Si elle est juste, continuez : elle est gardée.",
                    domain=right.rpartition("@")[2],
                    address=right,
                )
            )

    @staticmethod
    def _unsendable(address: str) -> str:
        signs = out_of_place(address)
        if not signs:
            return _("Nous ne pouvons pas écrire à cette adresse. Indiquez-en une autre.")
        return _(
            "Nous ne pouvons pas écrire à une adresse qui contient « %(signs)s » avant le @ : écrivez-la sans accent ni signe particulier, ou indiquez-en une autre.",
            signs=signs,
        )


class PhoneField(StringField):
    """A telephone number, or two, with words beside; `data` holds each number set in one way (see `telephones`).

    In a form that asks for a country, numbers without a country's code are that country's.
    """

    data: str | None

    def __init__(self, label: str, **kwargs: Any) -> None:
        checks = [Optional(), Printable(), self._tidy, AtMost(PHONE)]
        super().__init__(label, filters=[strip, one_line], validators=checks, **kwargs)

    @staticmethod
    def _tidy(form: Form, field: Field) -> None:
        # Here, because only a process that has read a number should hold the world's numbering plans.
        from app.web import telephones

        try:
            field.data = telephones.tidy(field.data, form.country.data if "country" in form else "FR")
        except telephones.NumberError:
            if not re.search(r"\d", field.data):
                raise StopValidation(
                    _("Écrivez un numéro de téléphone en chiffres. Exemple : 06 12 34 56 78")
                ) from None
            raise StopValidation(
                _(
                    "Ce numéro n'est pas complet. Exemples : 06 12 34 56 78, ou +223 20 22 33 44 pour un numéro de l'étranger."
                )
            ) from None


class DayField(DateField):
    """A person's day. Accepts what the browser's control sends and what a French hand types."""

    data: date | None

    def __init__(self, label: str, *, validators: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, format=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"], validators=validators, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([strip(value) for value in valuelist])
        except ValueError:
            self.data = None
            if any(strip(value) for value in valuelist):
                raise ValueError(_("Écrivez une date comme 24/12/2026.")) from None
        typed: date | None = self.data
        if typed is not None and not 2000 <= typed.year <= 2100:
            raise ValueError(_("Écrivez une date comme 24/12/2026."))


class TicksField(SelectMultipleField):
    """Tick boxes; what is posted is read again, never trusted."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class MenuField(SelectField):
    """A menu; what it does not list is refused with the sentence `required`."""

    def __init__(self, label: str, *, required: str, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.required = required

    def pre_validate(self, _form: Form) -> None:
        if self.data not in {option.value for option in self.choices}:
            raise StopValidation(str(self.required))


def choice(
    label: str, options: Iterable[tuple[StrEnum, str]], *, required: str, default: StrEnum | None = None
) -> RadioField:
    """Radio buttons over an enumeration; what is not listed is refused with the sentence `required`."""
    pairs = [(str(option.value), words) for option, words in options]

    def listed(_form: Form, field: Field) -> None:
        if field.data not in {value for value, _words in pairs}:
            raise StopValidation(str(required))

    return RadioField(
        label,
        choices=[SelectChoice(value, words) for value, words in pairs],
        default=default.value if default else None,
        validate_choice=False,
        validators=[listed],
    )
