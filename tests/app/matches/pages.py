"""What a test of the room's pages reads and where."""

from flask import Flask
from werkzeug.test import TestResponse

from app.db import session as read_session
from app.models import Match
from app.models.states import MatchState


def text(response: TestResponse) -> str:
    """The page as a person reads it, with plain spaces and apostrophes."""
    return response.text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def state_of(app: Flask, match: Match) -> MatchState:
    with app.app_context():
        return read_session().get_one(Match, match.id).state


def url(match: Match, verb: str = "") -> str:
    return f"/coordination/rapprochements/{match.id}{verb}"
