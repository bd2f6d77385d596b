"""How long is kept what nobody asks for any more: what forgets it and what tells people of it read the same."""

from datetime import timedelta

LISTS = timedelta(days=7)
"""From when a list was brought, whatever became of it."""
FOLLOWERS = timedelta(days=365)
"""Addresses, from when the action was closed."""
CALLS, ANSWERS = timedelta(days=90), timedelta(days=7)
"""What programs asked for, and what requests with a key were answered."""
HOOKS = timedelta(days=30)
"""What programs were told."""
SESSIONS, REFUSED_SIGN_INS, DEVICES = timedelta(days=90), timedelta(days=30), timedelta(days=400)
"""From when somebody was last seen, was refused, or last signed in at a device."""
PASSWORD_REQUESTS = timedelta(days=1)
"""The clock answers within seconds; this is for one that has stopped."""
