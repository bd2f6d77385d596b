"""Forms of people who sign in: the library's with the portal's labels, and the portal's own."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import g, request
from flask_security import ChangePasswordForm, LoginForm, ResetPasswordForm, VerifyForm
from wtforms import (
    BooleanField,
    Form,
    PasswordField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    widgets,
)
from wtforms.validators import EqualTo, InputRequired, Optional, StopValidation

from app.accounts.messages import MESSAGES, weakness_sentence
from app.accounts.passwords import LONGEST, weakness
from app.models.base import NAME
from app.models.states import Part, Role
from app.web.alphabet import LONGEST_MENU
from app.web.devices import remember_device, was_shared
from app.web.fields import EmailAddressField, MenuField, PortalForm, choice, line, strip
from app.web.text import _, lazy
from app.web.words import choices
from matching.items import normalise

LABELS = {
    "email": lazy("Adresse e-mail"),
    "password": lazy("Mot de passe"),
    "remember": lazy("Rester connecté sur cet ordinateur"),
    "password_confirm": lazy("Le même, encore une fois"),
    "new_password": lazy("Nouveau mot de passe"),
    "new_password_confirm": lazy("Le même, encore une fois"),
}


LOOKING = "chercher"
"""The button that only finds committees among many."""


class Labelled:
    """The library's form with the portal's labels; refuses what its hasher would choke on."""

    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:  # type: ignore[attr-defined]
            label = {**LABELS, **self.labels}.get(field.name)
            if label is not None:
                field.label.text = str(label)

    def validate(self, **kwargs: Any) -> bool:
        for field in self:  # type: ignore[attr-defined]
            typed = field.data if isinstance(field.data, str) else ""
            if isinstance(field, PasswordField) and ("\0" in typed or len(typed) > 10 * LONGEST):
                field.data = ""
        return bool(super().validate(**kwargs))  # type: ignore[misc]


class SignInForm(Labelled, LoginForm):
    """On a shared computer nobody stays signed in, whatever else is ticked."""

    shared = BooleanField(lazy("Poste partagé"), default=was_shared)

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        remember_device(self.shared.data)
        self.remember.data = self.remember.data and not self.shared.data
        return True


class PasswordAgain(Labelled):
    """Asks somebody who is signed in for the password; `wrong` is whether it was another one."""

    @property
    def wrong(self) -> bool:
        return str(MESSAGES["INVALID_PASSWORD"][0]) in [str(each) for each in self.password.errors]  # type: ignore[attr-defined]

    def validate(self, **kwargs: Any) -> bool:
        right = super().validate(**kwargs)
        g.password_was_wrong = self.wrong
        return right


class ConfirmPasswordForm(PasswordAgain, VerifyForm):
    pass


class ForgottenForm(PortalForm):
    """Asks for an address, and looks for nobody: `app.accounts.knocking`."""

    email = EmailAddressField(LABELS["email"])


class NewPasswordForm(Labelled, ResetPasswordForm):
    labels = {"password": lazy("Nouveau mot de passe")}  # noqa: RUF012


class ChangeForm(PasswordAgain, ChangePasswordForm):
    labels = {"password": lazy("Mot de passe actuel")}  # noqa: RUF012


class AcceptForm(PortalForm):
    """A first password. `about` is what is known of its owner."""

    password = PasswordField(
        lazy("Mot de passe"), validators=[InputRequired(MESSAGES["PASSWORD_NOT_PROVIDED"][0])]
    )
    again = PasswordField(
        lazy("Le même, encore une fois"),
        validators=[EqualTo("password", message=MESSAGES["RETYPE_PASSWORD_MISMATCH"][0])],
    )

    def __init__(self, *args: Any, about: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._about = about

    def validate_password(self, field: PasswordField) -> None:
        found = weakness(field.data or "", self._about)
        if found is not None:
            raise StopValidation(weakness_sentence(found))


class CommitteesField(SelectMultipleField):
    """Tick boxes; `data` is a list of committee ids. Ids that are not `known` are refused, shown or not."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, coerce=int, validate_choice=False, **kwargs)
        self.known: frozenset[int] = frozenset()

    def offer(self, committees: Sequence[tuple[int, str]], sought: str) -> bool:
        """Show a box for each of these; where they are too many, for those that are ticked and some that hold the words that
        are `sought`. Whether they are too many.
        """
        self.known = frozenset(key for key, _name in committees)
        many, wanted, ticked = len(committees) > LONGEST_MENU, normalise(sought).split(), set(self.data or ())
        holding = [
            key for key, name in committees if wanted and all(word in normalise(name) for word in wanted)
        ]
        shown = ticked.union(holding[:LONGEST_MENU]) if many else self.known
        self.choices = [SelectChoice(str(key), name) for key, name in committees if key in shown]
        return many

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [
            int(value) for value in valuelist if value.isascii() and value.isdigit() and len(value) < 10
        ]

    def pre_validate(self, _form: Form) -> None:
        if not self.known.issuperset(self.data or ()):
            raise StopValidation(_("Un de ces comités n'existe plus. Vérifiez la liste."))


class RightsForm(PortalForm):
    """What an account may do, and for whom. `roles` are those that the reader may give, `associations` those that a coordinator
    may be given to answer for alone."""

    role = choice(lazy("Rôle"), choices(Role), required=lazy("Choisissez un rôle."), default=Role.MEMBER)
    association = MenuField(
        lazy("Association"),
        required=lazy("Choisissez une association de la liste."),
        choices=[SelectChoice("", lazy("Toutes : le portail entier"))],
        default="",
    )
    committees = CommitteesField(lazy("Comités"))
    sought = StringField(lazy("Chercher un comité"), filters=[strip], validators=[Optional()])

    def __init__(
        self,
        *args: Any,
        committees: list[tuple[int, str]],
        roles: tuple[Role, ...] = tuple(Role),
        associations: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.association.choices = [
            *self.association.choices,
            *(SelectChoice(str(key), name) for key, name in associations),
        ]
        self.many = self.committees.offer(committees, (self.sought.data or "")[:NAME])
        given = {role.value for role in roles}
        self.role.choices = [option for option in self.role.choices if option.value in given]

    def is_submitted(self) -> bool:
        """Not while somebody looks for a committee."""
        return super().is_submitted() and LOOKING not in request.form

    def validate_role(self, field: Any) -> None:
        if field.data not in {option.value for option in field.choices}:
            raise StopValidation(_("Seul un administrateur peut donner ce rôle."))

    def validate_committees(self, field: Any) -> None:
        if self.role.data == Role.MEMBER and not field.data:
            raise StopValidation(_("Choisissez au moins un comité : un membre agit pour son comité."))

    def rights(self) -> dict[str, Any]:
        """What `Rights` holds."""
        return {
            "role": Role(self.role.data),
            "committee_ids": tuple(self.committees.data or ()),
            "organisation_id": int(self.association.data) if self.association.data else None,
        }


class InvitationForm(RightsForm):
    name = line(lazy("Nom"), most=NAME, required=lazy("Écrivez le nom de cette personne."))
    email = EmailAddressField(lazy("Adresse e-mail"))


class PartForm(PortalForm):
    """What somebody is in a committee."""

    part = choice(lazy("Rôle"), choices(Part), required=lazy("Choisissez un rôle."), default=Part.MEMBER)


class MemberForm(PartForm):
    """Whom a committee invites."""

    name = line(lazy("Nom"), most=NAME, required=lazy("Écrivez le nom de cette personne."))
    email = EmailAddressField(lazy("Adresse e-mail"))
