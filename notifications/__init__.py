"""Outbox, mail and time: what is sent to whom, once, whatever breaks. Imports neither `app` nor `matching`."""
