"""Routes."""

from flask import Blueprint

blueprint = Blueprint("matches", __name__)
