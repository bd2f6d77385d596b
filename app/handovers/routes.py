"""Routes."""

from flask import Blueprint

blueprint = Blueprint("handovers", __name__)
