"""What a committee types of its programs."""

from typing import Any

from flask import current_app
from wtforms import SelectChoice
from wtforms.validators import StopValidation

from app.api.calling import acceptable
from app.models.base import LINE, NAME
from app.models.states import HookEvent, ProgramScope
from app.web.fields import PortalForm, TicksField, line
from app.web.text import _, lazy


class TokenForm(PortalForm):
    name = line(
        lazy("À quoi sert ce jeton ?"), most=NAME, required=lazy("Dites quel programme se sert de ce jeton.")
    )
    scopes = TicksField(lazy("Ce qu'il peut faire, en plus de lire ce qui est public"), validate_choice=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scopes.choices = [SelectChoice(each.value, lazy(each.french)) for each in ProgramScope]

    @property
    def allowed(self) -> frozenset[ProgramScope]:
        """What is no scope asks for nothing."""
        return frozenset(each for each in ProgramScope if each.value in (self.scopes.data or ()))


class HookForm(PortalForm):
    url = line(lazy("À quelle adresse ?"), most=LINE, required=lazy("Écrivez l'adresse qui sera prévenue."))
    events = TicksField(lazy("De quoi la prévenir"), validate_choice=False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.events.choices = [SelectChoice(each.value, lazy(each.french)) for each in HookEvent]

    def validate_url(self, field: Any) -> None:
        if not acceptable(field.data, loopback=current_app.extensions["settings"].webhooks_loopback):
            raise StopValidation(_("Écrivez une adresse qui commence par https://, sans nom d'utilisateur."))

    @property
    def wanted(self) -> frozenset[HookEvent]:
        """All of them where none is ticked."""
        ticked = frozenset(each for each in HookEvent if each.value in (self.events.data or ()))
        return ticked or frozenset(HookEvent)
