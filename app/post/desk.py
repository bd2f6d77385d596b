"""What letters are written with besides the rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.models import Account
from app.web.links import Links


@dataclass(frozen=True, slots=True)
class Desk:
    """The links' signer, the portal's names, the delays that letters tell of or wait for.

    Made once by `create_app`, and given to the functions that write letters alone. `password_token` makes, for one account, what the
    address ends with where it chooses a new password.
    """

    links: Links
    portal_name: str
    sender_email: str
    contact_email: str
    answer_within: timedelta
    undo_within: timedelta
    password_token: Callable[[Account], str]
