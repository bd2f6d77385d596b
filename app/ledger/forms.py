"""What a coordinator types about an address."""

from app.web.fields import EmailAddressField, PortalForm
from app.web.text import lazy


class AddressForm(PortalForm):
    """The address of a letter's reader, as told on the telephone."""

    email = EmailAddressField(lazy("Adresse e-mail"))
