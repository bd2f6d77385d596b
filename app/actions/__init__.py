"""Collective actions: needs of several committees under one story, with a destination and a deadline."""

from app.actions.routes import blueprint

__all__ = ["blueprint"]
